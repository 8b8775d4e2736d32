import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { DeliveryMergeFiles } from '../../deliveries/delivery-files.ts';
import { appendedPrefix, monthPrefix } from './delivery-keys.ts';

/** Returns the memory of deliveries in the stack's bucket, as the function that merges it needs it. */
export function createDeliveryMergeFiles(Bucket: string, s3: S3Client): DeliveryMergeFiles {
  const read = async (Key: string): Promise<Uint8Array> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  };
  return {
    async listAppended() {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: appendedPrefix }));
      return Contents.flatMap(({ Key }) => Key ?? []);
    },
    readAppended: read,
    async removeAppended(names) {
      const Delete = { Objects: names.map((Key) => ({ Key })), Quiet: true };
      const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
      const [first] = Errors;
      if (first !== undefined) throw new Error(`${first.Key} could not be deleted: ${first.Message}`);
    },
    async readMonth(month) {
      try {
        return await read(`${monthPrefix}${month}`);
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async writeMonth(month, Body) {
      await s3.send(new PutObjectCommand({ Bucket, Key: `${monthPrefix}${month}`, Body }));
    },
  };
}
