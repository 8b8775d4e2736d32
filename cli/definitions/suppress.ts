import { type Command, Option } from 'commander';
import type { SuppressCommandOptions } from '../commands/suppress.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withAttribution, withJson, withPolicy, withStack } from '../io/common-options.ts';
import { parseDuration, parseFutureTime, parseReasons, parseTenant, parseTime } from '../io/parse-options.ts';

/** Adds the command `suppress`: its options and help. */
export function defineSuppress(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('suppress')
    .summary('Suppresses addresses manually')
    .description('Suppresses addresses manually, permanently or until a given time.')
    .argument('[address...]', 'email addresses to suppress')
    .option('--file <file>', 'file with one address per line; - is standard input')
    .option(
      '--until <time>',
      'end of the suppression: 2026-11-20 or 2026-11-20T14:00Z (default: permanent)',
      parseFutureTime,
    )
    .addOption(
      new Option('--for <duration>', 'duration of the suppression: 12h, 30d or 2w')
        .argParser(parseDuration)
        .conflicts('until'),
    )
    .optionsGroup('Selection of addresses that the table knows, instead of addresses:')
    .option('--domain <domain>', 'addresses of this domain')
    .option('--provider <name>', 'addresses at this mailbox provider, such as google or microsoft')
    .option('--since <time>', 'with feedback since: 2026-11-20, 2026-11-20T14:00Z, 24h, 30d or yesterday', parseTime)
    .option('--reason <reason>', 'suppressed with an end, for this reason (repeatable)', parseReasons)
    .option('--yes', 'suppress the selected addresses without asking')
    .optionsGroup('Options:')
    .option('--tenant <name>', 'suppress for this SES tenant only, on its own list', parseTenant)
    .addHelpText(
      'after',
      `
A selection leaves out what is suppressed permanently. It shows what it would suppress, and asks.

Run the command again to change when a manual suppression ends. To remove it, run release.
Bounces and complaints still suppress the address independently of it.

The account-list function adds permanent suppressions to the SES account suppression list, with
the reason COMPLAINT. It does not add temporary ones, because SES cannot store an end.

Examples:
  $ npx ses-feedback suppress ann@example.net --note "asked by phone"
  $ npx ses-feedback suppress --file list.txt --note "on leave" --until 2027-01-01
  $ npx ses-feedback suppress ann@example.net --note "moves house" --for 30d
  $ npx ses-feedback suppress --domain example.net --note "the domain was sold"`,
    );
  withStack(withJson(withPolicy(withAttribution(command, { hasDuration: true })))).action(
    async (addresses: readonly string[], options: SuppressCommandOptions) => {
      const { suppressCommand } = await import('../commands/suppress.ts');
      exitWith(await suppressCommand(addresses, options, io));
    },
  );
}
