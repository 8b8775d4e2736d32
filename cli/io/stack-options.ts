import { type Clients, createClients } from '../stack/clients.ts';
import { readStack, type Stack } from '../stack/stack.ts';
import { CredentialsError, UsageError } from './errors.ts';
import { sanitize } from './sanitize.ts';

/** The options that select a stack. */
export type StackOptions = { readonly stage: string; readonly stack?: string; readonly region?: string };

/**
 * Reads the stack that the options select.
 * @throws Error that says what to do, if the stack, the Region or the credentials are missing
 */
export async function openStack({ stage, stack, region }: StackOptions): Promise<{ clients: Clients; stack: Stack }> {
  const clients = createClients(region === undefined ? {} : { region });
  try {
    return { clients, stack: await readStack(clients.cloudFormation, stack ?? `ses-feedback-${stage}`) };
  } catch (error) {
    const { name = '', message = '' } = error instanceof Error ? error : {};
    if (message === 'Region is missing')
      throw new UsageError('No AWS Region configured. Pass --region or set AWS_REGION.');
    if (name === 'CredentialsProviderError') throw new CredentialsError(describeCredentialsError(message));
    throw error;
  }
}

function describeCredentialsError(reason: string): string {
  const profile = process.env.AWS_PROFILE;
  if (profile === undefined || profile === '')
    return 'No AWS credentials found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
  const [name, text] = [sanitize(profile), sanitize(reason).replace(/\.$/, '')];
  return `Cannot load credentials for profile "${name}": ${text}. If the session has expired, run: aws sso login --profile ${name}`;
}
