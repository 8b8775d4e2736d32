import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import type { ImportFiles } from '../../account-list/import-file.ts';
import type { ListingStorage } from '../../account-list/read-listing.ts';

/**
 * The bucket of the stack, as resources/import-bucket.yml calls it.
 * @returns `undefined` in a local invocation, which has no account
 */
export function importBucketOf(name: string, functionArn = ''): string | undefined {
  const [, region, account] = /^arn:[^:]+:lambda:([^:]+):(\d{12}):function:/.exec(functionArn) ?? [];
  return region && `${name}-${account}-${region}`;
}

/** Files for SES, in a bucket that encrypts them and forgets them after some days. */
export function createImportFiles(bucket: string, s3 = createS3Client()): ImportFiles {
  return {
    async write(Key, Body) {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: 'application/x-ndjson' }));
      return `s3://${bucket}/${Key}`;
    },
    async read(Key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return (await Body?.transformToString()) ?? '';
    },
    async fetchFailures(url) {
      const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return response.text();
    },
  };
}

/** A listing of SES's list, where it takes longer than a function may. */
export function createListingStorage(bucket: string, s3 = createS3Client()): ListingStorage {
  return {
    async read(name) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `reconcile/${name}` }));
        return await Body?.transformToString();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async write(name, text) {
      // Not the empty text: of that the client does not know the length.
      const Body = new TextEncoder().encode(text);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `reconcile/${name}`, Body }));
    },
    async remove(name) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: `reconcile/${name}` }));
    },
  };
}

/** @param access where the environment does not have it */
export function createS3Client(access: Pick<S3ClientConfig, 'region' | 'credentials'> = {}): S3Client {
  return new S3Client({
    maxAttempts: 3,
    // A local stand-in has no host names of its buckets.
    forcePathStyle: (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 15_000, throwOnRequestTimeout: true },
    ...access,
  });
}
