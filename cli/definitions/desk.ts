import type { Command } from 'commander';
import type { DeskCommandOptions } from '../commands/desk.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withPolicy, withStack } from '../io/common-options.ts';
import { parsePort } from '../io/parse-options.ts';

/** Adds the command `desk`: its options and help. */
export function defineDesk(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('desk')
    .summary('Serves the answers of these commands as pages on this computer')
    .description(
      'Serves pages for a browser on this computer: overview, one address, suppressed addresses, review of the week, rates, incidents and alarms, health, and explain. They show and change what your AWS rights allow. The address that the command prints works once. The desk ends after an hour without use.',
    )
    .option('--read-only', 'refuse every change')
    .option('--port <number>', 'port on 127.0.0.1 (default: a free one)', parsePort)
    .addHelpText(
      'after',
      `
Examples:
  $ npx ses-feedback desk
  $ npx ses-feedback desk --read-only --stage prod`,
    );
  withStack(withPolicy(command)).action(async (options: DeskCommandOptions) => {
    const { deskCommand } = await import('../commands/desk.ts');
    exitWith(await deskCommand(options, io));
  });
}
