import { type Clients, createClients } from '../stack/clients.ts';
import { readStack, type Stack } from '../stack/stack.ts';
import { explainAwsError } from './aws-errors.ts';
import type { CliIO } from './cli-io.ts';
import { sanitize } from './sanitize.ts';

/** The options that select a stack. The profile is an environment variable by the time a command runs. */
export type StackOptions = {
  readonly stage: string;
  readonly stack?: string;
  readonly region?: string;
  readonly profile?: string;
};

/**
 * Reads the stack that the options select, and names its account and Region on a terminal.
 * @throws Error that says what to do, if the stack, the Region or the credentials are missing
 */
export async function openStack(
  { stage, stack: name, region }: StackOptions,
  { stderr }: Pick<CliIO, 'stderr'> = process,
): Promise<{ clients: Clients; stack: Stack }> {
  const clients = createClients(region === undefined ? {} : { region });
  const stack = await readStack(clients.cloudFormation, name ?? `ses-feedback-${stage}`).catch((error: unknown) => {
    const { name: kind = '', message = '' } = error instanceof Error ? error : {};
    const isConfiguration = message === 'Region is missing' || kind === 'CredentialsProviderError';
    throw isConfiguration ? explainAwsError(error, { profile: process.env.AWS_PROFILE, region }) : error;
  });
  const profile = process.env.AWS_PROFILE ? ` · profile ${process.env.AWS_PROFILE}` : '';
  if (stderr.isTTY)
    stderr.write(`${sanitize(`${stack.name} · account ${stack.account} · ${stack.region}${profile}`)}\n`);
  return { clients, stack };
}
