import { type Clients, createClients } from '../stack/clients.ts';
import type { Progress } from '../stack/inspect-ses.ts';
import { readStack, type Stack } from '../stack/stack.ts';

/** How a command is told which stack is meant. */
export type StackOptions = { readonly stage: string; readonly stack?: string; readonly region?: string };

/** @throws Error with a sentence on what to do, if there is no such stack, no Region or no credentials */
export async function openStack({ stage, stack, region }: StackOptions): Promise<{ clients: Clients; stack: Stack }> {
  const clients = createClients(region === undefined ? {} : { region });
  try {
    return { clients, stack: await readStack(clients.cloudFormation, stack ?? `ses-feedback-${stage}`) };
  } catch (error) {
    const { name = '', message = '' } = error instanceof Error ? error : {};
    if (message === 'Region is missing') throw new Error('Which Region? Say --region, or set AWS_REGION.');
    if (name === 'CredentialsProviderError')
      throw new Error('There are no AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.');
    throw error;
  }
}

/** Says on a terminal how far it is, in one line that is written over; nothing where nobody watches. */
export const showProgress: Progress = (what, done, of) => {
  if (!process.stderr.isTTY || of < 3) return;
  const isLast = done + 1 === of;
  process.stderr.write(isLast ? '\r\x1b[K' : `\r\x1b[K${what}: ${done} of ${of}`);
};

/** The same where nobody knows of how many. Without arguments: the end of it. */
export function showCount(what?: string, done = 0): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(what === undefined ? '\r\x1b[K' : `\r\x1b[K${what}: ${done.toLocaleString('en-US')}`);
}
