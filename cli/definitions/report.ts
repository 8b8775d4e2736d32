import type { Command } from 'commander';
import type { ReportOptions } from '../commands/report.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withPolicy, withStack } from '../io/common-options.ts';
import { parseTime } from '../io/parse-options.ts';

/** Adds the command `report`: its options and help. */
export function defineReport(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('report')
    .summary('Writes a page about a period: rates, contributors, alarms and suppressions')
    .description(
      'Writes an HTML page about a period: rates with their thresholds, sends, contributors, alarms, and suppressed addresses, masked. The page needs no other file and no network.',
    )
    .argument('<file>', 'page to write, such as report.html')
    .option('--since <time>', 'beginning: 2026-11-20, 2026-11-20T14:00Z, 30d or yesterday (default: 7d)', parseTime)
    .option('--until <time>', 'end, in the same forms (default: now)', parseTime)
    .addHelpText(
      'after',
      `
Examples:
  $ npx ses-feedback report report.html
  $ npx ses-feedback report november.html --since 30d`,
    );
  withStack(withJson(withPolicy(command))).action(async (file: string, options: ReportOptions) => {
    const { reportCommand } = await import('../commands/report.ts');
    exitWith(await reportCommand(file, options, io));
  });
}
