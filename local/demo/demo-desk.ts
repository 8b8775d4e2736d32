import { openDesk } from '../../cli/desk/desk.ts';
import { type DeskServer, startDesk } from '../../cli/desk/server.ts';
import { createClients } from '../../cli/stack/clients.ts';
import { readStack } from '../../cli/stack/stack.ts';
import { createFeedbackHandler } from '../../functions/handlers/feedback-handler.ts';
import { createReputationHandler } from '../../functions/handlers/reputation-handler.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { listSuppressed } from '../../shared/aws/dynamodb/suppressed-index.ts';
import { hour } from '../../shared/domain/durations.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { stackOutputs, startCloudFormationStub } from '../emulator/cloudformation.ts';
import { startQueueStub } from '../emulator/queues.ts';
import type { TableNames } from '../emulator/tables.ts';
import { startSesSimulator } from '../ses-simulator/simulator.ts';
import type { Sample } from './samples.ts';

const stackName = 'ses-feedback-prod';

/** A desk on the data of the demonstration. */
export type DemoDesk = { readonly server: DeskServer; close(): Promise<void> };

/**
 * Serves the desk on the tables of a week, with the sample messages in them as well. SES, the queues and the stack are simulated; the clock goes
 * on from the end of the week.
 *
 * @param now the time at which the desk starts, after the week and the samples. Epoch milliseconds
 */
export async function startDemoDesk(tables: TableNames, samples: readonly Sample[], now: number): Promise<DemoDesk> {
  const startedAt = Date.now();
  const clock = () => now + Date.now() - startedAt;
  const variables = { SUPPRESSIONS_TABLE: tables.suppressionsTable, REPUTATION_TABLE: tables.reputationTable };
  const processFeedback = createFeedbackHandler({ variables, clock, log: () => {}, shard: 0 });
  // Some samples cannot be read, on purpose, and fail.
  for (const { lambdaEvent } of samples) await processFeedback(lambdaEvent, {} as never).catch(() => {});
  const evaluateRates = createReputationHandler({
    variables: { ...variables, ALARM_TOPIC: '' },
    clock,
    log: () => {},
    readFigures: async () => ({ ses: [], points: [] }),
    observe: async () => ({ enforcementStatus: 'HEALTHY' }),
    publish: async () => {},
  });
  await evaluateRates({});
  const ses = await startSesSimulator({ publish: () => {}, callsPerSecond: Number.POSITIVE_INFINITY, clock });
  const queues = await startQueueStub();
  Object.assign(queues.metrics, { 'Reputation.BounceRate': 0.031, 'Reputation.ComplaintRate': 0.0002 });
  const cloudFormation = await startCloudFormationStub({ [stackName]: stackOutputs(tables, queues.endpoint) });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.endpoint,
    AWS_ENDPOINT_URL_SESV2: ses.endpoint,
    AWS_ENDPOINT_URL_SES: ses.endpoint,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ENDPOINT_URL_CLOUDWATCH: queues.endpoint,
  });
  await listAtSes(tables, ses, clock);
  const clients = createClients();
  const stack = await readStack(clients.cloudFormation, stackName);
  const desk = openDesk({ stack, clients, policy: defaultPolicy, by: 'you', isReadOnly: false, clock });
  const server = await startDesk(desk);
  return {
    server,
    async close() {
      server.close();
      await server.ended;
      await Promise.all([ses.close(), queues.close(), cloudFormation.close()]);
    },
  };
}

/** SES lists itself what bounced permanently, and what complained. */
async function listAtSes(
  { suppressionsTable }: TableNames,
  ses: Awaited<ReturnType<typeof startSesSimulator>>,
  clock: () => number,
): Promise<void> {
  const client = createDynamoDBClient();
  for await (const page of listSuppressed({ client, suppressionsTable, clock }, { since: 0, until: clock() + hour }))
    for (const { address, reason, since } of page)
      if (reason === 'hard' || reason === 'complaint')
        ses.list.set(address, {
          emailAddress: address,
          reason: reason === 'hard' ? 'BOUNCE' : 'COMPLAINT',
          lastUpdateTime: since,
        });
}
