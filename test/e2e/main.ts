import { randomUUID } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { withStack } from '../../cli/io/common-options.ts';
import { sanitize } from '../../cli/io/sanitize.ts';
import { openStack, type StackOptions } from '../../cli/io/stack-options.ts';
import { commandsFor } from '../../cli/stack/stack.ts';
import policyFile from '../../policy.json' with { type: 'json' };
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { domainOf, parseAddress } from '../../shared/domain/address.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { formatFeedbackEntry } from '../../shared/ingest/log-entry.ts';
import { createAwsPorts, createEmailClient } from './aws-ports.ts';
import { explainError, permissions } from './errors.ts';
import { runFirstHour } from './first-hour/run-first-hour.ts';
import { startLocalPorts } from './local-ports.ts';
import type { Settings } from './ports.ts';
import { runSuite } from './suite.ts';

/**
 * `npm run test:e2e`: sends emails to the SES mailbox simulator, and checks that a deployed stack suppresses the right
 * addresses.
 */

type Options = StackOptions & {
  readonly from?: string;
  readonly timeout: number;
  readonly linger?: number;
  readonly local?: true;
  readonly verbose?: true;
  readonly firstHour?: true;
};

/** What the first hour needs on AWS and here. */
const common = { newId: () => randomUUID().slice(0, 8), clock: Date.now, print };

type CommonSettings = Pick<Settings, 'timeoutMs' | 'lingerMs' | 'simulatorHours'>;

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** What was printed so far, for the report. */
const lines: string[] = [];

function print(text: string): void {
  for (const line of text.split('\n')) {
    lines.push(line);
    process.stdout.write(`${sanitize(line)}\n`);
  }
}

function parseSeconds(value: string): number {
  const number = Number(value);
  if (!(number >= 1 && number <= 3600)) throw new InvalidArgumentError('Pass a number of seconds from 1 to 3600.');
  return number;
}

const command = new Command('test:e2e')
  .usage('-- --from <address> [options], or: -- --local')
  .description(
    'Sends five emails to the SES mailbox simulator, checks that a deployed stack suppresses the right addresses, and measures how long that takes. Deletes its records at the end.',
  )
  .option('--from <address>', 'sender of the emails: an address of an identity that SES has verified')
  .option('--timeout <seconds>', 'how long to wait for the suppression of an address', parseSeconds, 120)
  .option(
    '--linger <seconds>',
    'how long to watch the addresses that must not be suppressed, after the last suppression (default: 15, with --local 1)',
    parseSeconds,
  )
  .option('--local', 'use no AWS: run the functions, a simulator of SES and an embedded DynamoDB in this process')
  .option(
    '--first-hour',
    'then compare how SES behaves with what ses-feedback expects, on an entry and a tenant that are removed again, and print a report for an issue',
  )
  .option('--verbose', 'with --local, also print the log entries of the functions');

const program = withStack(command)
  .addHelpText(
    'after',
    `
SES bills the five emails. They count neither in rates nor in the daily quota, and the command works in the sandbox.
Required permissions (docs/simulator-tests.md has them as a policy):
  ${permissions.slice(0, 3).join(', ')},
  ${permissions.slice(3).join(', ')}
The exit code is 0 if all results are as expected, and 1 if a result is not, or if the command cannot finish.`,
  )
  .action(main);

async function main(options: Options): Promise<void> {
  const { simulatorHours } = readPolicy(policyFile);
  const lingerMs = (options.linger ?? (options.local ? 1 : 15)) * 1000;
  const settings: CommonSettings = { timeoutMs: options.timeout * 1000, lingerMs, simulatorHours };
  const isSuccess = await (options.local ? testLocally(options, settings) : testOnAws(options, settings));
  process.exitCode = isSuccess ? 0 : 1;
}

/** Does not handle Ctrl-C: the signal also stops the database, so there is nothing to clean up. */
async function testLocally({ verbose, firstHour }: Options, settings: CommonSettings): Promise<boolean> {
  const log = verbose && {
    log: (entry: Parameters<typeof formatFeedbackEntry>[0]) => print(`  ${formatFeedbackEntry(entry)}`),
  };
  const { ports, nextStep, ses, configurationSet, close } = await startLocalPorts(print, {
    // No other program calls this simulator.
    ses: { callsPerSecond: Number.POSITIVE_INFINITY },
    ...log,
  });
  try {
    print('Testing a stack in this process, with a simulator of SES. No email is sent.');
    print('');
    const isSuccess = await runSuite(ports, { ...settings, sendIntervalMs: 50, callIntervalMs: 0, nextStep });
    if (!firstHour) return isSuccess;
    const stack = { stackName: configurationSet, configurationSet, region: 'simulator of SES' };
    return (await runFirstHour({ ses, ...stack, ...common, lines: [...lines] })) && isSuccess;
  } finally {
    await close();
  }
}

async function testOnAws({ from, firstHour, ...selection }: Options, settings: CommonSettings): Promise<boolean> {
  if (from === undefined)
    throw new Error(
      'No sender. Pass --from with an address of an identity that SES has verified, for example --from you@your.domain. To run without AWS, pass --local.',
    );
  const sender = parseAddress(from);
  if (sender === undefined) throw new Error('The value of --from is not an email address.');
  const { stack, clients } = await openStack(selection).catch((error: unknown) => {
    throw new Error(explainError(error, 'cloudformation:DescribeStacks'), { cause: error });
  });
  const { region, configurationSet, suppressionsTable: table } = stack;
  const commands = commandsFor(stack);
  const connect = `${commands.connect} --identity ${domainOf(sender.key)}`;
  const ports = createAwsPorts({
    ses: createEmailClient({ region }),
    dynamoDB: createDynamoDBClient({ region }),
    configurationSet,
    from,
    context: { region, table, connect, doctor: commands.doctor, deploy: commands.deploy },
    print,
  });
  print(
    `Testing ${stack.name} in ${region} with five emails to the SES mailbox simulator. SES bills them; they count in no rate.`,
  );
  print('');
  const intervals = { sendIntervalMs: 1100, callIntervalMs: 1100 };
  const signal = interruptSignal();
  const isSuccess = await runSuite(ports, { ...settings, ...intervals, nextStep: commands.doctor, signal });
  if (!firstHour || signal.aborted) return isSuccess;
  const { ses, cloudWatch } = clients;
  const options = { ses, cloudWatch, stackName: stack.name, configurationSet, region, ...common };
  return (await runFirstHour({ ...options, lines: [...lines] })) && isSuccess;
}

/**
 * npm and tsx forward a Ctrl-C that this process also receives itself. A second signal within this time is the same
 * keystroke.
 */
const sameKeystrokeMs = 1000;

/** Returns a signal that the first Ctrl-C aborts. The second Ctrl-C ends the process. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let interruptedAt = 0;
  const interrupt = () => {
    if (interruptedAt === 0) {
      interruptedAt = Date.now();
      return controller.abort();
    }
    if (Date.now() - interruptedAt < sameKeystrokeMs) return;
    process.stderr.write('\ntest:e2e: stopped without the clean-up. The remaining suppressions end by themselves.\n');
    process.exit(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  return controller.signal;
}

// A reader of the output may close the pipe early (`| head`). The clean-up still has to run.
process.stdout.on('error', () => {});

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`test:e2e: ${sanitize(error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = 1;
});
