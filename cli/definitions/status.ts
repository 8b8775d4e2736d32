import { type Command, Option } from 'commander';
import type { StatusOptions } from '../commands/status.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withPolicy, withStack } from '../io/common-options.ts';
import { parseSeconds } from '../io/parse-options.ts';

/** Adds the command `status`: its options and help. */
export function defineStatus(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('status')
    .summary('Shows on one screen how sending is doing')
    .description(
      'Shows on one screen whether you may send, your rates and those of SES, raised alarms, what was suppressed, and what waits. Problems come first.',
    )
    .option('--watch [seconds]', 'refresh until Ctrl-C (default: every 60 seconds)', parseSeconds)
    .addOption(
      new Option(
        '--fail-on <level>',
        'exit with 3 if an alarm has reached this level, or SES has restricted the account',
      ).choices(['approaching', 'critical']),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ npx ses-feedback status
  $ npx ses-feedback status --watch
  $ npx ses-feedback status --fail-on critical --json`,
    );
  withStack(withJson(withPolicy(command))).action(async (options: StatusOptions) => {
    const { statusCommand } = await import('../commands/status.ts');
    exitWith(await statusCommand(options, io));
  });
}
