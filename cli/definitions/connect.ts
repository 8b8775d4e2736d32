import type { Command } from 'commander';
import type { ConnectOptions } from '../commands/connect.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withStack } from '../io/common-options.ts';
import { parseIdentities } from '../io/parse-options.ts';

/** Adds the command `connect`: its options and help. */
export function defineConnect(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('connect')
    .summary('Connects SES identities to a stack')
    .description(
      'Connects SES identities to a stack. Changes the SES settings that CloudFormation cannot change: shows each change, and asks.',
    )
    .option('--identity <name>', 'domain or email address to connect, or its ARN (repeatable)', parseIdentities)
    .option('--all', 'connect every identity of the account in the Region')
    .option('--replace', 'also replace topics and default configuration sets that do not belong to the stack')
    .option('--dry-run', 'print the changes without making them')
    .option('--yes', 'make the changes without asking')
    .addHelpText(
      'after',
      `
Sets the bounce and complaint topics and the default configuration set of each identity, and
the reasons for which SES suppresses addresses in the account. Turns off email forwarding once
both topics deliver to the stack. A second run changes nothing.

Examples:
  $ npx ses-feedback connect --identity example.com --dry-run
  $ npx ses-feedback connect --all --yes`,
    );
  withStack(withJson(command)).action(async (options: ConnectOptions) => {
    const { connectCommand } = await import('../commands/connect.ts');
    exitWith(await connectCommand(options, io));
  });
}
