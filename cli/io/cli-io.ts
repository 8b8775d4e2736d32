import type { Readable } from 'node:stream';

/** An output of a command. */
export type Output = {
  write(text: string): unknown;
  /** Whether the output is a terminal, which also shows progress. */
  readonly isTTY?: boolean;
  /** The width of the terminal, characters. */
  readonly columns?: number;
};

/**
 * The streams of a command. `process` is one, and a test can pass others. The environment and the working directory are not part of it,
 * because the AWS SDK and Node read them from the process.
 */
export type CliIO = {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
};

/**
 * 0: done. 1: the command failed, or found a problem. 2: it was called incorrectly. 3: the answer is no: an address is suppressed, something
 * does not exist, or a rate is over a threshold. 4: AWS credentials or rights are missing. 6: a part was done, and running the command again
 * does the rest. 75: AWS is busy or cannot be reached; try again.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 6 | 75;

/** What the definition of a command needs to run it: its streams, and a function that receives its exit code. */
export type CommandContext = { readonly io: CliIO; readonly exitWith: (code: ExitCode) => void };
