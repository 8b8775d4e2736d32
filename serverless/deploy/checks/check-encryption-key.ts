import { describeKeyProblem } from '../../../cli/stack/kms-key.ts';
import type { PreflightCheck } from './check.ts';

/** Reports that the key in the parameter encryptionKey is missing or cannot encrypt the topics and queues. */
export const checkEncryptionKey: PreflightCheck = async ({ target, account, encryptionKey }) => {
  if (!encryptionKey.startsWith('arn:')) return [];
  const key = await target.findResource('AWS::KMS::Key', encryptionKey);
  if (key?.kmsKey === undefined)
    return [`The key ${encryptionKey} does not exist. Correct the parameter encryptionKey.`];
  const problem = describeKeyProblem(key.kmsKey, account);
  if (problem === undefined) return [];
  return [`${problem.replace(/^t/, 'T')}. See resources/encryption-key.yml for the policy that a key needs.`];
};
