import type { Command } from 'commander';
import type { IncidentsOptions } from '../commands/incidents.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withStack } from '../io/common-options.ts';

/** Adds the command `incidents`: its options and help. */
export function defineIncidents(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('incidents')
    .summary('Shows outages of mailbox providers')
    .description('Shows the times in which a mailbox provider may have refused addresses that exist, newest first.')
    .addHelpText(
      'after',
      `
An incident begins and ends with an alarm of the rule provider-outage, and is kept for 400 days.
Whether the addresses exist is not known for sure: look at them before you release them.

Examples:
  $ npx ses-feedback incidents
  $ npx ses-feedback incidents --json`,
    );
  withStack(withJson(command)).action(async (options: IncidentsOptions) => {
    const { incidentsCommand } = await import('../commands/incidents.ts');
    exitWith(await incidentsCommand(options, io));
  });
}
