import type { Command } from 'commander';
import type { EraseOptions } from '../commands/erase.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withAttribution, withJson, withPolicy, withStack } from '../io/common-options.ts';

/** Adds the command `erase`: its options and help. */
export function defineErase(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('erase')
    .summary('Erases what is stored of an address, at the request of its owner')
    .description(
      'Erases what is stored of an address: records, evidence and history in the table, and its entries on the SES account suppression lists. A keyed hash keeps it suppressed. Prints a receipt.',
    )
    .argument('<address>', 'email address');
  withAttribution(command, { hasDuration: true })
    .option('--yes', 'erase without asking')
    .addHelpText(
      'after',
      `
Applications that ask isSuppressed still do not send to an erased address that was suppressed, and
release makes it deliverable again. An email from another application can cause new feedback, and
with it a new record. The first erasure of a stack takes six minutes.

Example:
  $ npx ses-feedback erase ann@example.net --note "request 4711"`,
    );
  withStack(withJson(withPolicy(command))).action(async (address: string, options: EraseOptions) => {
    const { eraseCommand } = await import('../commands/erase.ts');
    exitWith(await eraseCommand(address, options, io));
  });
}
