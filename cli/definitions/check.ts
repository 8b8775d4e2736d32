import type { Command } from 'commander';
import type { CheckOptions } from '../commands/check.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withPolicy, withStack } from '../io/common-options.ts';
import { parseTenant } from '../io/parse-options.ts';

/** Adds the command `check`: its options and help. */
export function defineCheck(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('check')
    .summary('Says whether addresses are suppressed, and why')
    .description(
      'Says whether email to an address arrives, and if not, why: what the server said, which rule decided, until when, and who changed it.',
    )
    .argument('[address...]', 'email addresses to check')
    .option('--file <file>', 'file with one address per line; - is standard input')
    .option('--tenant <name>', 'the SES tenant that sends: its own list decides, too', parseTenant)
    .addHelpText(
      'after',
      `
Reads the table of the stack and the SES account suppression list of each Region. Changes nothing.
An address can also be suppressed for single SES tenants: these are named, and change the exit code
only with --tenant.

Exit code 0: every address is deliverable. 3: one is suppressed. 1: one could not be checked.

Example:
  $ npx ses-feedback check ann@example.net`,
    );
  withStack(withJson(withPolicy(command))).action(async (addresses: readonly string[], options: CheckOptions) => {
    const { checkCommand } = await import('../commands/check.ts');
    exitWith(await checkCommand(addresses, options, io));
  });
}
