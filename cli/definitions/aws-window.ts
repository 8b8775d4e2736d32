import type { Command } from 'commander';
import type { AwsWindowOptions } from '../commands/aws-window.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withStack } from '../io/common-options.ts';

/** Adds the command `aws-window`: its options and help. */
export function defineAwsWindow(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('aws-window')
    .summary("Shows AWS's own rates by its window, and what is left")
    .description(
      'Shows over which emails AWS computes its bounce rate and complaint rate, as inferred, and how many bounces are left before review and pause. With --history and --metric, it works offline on exported data.',
    )
    .option('--history <file>', 'CSV with the columns time,sends,hardBounces,complaints, as for backtest')
    .option('--metric <file>', 'CSV with the columns time,bounceRate,complaintRate: AWS/SES Reputation.*')
    .option('--import <file>', 'fill the ledger of the stack with a history, in either form of backtest')
    .addHelpText(
      'after',
      `
AWS does not publish its window. It is called known only if one window explains the older values
of AWS, explains the newer ones as well, and no other one does. Otherwise the output is a range:
from the last 24 hours to the last 10,000 emails, which AWS's own notices name for small senders.

If a rate is above the review threshold, the output says when it will be below it again, if nothing
more goes wrong. --json gives null where the windows that are possible differ by over half a day.

A stack keeps a ledger of 400 days and looks for the window once a day. --import adds days from
before the stack; days that the stack has counted itself stay.

Examples:
  $ npx ses-feedback aws-window
  $ npx ses-feedback aws-window --history history.csv --metric reputation.csv
  $ npx ses-feedback aws-window --import events.csv`,
    );
  withStack(withJson(command)).action(async (options: AwsWindowOptions) => {
    const { awsWindowCommand } = await import('../commands/aws-window.ts');
    exitWith(await awsWindowCommand(options, io));
  });
}
