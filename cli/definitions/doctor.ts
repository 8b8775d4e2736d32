import type { Command } from 'commander';
import type { DoctorOptions } from '../commands/doctor.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withPolicy, withStack } from '../io/common-options.ts';

/** Adds the command `doctor`: its options and help. */
export function defineDoctor(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('doctor')
    .summary('Checks that SES feedback reaches the stack')
    .description(
      'Checks that bounces and complaints reach the stack, and says how to fix problems. Changes nothing without --fix.',
    )
    .option('--all', 'also list the checks that passed')
    .option('--quick', 'leave out tenants, and configuration sets that are the default of no identity')
    .option('--fix', 'connect the identities that are not connected, after asking')
    .option('--yes', 'with --fix: make the changes without asking')
    .addHelpText(
      'after',
      `
Problems come first: ✗ wrong, ? check failed, – note. The line after → is the fix.
SES accepts one call per second. In an account with hundreds of configuration sets or tenants,
--quick saves minutes.

Exit code 0 means that everything works, 1 that something is wrong or that a check failed.

Examples:
  $ npx ses-feedback doctor
  $ npx ses-feedback doctor --fix`,
    );
  withStack(withJson(withPolicy(command))).action(async (options: DoctorOptions) => {
    const { doctorCommand } = await import('../commands/doctor.ts');
    exitWith(await doctorCommand(options, io));
  });
}
