import { type Command, Option } from 'commander';
import type { ImportOptions } from '../commands/import.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withAttribution, withJson, withPolicy, withStack } from '../io/common-options.ts';
import { parseTime } from '../io/parse-options.ts';

/** Adds the command `import`: its options and help. */
export function defineImport(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('import')
    .summary('Imports the suppression list of another service')
    .description(
      'Imports the suppression list of another service, with its reasons and dates: an old bounce stays a bounce of that day.',
    )
    .argument('<file>', 'CSV with a header, JSON or JSON lines (.json, .jsonl); - is CSV on standard input')
    .addOption(
      new Option('--format <format>', 'service that wrote the file (default: found by its columns)').choices([
        'sendgrid',
        'mailgun',
        'postmark',
        'mailchimp',
        'resend',
        'ses',
        'csv',
      ]),
    )
    .addOption(new Option('--reason <reason>', 'reason for rows that do not have one').choices(['hard', 'complaint']))
    .option('--date <time>', 'date for rows that do not have one (default: now)', parseTime)
    .option('--unsubscribed', 'also suppress addresses that unsubscribed, or were suppressed manually there')
    .option('--dry-run', 'read the file and say what would be imported, without changing anything')
    .addHelpText(
      'after',
      `
Reads the exports of SendGrid, Mailgun, Postmark, Mailchimp, Resend and SES (aws sesv2
list-suppressed-destinations), and other lists with columns such as email, reason and date.
Temporary failures are not imported. Importing a file again changes nothing, so run the command
again to continue an interrupted import.

Examples:
  $ npx ses-feedback import bounces.csv --note "from SendGrid" --dry-run
  $ npx ses-feedback import addresses.txt --reason hard --note "old system"`,
    );
  withStack(withJson(withPolicy(withAttribution(command)))).action(async (file: string, options: ImportOptions) => {
    const { importCommand } = await import('../commands/import.ts');
    exitWith(await importCommand(file, options, io));
  });
}
