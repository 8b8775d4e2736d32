import type { ExitCode } from './cli-io.ts';

/** An error that ends a command with an exit code of its own. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The command was called in a way that cannot work. */
export class UsageError extends CommandError {
  constructor(message: string) {
    super(message, 2);
  }
}

/** What the command was asked for does not exist. */
export class NotFoundError extends CommandError {
  constructor(message: string) {
    super(message, 3);
  }
}

/** AWS credentials are missing, or AWS does not accept them. */
export class CredentialsError extends CommandError {
  constructor(message: string) {
    super(message, 4);
  }
}
