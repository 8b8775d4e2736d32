import type { Command } from 'commander';
import type { AwsWindowOptions } from '../commands/aws-window.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson } from '../io/common-options.ts';

/** Adds the command `aws-window`: its options and help. */
export function defineAwsWindow(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('aws-window')
    .summary('Infers which emails the rates of AWS are about')
    .description(
      'Infers from exported data over which emails AWS computes its bounce rate and complaint rate, and how many bounces are left before review and pause. Works offline.',
    )
    .requiredOption('--history <file>', 'CSV with the columns time,sends,hardBounces,complaints, as for backtest')
    .requiredOption('--metric <file>', 'CSV with the columns time,bounceRate,complaintRate: AWS/SES Reputation.*')
    .addHelpText(
      'after',
      `
AWS does not publish its window. It is called known only if one window explains the older values
of AWS, explains the newer ones as well, and no other one does. Otherwise the output is a range:
from the last 24 hours to the last 10,000 emails, which AWS's own notices name for small senders.

If a rate is above the review threshold, the output says when it will be below it again, if nothing
more goes wrong. --json gives null where the windows that are possible differ by over half a day.

Example:
  $ npx ses-feedback aws-window --history history.csv --metric reputation.csv`,
    );
  withJson(command).action(async (options: AwsWindowOptions) => {
    const { awsWindowCommand } = await import('../commands/aws-window.ts');
    exitWith(await awsWindowCommand(options, io));
  });
}
