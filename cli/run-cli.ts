import { CommanderError } from 'commander';
import type { CliIO, ExitCode } from './io/cli-io.ts';
import { CommandError } from './io/errors.ts';
import { createProgram } from './program.ts';

/**
 * Runs a command and returns its exit code. It never ends the process, and writes only to the given streams.
 *
 * @param argv the arguments without `node` and the script
 * @param beforeCommand called before a command is imported
 * @example
 * const code = await runCli(['explain-event', 'events/bounce.json'], process);
 */
export async function runCli(argv: readonly string[], io: CliIO, beforeCommand?: () => Promise<void>): Promise<number> {
  let exitCode: ExitCode = 0;
  const exitWith = (code: ExitCode) => {
    exitCode = code;
  };
  const program = createProgram({ io, exitWith });
  if (beforeCommand !== undefined) program.hook('preAction', beforeCommand);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already written its message: help, the version or a usage error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.stderr.write(`ses-feedback: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof CommandError ? error.exitCode : 1;
  }
}
