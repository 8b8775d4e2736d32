import type { Command } from 'commander';
import type { RatesOptions } from '../commands/rates.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withPolicy } from '../io/common-options.ts';

/** Adds the command `rates`: its options and help. */
export function defineRates(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('rates')
    .summary('Shows bounce and complaint rates and active alarms')
    .description('Shows the bounce and complaint rates of a stack and the active alarms on them. Changes nothing.')
    .requiredOption('--table <name>', 'reputation table, for example ses-feedback-prod-reputation')
    .option(
      '--scope <scope>',
      'identity:<domain>, configuration-set:<name>, tenant:<name> or tag:<name>=<value>',
      'account',
    )
    .addHelpText(
      'after',
      `
Each rate is shown with its counts and its exact 95 % confidence interval. The last five minutes
are excluded, as in the alarms. The Region and the credentials come from the environment, as in
the AWS CLI.`,
    );
  withJson(withPolicy(command)).action(async (options: RatesOptions) => {
    const { ratesCommand } = await import('../commands/rates.ts');
    exitWith(await ratesCommand(options, io));
  });
}
