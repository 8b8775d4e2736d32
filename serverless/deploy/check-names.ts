import type { Policy } from '../../shared/domain/policy/policy.ts';

export type Names = {
  readonly policy: Policy;
  /** Of the stack. */
  readonly region: string;
  /** Name of the bucket for import files, with any account. */
  readonly bucket: string;
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const longest = 63;

/** @throws Error with a sentence, where names that are made of others are none AWS takes, or mean the same thing twice */
export function checkNames({ policy, region, bucket }: Names): void {
  if (policy.accountList.regions.includes(region))
    throw new Error(
      `policy.json: accountList.regions: ${region} is the stack's own Region, which is told anyway: leave it out.`,
    );
  if (bucket.length > longest)
    throw new Error(
      `The stage is ${bucket.length - longest} characters too long: the stack's bucket would be called ${bucket}, and S3 takes ${longest} characters.`,
    );
  if (!/^[a-z\d.-]+$/.test(bucket))
    throw new Error(
      `The stage has to be of small letters, digits and -: the stack's bucket would be called ${bucket}.`,
    );
}
