import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TableNames } from './tables.ts';

/**
 * Starts an endpoint of CloudFormation and STS on loopback. It implements `DescribeStacks` for one or all of the given stacks, and
 * `GetCallerIdentity`. Set `isDenied` or `isThrottled` to reject every request, or add to `deniedActions`.
 */
export async function startCloudFormationStub(stacks: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const stub = { endpoint: '', isDenied: false, isThrottled: false, deniedActions: new Set<string>(), close };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const parameters = new URLSearchParams(body);
      const action = parameters.get('Action') ?? '';
      const isCaller = action === 'GetCallerIdentity';
      const isDenied = stub.isDenied || stub.deniedActions.has(action);
      const name = parameters.get('StackName');
      const found = Object.entries(stacks).filter(([stack]) => name === null || stack === name);
      const isUnknown = !isCaller && name !== null && found.length === 0;
      const error = stub.isThrottled
        ? [400, 'Throttling']
        : isDenied
          ? [403, 'AccessDenied']
          : isUnknown
            ? [400, 'ValidationError']
            : undefined;
      response.writeHead(Number(error?.[0] ?? 200), { 'content-type': 'text/xml' });
      const answer = isCaller ? callerResponse : describeStacksResponse(found);
      response.end(error ? errorResponse(String(error[1])) : answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stub.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function close(): Promise<void> {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
  return stub;
}

const namespace = 'xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"';

/** Who runs the commands. */
export const callerArn = 'arn:aws:sts::123456789012:assumed-role/support/ann';

const callerResponse = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>123456789012</Account><Arn>${callerArn}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`;

function describeStacksResponse(stacks: readonly (readonly [string, Readonly<Record<string, string>>])[]): string {
  const members = stacks.map(([name, outputs]) => {
    const listed = Object.entries(outputs).map(
      ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    const content = `<CreationTime>2026-11-20T12:00:00Z</CreationTime><Outputs>${listed.join('')}</Outputs>`;
    return `<member><StackName>${name}</StackName>${content}</member>`;
  });
  const result = `<DescribeStacksResult><Stacks>${members.join('')}</Stacks></DescribeStacksResult>`;
  return `<DescribeStacksResponse ${namespace}>${result}</DescribeStacksResponse>`;
}

function errorResponse(code: string): string {
  const error = `<Type>Sender</Type><Code>${code}</Code><Message>${code}</Message>`;
  return `<ErrorResponse ${namespace}><Error>${error}</Error></ErrorResponse>`;
}

/**
 * Returns the outputs of a stack, as resources/outputs.yml defines them. The topics do not exist.
 *
 * @param sqs the endpoint in the URLs of the queues
 */
export function stackOutputs(
  { suppressionsTable, reputationTable }: TableNames,
  sqs = 'https://sqs.us-east-1.amazonaws.com',
): Record<string, string> {
  const arn = (name: string) => `arn:aws:sns:us-east-1:123456789012:ses-feedback-prod-${name}`;
  const url = (name: string) => `${sqs}/123456789012/ses-feedback-prod-${name}`;
  const streams = ['Bounces', 'Complaints', 'Volume'].flatMap((stream) => [
    [`${stream}TopicArn`, arn(stream.toLowerCase())],
    [`${stream}QueueUrl`, url(stream.toLowerCase())],
    [`${stream}DeadLetterQueueUrl`, url(`${stream.toLowerCase()}-dead-letters`)],
  ]);
  return {
    ...Object.fromEntries(streams),
    Stage: 'prod',
    AlarmTopicArn: arn('alarms'),
    SuppressionsTableName: suppressionsTable,
    ReputationTableName: reputationTable,
    ConfigurationSetName: 'ses-feedback-prod',
    InboundRuleSetName: 'ses-feedback-prod',
  };
}
