import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { minKeyLength } from '../../domain/email-report/return-path.ts';
import { describeIssues } from '../../domain/schema-errors.ts';

/** What the relay must keep secret. */
export type RelaySecret = {
  /** The login at the mail server. Missing: the server needs none. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** The certificate of the authority that signed the server's certificate, in PEM. Missing: the public ones. */
  readonly ca?: string | undefined;
  /** The keys of signed return paths: the one that signs first, then older ones. */
  readonly returnPathKeys: readonly string[];
};

const schema = z.object({
  user: z.optional(z.string()),
  password: z.optional(z.string()),
  ca: z.optional(z.string()),
  returnPathKeys: z._default(z.array(z.string().check(z.minLength(minKeyLength))), []),
});

/**
 * Reads the secret: a parameter of Systems Manager, or a secret of Secrets Manager, which Systems Manager reads under the name
 * `/aws/reference/secretsmanager/<name>`.
 *
 * @throws Error that names no value, if it is missing or not valid
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
 */
export async function readRelaySecret(client: SSMClient, name: string): Promise<RelaySecret> {
  const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  let json: unknown;
  try {
    json = JSON.parse(Parameter?.Value ?? '');
  } catch {
    throw new Error(`${name} is not JSON. It must look like {"user": "…", "password": "…"}.`);
  }
  const result = schema.safeParse(json, { jitless: true });
  if (!result.success)
    throw new Error(`${name} is not valid: ${describeIssues(result.error, 'the secret').join('; ')}.`);
  return result.data;
}
