import type { Command } from 'commander';
import type { ReleaseCommandOptions } from '../commands/release.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withAttribution, withJson, withPolicy, withStack } from '../io/common-options.ts';

/** Adds the command `release`: its options and help. */
export function defineRelease(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
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
  withStack(withJson(withPolicy(withAttribution(command)))).action(
    async (addresses: readonly string[], options: ReleaseCommandOptions) => {
      const { releaseCommand } = await import('../commands/release.ts');
      exitWith(await releaseCommand(addresses, options, io));
    },
  );
}
