import type { Command } from 'commander';
import type { ReconcileOptions } from '../commands/reconcile.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withPolicy, withStack } from '../io/common-options.ts';

/** Adds the command `reconcile`: its options and help. */
export function defineReconcile(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
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
  withStack(withJson(withPolicy(command))).action(async (options: ReconcileOptions) => {
    const { reconcileCommand } = await import('../commands/reconcile.ts');
    exitWith(await reconcileCommand(options, io));
  });
}
