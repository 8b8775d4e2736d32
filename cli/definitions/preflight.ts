import type { Command } from 'commander';
import type { MailingPreflightOptions } from '../commands/preflight.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withPolicy, withStack } from '../io/common-options.ts';
import { parseListNames, parsePercentage, parseTenant } from '../io/parse-options.ts';

/** Adds the command `preflight`: its options and help. */
export function definePreflight(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('preflight')
    .summary('Checks the recipients of a mailing before it is sent')
    .description(
      'Checks the recipients of a mailing before it is sent: which addresses are suppressed, malformed, disposable or at domains that accept no email, how many emails are expected to bounce, and what that does to the bounce rate of AWS.',
    )
    .argument('<file>', 'CSV with a header or one address a line, JSON or JSON lines; - is CSV on standard input')
    .option(
      '--bounce-rate <percent>',
      "share of the other addresses that bounces (default: the account's of 30 days)",
      parsePercentage,
    )
    .option('--list <name>', 'list that decides about the mailing, in addition to account (repeatable)', parseListNames)
    .option('--tenant <name>', 'tenant that sends the mailing', parseTenant)
    .option('--no-dns', 'do not ask DNS about the domains')
    .option('--dns-server <address>', 'DNS server to ask, instead of that of this computer')
    .option('--problems <file>', 'write the addresses with a problem to a new CSV file')
    .addHelpText(
      'after',
      `
Nothing is sent or changed. Only questions to DNS about domains, and reads of the table, leave this
computer: half a read unit for each address, which is about 6 cents for a million.

The exit code is 3 if the mailing would take the bounce rate to the review threshold: by the window
of AWS if it is known (see aws-window), or else by one end of the range.

Examples:
  $ npx ses-feedback preflight customers.csv
  $ npx ses-feedback preflight old-customers.csv --bounce-rate 6 --problems problems.csv`,
    );
  withStack(withJson(withPolicy(command))).action(async (file: string, options: MailingPreflightOptions) => {
    const { preflightCommand } = await import('../commands/preflight.ts');
    exitWith(await preflightCommand(file, options, io));
  });
}
