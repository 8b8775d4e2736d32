import type { Command } from 'commander';
import type { BacktestOptions } from '../commands/backtest.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withAws, withJson, withPolicy } from '../io/common-options.ts';

/** Adds the command `backtest`: its options and help. */
export function defineBacktest(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('backtest')
    .summary('Replays a sending history through the rate alarms')
    .description(
      'Replays a sending history and prints when the rate alarms would have been raised. Works offline, except with --from-ses.',
    )
    .argument(
      '[file...]',
      'CSV files, or the output of aws ses get-send-statistics (.json); - is CSV on standard input',
    )
    .option('--from-ses', "SES's own statistics of the last 14 days, without a file")
    .option('--outage-addresses <file>', 'write the addresses of outages to a new file, one a line, for release --file')
    .addHelpText(
      'after',
      `
The header of a file selects one of two forms:

  time,sends,hardBounces,complaints
      One row per 1 to 60 minutes of send time. time is the start of the row (ISO 8601).
      Evaluated at the end of each row.
  knownAt,sentAt,kind
      One row per event: when it became known, when its email was sent, and its kind: send,
      delivery, hardBounce or complaint. Evaluated every 15 minutes with what was known then.

With the columns recipient (an address, or a pseudonym at its real domain) and answer (the text
of the receiving server), the output also names outages of providers: times in which a provider
refused addresses that it had accepted before. --outage-addresses writes them to a file, so that
they can be released: npx ses-feedback release --file FILE --note "outage".

Examples:
  $ npx ses-feedback backtest examples/history.csv
  $ npx ses-feedback backtest --from-ses --region eu-west-1`,
    );
  withAws(withJson(withPolicy(command))).action(async (files: readonly string[], options: BacktestOptions) => {
    const { backtestCommand } = await import('../commands/backtest.ts');
    exitWith(await backtestCommand(files, options, io));
  });
}
