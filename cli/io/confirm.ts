import { createInterface } from 'node:readline/promises';
import type { CliIO } from './cli-io.ts';

/** Asks a question that is answered with yes or no. Returns false without asking if nobody is at a terminal. */
export async function confirm(question: string, { stdin, stderr }: CliIO): Promise<boolean> {
  if (!isInteractive({ stdin, stderr })) return false;
  stderr.write(`${question} [y/N] `);
  const lines = createInterface({ input: stdin });
  for await (const line of lines) {
    lines.close();
    return /^y(es)?$/i.test(line.trim());
  }
  return false;
}

/** Returns whether a person can answer a question. */
export function isInteractive({ stdin, stderr }: Pick<CliIO, 'stdin' | 'stderr'>): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}
