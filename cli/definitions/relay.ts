import type { Command } from 'commander';
import type { RelayActivateOptions } from '../commands/relay.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withStack } from '../io/common-options.ts';

/** Adds the command `relay`, with its subcommand. */
export function defineRelay(program: Command, { io, exitWith }: CommandContext): void {
  const relay = program
    .command('relay')
    .summary('Sets up the relay of inbound email')
    .description('Sets up the relay that delivers inbound email to your mail server.');
  const activate = relay
    .command('activate')
    .summary('Makes SES use the receipt rule of the relay')
    .description(
      'Shows which receipt rule set is active, and makes the one of the relay active. A Region has one active rule set: another one is replaced only with --replace.',
    )
    .option('--replace', 'replace the rule set that is active now')
    .option('--dry-run', 'show what would change, without changing anything')
    .option('--yes', 'do not ask before replacing')
    .addHelpText(
      'after',
      `
Exit code 3 means that another rule set is active, and was left so.

Example:
  $ npx ses-feedback relay activate`,
    );
  withStack(withJson(activate)).action(async (options: RelayActivateOptions) => {
    const { relayActivateCommand } = await import('../commands/relay.ts');
    exitWith(await relayActivateCommand(options, io));
  });
  for (const command of relay.commands)
    command.showHelpAfterError(`Run: npx ses-feedback relay ${command.name()} --help`);
}
