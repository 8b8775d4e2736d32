import type { Command } from 'commander';
import type { StatsOptions } from '../commands/stats.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withAws, withJson, withPolicy } from '../io/common-options.ts';

/** Adds the command `stats`: its options and help. */
export function defineStats(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('stats')
    .summary("Shows SES's own sending statistics of the last 14 days")
    .description(
      "Shows SES's own sending statistics of the last 14 days, by day and as charts, and when the rate alarms would have been raised. Needs no stack.",
    )
    .addHelpText(
      'after',
      `
Bounces here are those that SES counts, at the time at which they arrived. To see every change of
the alarms, run backtest --from-ses.

Example:
  $ npx ses-feedback stats --region eu-west-1`,
    );
  withAws(withJson(withPolicy(command))).action(async (options: StatsOptions) => {
    const { statsCommand } = await import('../commands/stats.ts');
    exitWith(await statsCommand(options, io));
  });
}
