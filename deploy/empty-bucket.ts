import { DeleteObjectsCommand, NoSuchBucket, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { Access } from './ask-aws.ts';

/** Deletes all that lies in a bucket; where there is no bucket, nothing. */
export async function emptyBucket(bucket: string, { region, credentials }: Access): Promise<void> {
  const client = new S3Client({ region, credentials, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket })) {
      const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : { Key }));
      if (Objects.length > 0) await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    }
  } catch (error) {
    if (!(error instanceof NoSuchBucket)) throw error;
  }
}
