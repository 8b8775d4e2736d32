import type { Command } from 'commander';
import type { SyncOptions } from '../commands/sync.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withPolicy, withStack } from '../io/common-options.ts';

/** Adds the command `sync`: its options and help. */
export function defineSync(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('sync')
    .summary('Compares the SES account suppression list with the table')
    .description(
      'Compares the SES account suppression list with the table, imports what is missing here and restores what is missing there.',
    )
    .option('--dry-run', 'print the differences without changing anything')
    .option('--restart', 'read the list from its beginning, even if an interrupted run has read a part of it')
    .addHelpText(
      'after',
      `
Reads 1,000 entries per second, the limit of SES. To continue an interrupted run, run the command
again within one day. The command releases no addresses. If it cannot read a list completely, it
changes nothing for that list. The reconcile function runs the same comparison every day.

Example:
  $ npx ses-feedback sync --dry-run`,
    );
  withStack(withJson(withPolicy(command))).action(async (options: SyncOptions) => {
    const { syncCommand } = await import('../commands/sync.ts');
    exitWith(await syncCommand(options, io));
  });
}
