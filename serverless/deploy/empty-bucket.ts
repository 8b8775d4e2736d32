import { DeleteObjectsCommand, NoSuchBucket, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { createS3Client } from '../../shared/aws/s3/client.ts';
import type { AwsAccess } from './aws-deployment-target.ts';

/**
 * Deletes all objects in a bucket. Does nothing if the bucket does not exist.
 * @throws Error with the key and the reason if an object cannot be deleted
 */
export async function emptyBucket(bucket: string, { region, credentials }: AwsAccess): Promise<void> {
  const client = createS3Client({ environment: process.env, region, credentials });
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket })) {
      const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : { Key }));
      if (Objects.length === 0) continue;
      const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
      if (Errors[0] !== undefined) throw new Error(`${Errors[0].Key}: ${Errors[0].Code}`);
    }
  } catch (error) {
    if (!(error instanceof NoSuchBucket)) throw error;
  }
}
