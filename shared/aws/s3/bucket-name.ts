import { parseFunctionArn } from '../../domain/arn.ts';

/**
 * Returns the full name of a bucket of the stack, as the templates in resources/ build it; `undefined` in a local invocation, which has no
 * account.
 *
 * @param name the beginning of the name, before account and Region
 */
export function bucketNameOf(name: string, functionArn: string | undefined): string | undefined {
  const { account, region } = parseFunctionArn(functionArn) ?? {};
  return account && `${name}-${account}-${region}`;
}
