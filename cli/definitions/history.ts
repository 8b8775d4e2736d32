import { type Command, Option } from 'commander';
import type { HistoryOptions } from '../commands/history.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withStack } from '../io/common-options.ts';
import { parseLimit, parseTime } from '../io/parse-options.ts';

/** Adds the command `history`: its options and help. */
export function defineHistory(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('history')
    .summary('Shows who changed addresses, when and why')
    .description(
      'Shows what people and applications changed: who suppressed or released an address, when and why. Newest first.',
    )
    .argument('[address]', 'email address (default: every address)')
    .option('--author <name>', 'changes by someone whose name contains this text')
    .option('--since <time>', 'changes since: 2026-11-20, 2026-11-20T14:00Z, 24h, 30d, today or yesterday', parseTime)
    .option('--until <time>', 'changes before, in the same forms', parseTime)
    .addOption(
      new Option('--limit <count>', 'how many to show at most, or all').default(50, '50').argParser(parseLimit),
    )
    .addHelpText(
      'after',
      `
Changes are kept for 400 days and are never overwritten. Bounces and complaints are not changes
by a person: check shows them.

Examples:
  $ npx ses-feedback history ann@example.net
  $ npx ses-feedback history --since yesterday --author alice`,
    );
  withStack(withJson(command)).action(async (address: string | undefined, options: HistoryOptions) => {
    const { historyCommand } = await import('../commands/history.ts');
    exitWith(await historyCommand(address, options, io));
  });
}
