import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { toStoreError } from './errors.ts';

/**
 * Returns whether a write took effect; false if its condition was not met.
 *
 * @throws StoreError for any other reason
 */
export async function isConditionMet(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw toStoreError(error);
  }
}
