import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { ImportFiles } from '../account-list/import-job.ts';

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

export function createS3Client(): S3Client {
  return new S3Client({
    maxAttempts: 3,
    // A local stand-in has no host names of its buckets.
    forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 15_000, throwOnRequestTimeout: true },
  });
}
