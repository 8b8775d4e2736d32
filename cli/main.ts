import { Command } from 'commander';
import { version } from '../package.json';
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
import { withAttribution, withJson, withPolicy, withStack } from './io/common-options.ts';
import {
  collect,
  parseAccountIds,
  parseIdentities,
  parseListNames,
  parseReasons,
  parseTime,
} from './io/parse-options.ts';

const program = new Command('ses-feedback')
  .description('Sets up, checks and operates the handling of Amazon SES bounces and complaints.')
  .version(version)
  .showHelpAfterError('Run: npx ses-feedback --help');

program.commandsGroup('Setup and monitoring:');

const connect = program
  .command('connect')
  .summary('Connects SES identities to a stack')
  .description(
    'Connects SES identities to a stack. Changes the SES settings that CloudFormation cannot change, and prints each change.',
  )
  .option('--identity <name>', 'domain or email address to connect, or its ARN (repeatable)', parseIdentities)
  .option('--all', 'connect every identity of the account in the Region')
  .option('--replace', 'also replace topics and default configuration sets that do not belong to the stack')
  .option('--dry-run', 'print the changes without making them')
  .addHelpText(
    'after',
    `
Sets the bounce and complaint topics and the default configuration set of each identity, and
the reasons for which SES suppresses addresses in the account. Turns off email forwarding once
both topics deliver to the stack. A second run changes nothing.

Examples:
  $ npx ses-feedback connect --identity example.com --dry-run
  $ npx ses-feedback connect --all`,
  );
withStack(withJson(connect)).action(connectCommand);

const doctor = program
  .command('doctor')
  .summary('Checks that SES feedback reaches the stack')
  .description('Checks that bounces and complaints reach the stack, and says how to fix problems. Changes nothing.')
  .addHelpText(
    'after',
    `
Prints one finding per line: ✓ ok, – note, ✗ wrong, ? check failed. The text after → is the fix.
Exit code 0 means that everything works, 1 that something is wrong or that a check failed.`,
  );
withStack(withJson(doctor)).action(doctorCommand);

const rates = program
  .command('rates')
  .summary('Shows bounce and complaint rates and active alarms')
  .description('Shows the bounce and complaint rates of a stack and the active alarms on them. Changes nothing.')
  .requiredOption('--table <name>', 'reputation table, for example ses-feedback-prod-reputation')
  .option(
    '--scope <scope>',
    'identity:<domain>, configuration-set:<name>, tenant:<name> or tag:<name>=<value>',
    'account',
  )
  .addHelpText(
    'after',
    `
Each rate is shown with its counts and its exact 95 % confidence interval. The last five minutes
are excluded, as in the alarms. The Region and the credentials come from the environment, as in
the AWS CLI.`,
  );
withJson(withPolicy(rates)).action(ratesCommand);

program.commandsGroup('Suppression list:');

const suppress = program
  .command('suppress')
  .summary('Suppresses addresses manually')
  .description('Suppresses addresses manually, permanently or until a given time.')
  .argument('[address...]', 'email addresses to suppress')
  .option('--file <file>', 'file with one address per line; - is standard input')
  .option('--until <time>', 'end of the suppression: 2026-11-20 or 2026-11-20T14:00Z (default: permanent)', parseTime)
  .addHelpText(
    'after',
    `
Run the command again to change when a manual suppression ends. To remove it, run release.
Bounces and complaints still suppress the address independently of it.

The account-list function adds permanent suppressions to the SES account suppression list, with
the reason COMPLAINT. It does not add temporary ones, because SES cannot store an end.

Examples:
  $ npx ses-feedback suppress ann@example.net --note "asked by phone"
  $ npx ses-feedback suppress --file list.txt --note "on leave" --until 2027-01-01`,
  );
withStack(withJson(withPolicy(withAttribution(suppress)))).action(suppressCommand);

const release = program
  .command('release')
  .summary('Releases addresses, so that you can send to them again')
  .description('Releases addresses in the table and on the SES account suppression list, and prints each result.')
  .argument('[address...]', 'email addresses to release')
  .option('--file <file>', 'file with one address per line; - is standard input')
  .addHelpText(
    'after',
    `
Bounces and complaints from before the release never suppress the address again, even if SNS
delivers them again. Later ones do.

SES accepts one call per second. The account-list function retries the calls that failed.
The SES list is case-sensitive. If an address is only on that list, write it exactly as SES lists
it, or run reconcile first.

Example:
  $ npx ses-feedback release ann@example.net --note "wrote to support"`,
  );
withStack(withJson(withPolicy(withAttribution(release)))).action(releaseCommand);

