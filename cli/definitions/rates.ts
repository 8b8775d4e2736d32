import { type Command, Option } from 'commander';
import type { RatesOptions } from '../commands/rates.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withPolicy, withStack } from '../io/common-options.ts';
import { parseDuration } from '../io/parse-options.ts';

/** Adds the command `rates`: its options and help. */
export function defineRates(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('rates')
    .summary('Shows bounce and complaint rates, and what they are made of')
    .description(
      'Shows the bounce and complaint rates of a stack with the raised alarms on them, or what they are made of.',
    )
    .addOption(
      new Option('--by <property>', 'what to divide the bounces and complaints by').choices([
        'configuration-set',
        'identity',
        'tag',
        'tenant',
        'domain',
        'provider',
        'reason',
      ]),
    )
    .addOption(
      new Option('--period <duration>', 'with --by: the time up to now, such as 6h or 7d')
        .default(86_400_000, '24h')
        .argParser(parseDuration),
    )
    .option(
      '--scope <scope>',
      'identity:<domain>, configuration-set:<name>, tenant:<name> or tag:<name>=<value>',
      'account',
    )
    .option('--table <name>', 'reputation table, instead of that of the stack')
    .addHelpText(
      'after',
      `
Each rate is shown with its counts and its exact 95 % confidence interval. The last five minutes
are excluded, as in the alarms.

Examples:
  $ npx ses-feedback rates --scope configuration-set:newsletter
  $ npx ses-feedback rates --by configuration-set
  $ npx ses-feedback rates --by provider --period 6h`,
    );
  withStack(withJson(withPolicy(command))).action(async (options: RatesOptions) => {
    const { ratesCommand } = await import('../commands/rates.ts');
    exitWith(await ratesCommand(options, io));
  });
}
