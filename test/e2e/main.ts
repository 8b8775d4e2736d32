import { Command, InvalidArgumentError } from 'commander';
import { sanitize } from '../../cli/io/sanitize.ts';
import { openStack, type StackOptions } from '../../cli/io/stack-options.ts';
import { commandsFor } from '../../cli/stack/stack.ts';
import policyFile from '../../policy.json' with { type: 'json' };
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { domainOf, parseAddress } from '../../shared/domain/address.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { formatFeedbackEntry } from '../../shared/ingest/log-entry.ts';
import { createAwsPorts, createMailClient } from './aws-ports.ts';
import { explain, permissions } from './faults.ts';
import { startLocalPorts } from './local-ports.ts';
import type { Settings } from './ports.ts';
import { runSuite } from './suite.ts';

/** `npm run test:e2e`: the way of a bounce from SES to `isSuppressed`, with mail to SES's mailbox simulator. */

type Options = StackOptions & {
  readonly from?: string;
  readonly timeout: number;
  readonly linger?: number;
  readonly local?: true;
  readonly verbose?: true;
};

type Chosen = Pick<Settings, 'timeout' | 'linger' | 'simulatorHours'>;

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const print = (line: string) => void process.stdout.write(`${sanitize(line)}\n`);

function seconds(value: string): number {
  const number = Number(value);
  if (!(number >= 1 && number <= 3600)) throw new InvalidArgumentError('Seconds, from 1 to 3600.');
  return number;
}

const program = new Command('test:e2e')
  .usage('-- --from <address> [options], or: -- --local')
  .description(
    "Sends five mails to SES's mailbox simulator and measures how long it takes until a deployed stack suppresses the addresses that it has to. Deletes what it leaves.",
  )
  .option('--from <address>', 'whom the mails are from: an address of an identity that SES has verified')
  .option('--stage <stage>', 'stage of the stack: ses-feedback-<stage>', 'prod')
  .option('--stack <name>', 'name of the stack, if it is another')
  .option('--region <region>', 'Region of the stack; left out: as the AWS CLI takes it from the environment')
  .option('--timeout <seconds>', 'the longest a mailbox is waited for', seconds, 120)
  .option(
    '--linger <seconds>',
    'how long those that must not be suppressed are watched after the last suppression (15; with --local: 1)',
    seconds,
  )
  .option('--local', 'without AWS: a simulator of SES, the functions and a DynamoDB, all in this process')
  .option('--verbose', 'with --local: also what the functions report')
  .addHelpText(
    'after',
    `
It costs five mails, which SES bills; they are in no rate, in no quota of a day, and the sandbox is no obstacle.
Permissions it needs (docs/simulator-tests.md has them as a policy):
  ${permissions.slice(0, 3).join(', ')},
  ${permissions.slice(3).join(', ')}
Exit code 0 means that all was as expected, 1 that something was not, or could not be found out.`,
  )
  .action(main);

async function main(options: Options): Promise<void> {
  const { simulatorHours } = readPolicy(policyFile);
  const linger = (options.linger ?? (options.local ? 1 : 15)) * 1000;
  const chosen: Chosen = { timeout: options.timeout * 1000, linger, simulatorHours };
  const isWell = await (options.local ? testLocally(options, chosen) : testOnAws(options, chosen));
  process.exitCode = isWell ? 0 : 1;
}

/** Ctrl-C is left alone: it ends the tables, too, and there is nothing to be cleaned up. */
async function testLocally({ verbose }: Options, chosen: Chosen): Promise<boolean> {
  const log = verbose && {
    log: (entry: Parameters<typeof formatFeedbackEntry>[0]) => print(`  ${formatFeedbackEntry(entry)}`),
  };
  const { ports, nextStep, close } = await startLocalPorts(print, {
    // Nobody else calls this SES.
    ses: { callsPerSecond: Number.POSITIVE_INFINITY },
    ...log,
  });
  try {
    print('A stack in this process, with a simulator of SES. Nothing is sent.');
    print('');
    return await runSuite(ports, { ...chosen, sendEvery: 50, callEvery: 0, nextStep });
  } finally {
    await close();
  }
}

async function testOnAws({ from, ...options }: Options, chosen: Chosen): Promise<boolean> {
  if (from === undefined)
    throw new Error(
      'Say --from: an address of an identity that SES has verified, as in --from you@your.domain. Or --local, to try it without AWS.',
    );
  const sender = parseAddress(from);
  if (sender === undefined) throw new Error('What --from names is no e-mail address.');
  const { stack } = await openStack(options).catch((error: unknown) => {
    throw new Error(explain(error, 'cloudformation:DescribeStacks'), { cause: error });
  });
  const { region, configurationSet, suppressionsTable: table } = stack;
  const commands = commandsFor(stack);
  const connect = `${commands.connect} --identity ${domainOf(sender.key)}`;
  const ports = createAwsPorts({
    ses: createMailClient({ region }),
    dynamoDB: createDynamoDBClient({ region }),
    configurationSet,
    from,
    place: { region, table, connect, doctor: commands.doctor, deploy: commands.deploy },
    print,
  });
  print(`${stack.name} in ${region}: five mails to SES's mailbox simulator, which are billed and in no rate.`);
  print('');
  const paced = { sendEvery: 1100, callEvery: 1100, nextStep: commands.doctor };
  return runSuite(ports, { ...chosen, ...paced, signal: interruption() });
}

/** npm and tsx pass on a Ctrl-C that has come here, too: what follows so soon is the same one. Milliseconds. */
const sameKeystroke = 1000;

/** The first Ctrl-C ends the run, the second all. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  let interruptedAt = 0;
  const interrupt = () => {
    if (interruptedAt === 0) {
      interruptedAt = Date.now();
      return controller.abort();
    }
    if (Date.now() - interruptedAt < sameKeystroke) return;
    process.stderr.write('\ntest:e2e: ended without the clean-up. What is left in the table ends by itself.\n');
    process.exit(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  return controller.signal;
}

// Somebody may look at the first lines only (`| head`): the clean-up is done all the same.
process.stdout.on('error', () => {});

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`test:e2e: ${sanitize(error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = 1;
});