const releaseMany = program
  .command('release-many')
  .summary('Releases all addresses of a domain or period')
  .description(
    'Counts the suppressed addresses of a domain or period. With --yes, also releases them. Use it after an incident at a mailbox provider.',
  )
  .option('--domain <domain>', 'addresses of this domain')
  .option('--since <time>', 'suppressed at or after this time: 2026-11-20 or 2026-11-20T14:00Z', parseTime)
  .option('--until <time>', 'suppressed before this time', parseTime)
  .option(
    '--reason <reason>',
    'suppressed for this reason (repeatable; default: all but manual and complaint)',
    parseReasons,
  )
  .option('--yes', 'release the addresses instead of only counting them')
  .addHelpText(
    'after',
    `
Examples:
  $ npx ses-feedback release-many --domain example.net --since 2026-11-20T14:00Z --note "outage"
  $ npx ses-feedback release-many --domain example.net --since 2026-11-20T14:00Z --note "outage" --yes`,
  );
withStack(withJson(withPolicy(withAttribution(releaseMany)))).action(releaseManyCommand);

const reconcile = program
  .command('reconcile')
  .summary('Compares the SES account suppression list with the table')
  .description(
    'Compares the SES account suppression list with the table, imports what is missing here and restores what is missing there.',
  )
  .option('--dry-run', 'print the differences without changing anything')
  .addHelpText(
    'after',
    `
Reads 1,000 entries per second, the limit of SES. To continue an interrupted run, run the command
again within one day. The command releases no addresses. If it cannot read a list completely, it
changes nothing for that list. The reconcile function runs the same comparison every day.`,
  );
withStack(withJson(withPolicy(reconcile))).action(reconcileCommand);

const snapshot = program
  .command('snapshot')
  .summary('Writes a file of suppressed addresses, to filter a campaign')
  .description('Writes hashes of all suppressed addresses to a file, to filter the recipients of a campaign.')
  .argument('<file>', 'file to write; an existing file is replaced when the snapshot is complete')
  .option(
    '--list <name>',
    'list of a tenant or email category to include beside the account list (repeatable)',
    parseListNames,
  )
  .addHelpText(
    'after',
    `
Reads the whole table, about one read unit per ten records. The file has eight bytes per
address. Anyone who knows an address can check whether the file contains it, so protect the
file as you protect the list. In the application:

  const snapshot = await suppressions.openSnapshot(file);
  for await (const { kind, address } of snapshot.filter(recipients)) if (kind === 'allowed') …

Matches are confirmed in the table. Addresses that were suppressed after the snapshot are not
in it, so write a new one before each campaign.`,
  );
withStack(withJson(snapshot)).action(snapshotCommand);

program.commandsGroup('Offline analysis:');

const explainEvent = program
  .command('explain-event')
  .summary('Explains what SES messages would do')
  .description('Explains what each message in the files would do to an empty table. Works offline and changes nothing.')
  .argument('<file...>', 'Lambda, SNS or EventBridge events, SES JSON or plain text; - is standard input')
  .option('--account <id>', 'AWS account to trust; feedback of others has no effect (repeatable)', parseAccountIds)
  .option('--topic <arn>', 'SNS topic to trust; messages of others have no effect (repeatable)', collect)
  .addHelpText(
    'after',
    `
Each message is explained as if it were processed at the time of the feedback. (Feedback on
emails more than 30 days old still suppresses addresses, but is not counted.)

Unreadable messages are reported and do not change the exit code. Exit code 1 means a usage
error, an invalid policy, or a file that cannot be opened.

Example:
  $ npx ses-feedback explain-event events/bounce.json`,
  );
withJson(withPolicy(explainEvent)).action(explainEventCommand);

const backtest = program
  .command('backtest')
  .summary('Replays a sending history through the rate alarms')
  .description('Replays a sending history and prints when the rate alarms would have been raised. Works offline.')
  .argument('<file...>', 'CSV files; - is standard input')
  .addHelpText(
    'after',
    `
The header of a file selects one of two forms:

  time,sends,hardBounces,complaints
      One row per 1 to 60 minutes of send time. time is the start of the row (ISO 8601).
      Evaluated at the end of each row.
  knownAt,sentAt,kind
      One row per event: when it became known, when its email was sent, and its kind: send,
      hardBounce or complaint. Evaluated every 15 minutes with what was known then.

Example:
  $ npx ses-feedback backtest examples/history.csv`,
  );
withJson(withPolicy(backtest)).action(backtestCommand);

program.commandsGroup('Other commands:').helpCommand(true);

for (const command of program.commands) command.showHelpAfterError(`Run: npx ses-feedback ${command.name()} --help`);

// The reader of a pipe may stop early (`| head`). That is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`ses-feedback: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
