import { CommanderError } from 'commander';
import { defined } from '../shared/domain/defined.ts';
import { replaceAlias } from './aliases.ts';
import { explainAwsError } from './io/aws-errors.ts';
import type { CliIO, ExitCode } from './io/cli-io.ts';
import { CommandError } from './io/errors.ts';
import { createProgram } from './program.ts';

/**
 * Runs a command and returns its exit code. It never ends the process, and writes only to the given streams.
 *
 * @param argv the arguments without `node` and the script
 * @param beforeCommand called before a command is imported
 * @example
 * const code = await runCli(['explain', 'events/bounce.json'], process);
 */
export async function runCli(argv: readonly string[], io: CliIO, beforeCommand?: () => Promise<void>): Promise<number> {
  let exitCode: ExitCode = 0;
  const exitWith = (code: ExitCode) => {
    exitCode = code;
  };
  const program = createProgram({ io, exitWith });
  const selected = { profile: process.env.AWS_PROFILE, region: process.env.AWS_REGION };
  program.hook('preAction', async (_program, command) => {
    const { profile, region } = command.optsWithGlobals();
    // A command that reads several accounts gives each client its profile.
    if (!Array.isArray(profile) && !Array.isArray(region)) Object.assign(selected, defined({ profile, region }));
    // The SDK reads the profile from the environment, for every client.
    if (typeof profile === 'string') process.env.AWS_PROFILE = profile;
    await beforeCommand?.();
  });
  try {
    await program.parseAsync(replaceAlias(argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already written its message: help, the version or a usage error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const explained = explainAwsError(error, selected);
    io.stderr.write(`ses-feedback: ${explained instanceof Error ? explained.message : String(explained)}\n`);
    return explained instanceof CommandError ? explained.exitCode : 1;
  }
}
