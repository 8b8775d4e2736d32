import { Command, InvalidArgumentError } from 'commander';
import { version } from '../package.json';
import { type Reason, reasons } from '../shared/domain/feedback/recipient-event.ts';
import { listNamePattern } from '../shared/domain/suppression/list-name.ts';
import { backtestCommand } from './commands/backtest.ts';
import { connectCommand } from './commands/connect.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainEventCommand } from './commands/explain-event.ts';
import { ratesCommand } from './commands/rates.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { releaseCommand } from './commands/release.ts';
import { releaseManyCommand } from './commands/release-many.ts';
import { snapshotCommand } from './commands/snapshot.ts';
import { suppressCommand } from './commands/suppress.ts';

/** Not commander's own variadic options: those would take the files behind them for accounts. */
const several = (value: string, before: string[] = []) => [...before, value];

function accounts(value: string, before?: string[]): string[] {
  if (!/^\d{12}$/.test(value)) throw new InvalidArgumentError('An account id has 12 digits.');
  return several(value, before);
}

/** An identity by its name, or as other tools have it: `arn:aws:ses:us-east-1:123456789012:identity/example.com`. */
function identities(value: string, before?: string[]): string[] {
  return several(value.replace(/^arn:[^:]+:ses:[^:]*:\d{12}:identity\//, ''), before);
}

function listNames(value: string, before?: string[]): string[] {
  if (!listNamePattern.test(value)) throw new InvalidArgumentError('A list is called by letters, digits and ._:-');
  return several(value, before);
}

/** A day is its beginning, in UTC. */
function moment(value: string): Date {
  const time = Date.parse(value);
  // A day there is not (2026-02-31) would be taken for another.
  const isDay = new Date(`${value.slice(0, 10)}T00:00Z`).toJSON()?.startsWith(value.slice(0, 10));
  if (!isDay || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(value) || Number.isNaN(time))
    throw new InvalidArgumentError('A day, like 2026-11-20, or a time with its zone, like 2026-11-20T14:00Z.');
  return new Date(time);
}

function reasonNames(value: string, before: Reason[] = []): Reason[] {
  if (!reasons.includes(value as Reason)) throw new InvalidArgumentError(`One of ${reasons.join(', ')}.`);
  return [...before, value as Reason];
}

const program = new Command('ses-feedback')
  .description(
    'Explains, watches and mends what SES bounces and complaints do to your suppression list and your rates.',
  )
  .version(version)
  .showHelpAfterError('(ses-feedback --help lists the commands)');

program
  .command('explain-event')
  .description('Says what each message in the files would do to an empty table. Works offline and changes nothing.')
  .argument('<file...>', 'Lambda, SNS or EventBridge events, bare SES JSON or plain text; - is standard input')
  .option('--json', 'print one JSON array, one element per message')
  .option('--account <id>', 'your AWS account: feedback for any other is reported as foreign (repeatable)', accounts)
  .option('--topic <arn>', 'your SNS topic: what any other published is reported as foreign (repeatable)', several)
  .option('--policy <file>', "policy file to use instead of the checkout's policy.json")
  .addHelpText(
    'after',
    `
Each message is explained as if it were processed at the moment the feedback happened. (Feedback on mail that is
more than 30 days old by the time it arrives still suppresses, but is not counted.)

Unreadable messages are reported and do not change the exit code. Exit code 1 means a usage error, an invalid
policy, or a file that could not be opened.`,
  )
  .action(explainEventCommand);

program
  .command('backtest')
  .description('Says what the alarms on the bounce and complaint rates would have said about a sending history.')
  .argument('<file...>', 'CSV files; - is standard input')
  .option('--json', 'print one JSON array, one element per file')
  .option('--policy <file>', "policy file to use instead of the checkout's policy.json")
  .addHelpText(
    'after',
    `
A file has one of two forms, told apart by its header:

  time,sends,hardBounces,complaints   rows of 1 to 60 minutes, by the send time of the mails; time is the start of
                                      the row (ISO 8601). Judged at the end of each row.
  knownAt,sentAt,kind                 one row per event: when it was known, when its mail was sent, and send,
                                      hardBounce or complaint. Judged every 15 minutes with what was known then.`,
  )
  .action(backtestCommand);

program
  .command('rates')
  .description(
    'Shows the bounce and complaint rates of a deployed stack, and which alarms on them are raised. Reads only.',
  )
  .requiredOption('--table <name>', 'the reputation table, e.g. ses-feedback-prod-reputation')
  .option(
    '--scope <scope>',
    'identity:<domain>, configuration-set:<name>, tenant:<name> or tag:<name>=<value>',
    'account',
  )
  .option('--json', 'print one JSON object')
  .option('--policy <file>', "policy file to use instead of the checkout's policy.json")
  .addHelpText(
    'after',
    `
Each rate stands with what it is a share of and the range the true rate is in (95 %, exact). The newest five minutes
are left out, as the alarms leave them out. Region and credentials come from the environment, as with the AWS CLI.`,
  )
  .action(ratesCommand);

const ofStack = (command: Command) =>
  command
    .option('--stage <stage>', 'stage of the stack: ses-feedback-<stage>', 'prod')
    .option('--stack <name>', 'name of the stack, if it is another')
    .option('--region <region>', 'Region of the stack; left out: as the AWS CLI takes it from the environment');

ofStack(program.command('doctor'))
  .description('Says whether feedback comes from SES to the stack, and what to do where it does not. Reads only.')
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    `
One line a finding: ✓ is well, – worth knowing, ✗ wrong, ? could not be looked at; behind the arrow stands the fix.
Exit code 0 means that all is well, 1 that something is wrong or could not be looked at.`,
  )
  .action(doctorCommand);

ofStack(program.command('connect'))
  .description('Makes identities of SES report to the stack: what CloudFormation cannot set. Shows what it changes.')
  .option('--identity <name>', 'a domain or address mail is sent from, or its ARN (repeatable)', identities)
  .option('--all', 'all identities of the account in the Region')
  .option('--replace', "also replace topics and default configuration sets that are somebody else's")
  .option('--dry-run', 'show what would be changed, and change nothing')
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    `
Sets the bounce and complaint topics and the default configuration set of each identity, and what SES suppresses in
the account itself; turns forwarding by e-mail off once both topics come here. Done twice, it changes nothing.`,
  )
  .action(connectCommand);

