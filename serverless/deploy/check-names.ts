import type { Policy } from '../../shared/domain/policy/policy.ts';

export type CheckNamesOptions = {
  readonly policy: Policy;
  /** Region of the stack. */
  readonly region: string;
  /** Name of the bucket for import files. It contains the id of the account, which can be any id here. */
  readonly bucket: string;
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const maxBucketNameLength = 63;

/**
 * Checks names that are derived from the stage and the Region, before anything is packaged.
 * @throws Error with one sentence about the first problem: a Region that is listed twice, or a bucket name that S3
 * rejects
 */
export function checkNames({ policy, region, bucket }: CheckNamesOptions): void {
  if (policy.accountList.regions.includes(region))
    throw new Error(
      `policy.json: accountList.regions contains ${region}, the Region of the stack, which is always synced. Remove it from the list.`,
    );
  if (bucket.length > maxBucketNameLength)
    throw new Error(
      `The name of the stage is ${bucket.length - maxBucketNameLength} characters too long: the bucket of the stack would be named ${bucket}, and S3 allows ${maxBucketNameLength} characters. Choose a shorter name.`,
    );
  if (!/^[a-z\d.-]+$/.test(bucket))
    throw new Error(
      `The name of the stage may contain only lowercase letters, digits and hyphens: the bucket of the stack would be named ${bucket}. Choose another name.`,
    );
}
