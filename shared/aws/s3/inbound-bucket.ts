import type { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, NotFound, type S3Client } from '@aws-sdk/client-s3';
import type { InboundStore } from '../../relay/ports.ts';

/** Returns the emails that SES stored in a bucket. */
export function createInboundBucket(Bucket: string, s3: S3Client): InboundStore {
  return {
    async size(Key) {
      try {
        const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
        return ContentLength;
      } catch (error) {
        if (error instanceof NotFound) return undefined;
        throw error;
      }
    },
    async read(Key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      // In Node, the SDK returns a stream of Node.
      return Body as Readable;
    },
  };
}