const noted = (command: Command) =>
  command
    .requiredOption('--for <reason>', 'why, for whoever looks at the record later')
    .option('--by <name>', 'who; left out: who is logged in')
    .option('--policy <file>', "policy file to use instead of the checkout's policy.json")
    .option('--json', 'print JSON');

noted(ofStack(program.command('suppress')))
  .description('Suppresses addresses by hand, in the table: for good, or for a time.')
  .argument('[address...]', 'addresses that must not be mailed')
  .option('--file <file>', 'a file with one address a line; - is standard input')
  .option('--until <time>', 'until then: 2026-11-20, or 2026-11-20T14:00Z; left out: for good', moment)
  .addHelpText(
    'after',
    `
The last word counts: said once more, it has the new end, or none. release takes it back. What feedback has suppressed
is suppressed beside it, as long as it is. What is for good SES's own suppression list is told, too, by the function
account-list, as a complaint; it knows no end, so what has one it is not told.`,
  )
  .action(suppressCommand);

noted(ofStack(program.command('release')))
  .description("Lets addresses go, in the table and on SES's own suppression list, and says what happened in each.")
  .argument('[address...]', 'addresses that may be mailed again')
  .option('--file <file>', 'a file with one address a line; - is standard input')
  .addHelpText(
    'after',
    `
What is known of an address until now never suppresses it again, also where it is delivered once more; what happens
from now on does. SES takes a call a second. What could not be done at SES is done by the function account-list.
SES's list is case-exact: write an address that only SES holds as SES does, or run reconcile first.`,
  )
  .action(releaseCommand);

noted(ofStack(program.command('release-many')))
  .description(
    'Counts the suppressions of a domain or a time, and with --yes lets them go: after an incident at a provider.',
  )
  .option('--domain <domain>', 'addresses of this domain')
  .option('--since <time>', 'suppressed since then: 2026-11-20, or 2026-11-20T14:00Z', moment)
  .option('--until <time>', 'and before then', moment)
  .option('--reason <reason>', 'of this reason (repeatable); left out: all but manual and complaint', reasonNames)
  .option('--yes', 'let them go; without it they are only counted')
  .action(releaseManyCommand);

ofStack(program.command('reconcile'))
  .description("Holds SES's own suppression list against the table: adopts what SES has, puts back what SES has lost.")
  .option('--dry-run', 'say how they differ, and change nothing')
  .option('--policy <file>', "policy file to use instead of the checkout's policy.json")
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    `
Reads a thousand entries a second, as fast as SES gives them. Interrupted, it goes on where it was, for a day. It lets
nobody go, and changes nothing where a list could not be read to its end. The function reconcile does it daily.`,
  )
  .action(reconcileCommand);

ofStack(program.command('snapshot'))
  .description('Writes hashes of the addresses that are suppressed now to a file, to filter a campaign with.')
  .argument('<file>', 'file to write; one that is there is replaced when all is read')
  .option('--list <name>', "a list beside the account's, of a tenant or stream (repeatable)", listNames)
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    `
Reads the whole table, a read unit for some ten records. Eight bytes an address; who has an address can see whether it
is in the file, so keep it as you keep the list. In the application:

  const snapshot = await suppressions.openSnapshot(file);
  for await (const { kind, address } of snapshot.filter(recipients)) if (kind === 'allowed') …

Hits are confirmed in the table. Who was suppressed since the file was written is not in it: write it before each campaign.`,
  )
  .action(snapshotCommand);

// Somebody may look at the first lines only (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`ses-feedback: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
