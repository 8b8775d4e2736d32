import { userInfo } from 'node:os';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** A request that is not answered must not keep an operator from releasing an address. */
const timeoutMs = 3000;

/**
 * Returns the ARN of the AWS identity that runs the command, such as `arn:aws:sts::123456789012:assumed-role/support/ann`. Every identity may
 * ask for its own. If AWS does not answer, returns the name of the operating system's user, marked as such.
 */
export async function callerOf(region: string): Promise<string> {
  const client = new STSClient({ region, maxAttempts: 1 });
  try {
    const { Arn } = await client.send(new GetCallerIdentityCommand({}), {
      abortSignal: AbortSignal.timeout(timeoutMs),
    });
    if (Arn !== undefined) return Arn;
  } catch {
    // The change itself uses the same credentials, and fails with the reason if they are invalid.
  }
  return `local user ${userInfo().username}`;
}
