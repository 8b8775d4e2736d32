import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ImportFiles } from '../../account-list/import-file.ts';
import type { ListingStorage } from '../../account-list/listing-pages.ts';

/** The timeout for downloading the list of lines that SES could not import. Milliseconds. */
const downloadTimeoutMs = 10_000;

/** Returns the storage for import files in the stack's bucket, which encrypts them and deletes them after two days. */
export function createImportFiles(bucket: string, s3: S3Client): ImportFiles {
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
      const response = await fetch(url, { signal: AbortSignal.timeout(downloadTimeoutMs) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return response.text();
    },
  };
}

/** Returns the storage of listings that take more than one run of the function. */
export function createListingStorage(bucket: string, s3: S3Client): ListingStorage {
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
      // The SDK cannot determine the length of an empty string, but of an empty array it can.
      const Body = new TextEncoder().encode(text);
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `reconcile/${name}`, Body }));
    },
    async remove(name) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: `reconcile/${name}` }));
    },
  };
}
