import type { Command } from 'commander';
import type { ReleaseOptions } from '../commands/release.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withAttribution, withJson, withPolicy, withStack } from '../io/common-options.ts';
import { parseIncident, parseReasons, parseTenant, parseTime } from '../io/parse-options.ts';

/** Adds the command `release`: its options and help. */
export function defineRelease(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('release')
    .summary('Releases addresses, so that you can send to them again')
    .description('Releases addresses in the table and on the SES account suppression list, and prints each result.')
    .argument('[address...]', 'email addresses to release')
    .option('--file <file>', 'file with one address per line; - is standard input')
    .optionsGroup('Selection, instead of addresses:')
    .option('--domain <domain>', 'addresses of this domain')
    .option('--provider <name>', 'addresses at this mailbox provider, such as google or microsoft')
    .option('--since <time>', 'suppressed since: 2026-11-20, 2026-11-20T14:00Z, 24h, 30d or yesterday', parseTime)
    .option('--until <time>', 'suppressed before, in the same forms', parseTime)
    .option(
      '--reason <reason>',
      'suppressed for this reason (repeatable; default: all but manual and complaint)',
      parseReasons,
    )
    .option('--incident <id>', 'suppressed in this outage of a provider, as incidents shows it', parseIncident)
    .option('--yes', 'release the selected addresses without asking')
    .optionsGroup('Options:')
    .option('--tenant <name>', "release on this SES tenant's list only (default: on every list)", parseTenant)
    .option('--complaints', 'release addresses whose owner reported an email as spam, too')
    .addHelpText(
      'after',
      `
Bounces and complaints from before the release never suppress the address again, even if SNS
delivers them again. Later ones do.

SES accepts one call per second. The account-list function retries the calls that failed.
The SES list is case-sensitive. If an address is only on that list, write it exactly as SES lists
it, or run sync first.

An address is released on the account's list and on the lists of SES tenants. A selection is made
from the account's list, or with --tenant from the list of a tenant.

A selection shows what it would release, and asks. In a script, pass --yes.

Examples:
  $ npx ses-feedback release ann@example.net --note "wrote to support"
  $ npx ses-feedback release --domain example.net --since 24h --note "outage"`,
    );
  withStack(withJson(withPolicy(withAttribution(command)))).action(
    async (addresses: readonly string[], options: ReleaseOptions) => {
      const { releaseCommand } = await import('../commands/release.ts');
      exitWith(await releaseCommand(addresses, options, io));
    },
  );
}
