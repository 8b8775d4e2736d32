import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';

export type S3ClientOptions = {
  /** The environment variables, from which the AWS SDK also takes the endpoint. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** @default the Region of the environment */
  readonly region?: string;
  /** @default the credentials of the environment */
  readonly credentials?: NonNullable<S3ClientConfig['credentials']>;
};

/** Returns an S3 client with a limit on every wait. */
export function createS3Client({ environment, ...access }: S3ClientOptions): S3Client {
  return new S3Client({
    maxAttempts: 3,
    // Only AWS has a host name for each bucket. Any other endpoint, such as a local emulator, expects the bucket in the
    // path.
    forcePathStyle: (environment.AWS_ENDPOINT_URL_S3 ?? environment.AWS_ENDPOINT_URL) !== undefined,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 15_000, throwOnRequestTimeout: true },
    ...access,
  });
}
