import type { Command } from 'commander';
import type { DoctorOptions } from '../commands/doctor.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withPolicy, withStack } from '../io/common-options.ts';

/** Adds the command `doctor`: its options and help. */
export function defineDoctor(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('doctor')
    .summary('Checks that SES feedback reaches the stack')
    .description('Checks that bounces and complaints reach the stack, and says how to fix problems. Changes nothing.')
    .addHelpText(
      'after',
      `
Prints one finding per line: ✓ ok, – note, ✗ wrong, ? check failed. The text after → is the fix.
Exit code 0 means that everything works, 1 that something is wrong or that a check failed.`,
    );
  withStack(withJson(withPolicy(command))).action(async (options: DoctorOptions) => {
    const { doctorCommand } = await import('../commands/doctor.ts');
    exitWith(await doctorCommand(options, io));
  });
}
