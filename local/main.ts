import { once } from 'node:events';
import type { FeedbackLog, FeedbackLogEntry } from '../shared/ingest/log-entry.ts';
import { formatColumns } from './demo/terminal.ts';
import { type LocalStack, startLocalStack } from './local-stack.ts';
import { startSchedule } from './schedule.ts';

/** `npm run local`: keeps a stack with a simulated SES running, until Ctrl-C. */
async function main(args: readonly string[]): Promise<void> {
  if (args.length > 0) throw new Error(`Unknown argument ${args[0]}. npm run local has no options.`);
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  let log: FeedbackLog = () => {};
  const stack = await startLocalStack({
    ses: { callsPerSecond: Number.POSITIVE_INFINITY },
    log: (entry) => log(entry),
  });
  try {
    Object.assign(stack.ses.mailboxes, mailboxes);
    // What SES publishes while the topics are set up would only distract.
    await stack.waitUntilIdle();
    log = printEntry;
    const schedule = startSchedule(stack, print);
    print(describeStack(stack));
    await stopped;
    print('Stopping …');
    await schedule.stop();
  } finally {
    await stack.close();
  }
}

/** Addresses that bounce or complain. The mailbox simulator's addresses work as well. */
const mailboxes = { 'bounce@example.net': 'bounce', 'complaint@example.net': 'complaint' } as const;

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function printEntry(entry: FeedbackLogEntry): void {
  if (entry.kind === 'message') print(`${entry.outcome}: ${entry.reason}`);
  if (entry.kind !== 'recipient') return;
  const duplicate = entry.isDuplicate ? ', again: not counted' : '';
  print(`${entry.address}: ${entry.class} by rule ${entry.rule} → ${entry.status}${duplicate}`);
}

/** Describes the stack and how to use it from another terminal. */
function describeStack({ endpoints, tables, identity, configurationSet, region }: LocalStack): string {
  const parts = [
    ['SES', endpoints.ses],
    ['DynamoDB', endpoints.dynamoDB],
    ['suppressions', tables.suppressionsTable],
    ['counters', tables.reputationTable],
    ['sender', `any address of ${identity}, with the configuration set ${configurationSet}`],
    ['recipients', `${Object.keys(mailboxes).join(' and ')} do what their names say; all others accept emails`],
  ];
  const email = {
    FromEmailAddress: `news@${identity}`,
    ConfigurationSetName: configurationSet,
    Destination: { ToAddresses: ['bounce@example.net'] },
    Content: { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Hello' } } } },
  };
  const check = `require("ses-feedback").createSuppressionList({ tableName: "${tables.suppressionsTable}" }).check("bounce@example.net").then(console.log)`;
  return `
The stack is running in this process, with a simulator of SES. Nothing leaves this machine. Ctrl-C stops it and deletes its tables.

${formatColumns(parts, '  ')}

In another terminal, direct the AWS SDK to it:

  export AWS_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  export AWS_ENDPOINT_URL_SESV2=${endpoints.ses} AWS_ENDPOINT_URL_DYNAMODB=${endpoints.dynamoDB}

Send an email that bounces, ask whether the address is suppressed, and look at the rates (which are five minutes behind):

  curl -s ${endpoints.ses}/v2/email/outbound-emails -d '${JSON.stringify(email)}'
  npx tsx -e '${check}'
  npx ses-feedback rates --table ${tables.reputationTable}

What happens to each message appears here. The rates are evaluated and the SES list is synced every minute.
`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`local: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
