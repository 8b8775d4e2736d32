import { type ImportRecord, parseImportFile, readRecord } from './import-file.ts';
import type { FailedRecord, Ses, SimulatedImportJob } from './state.ts';

const maxLines = { PUT: 100_000, DELETE: 10_000 };

/** Updates every unfinished job to its state at the current time, and applies the jobs that are due. */
export async function runImports(ses: Ses): Promise<void> {
  const unfinished = ses.state.jobs.filter(isUnfinished);
  for (const job of unfinished) await run(job, ses);
}

/** Returns whether a job is neither completed nor failed. */
export function isUnfinished({ status }: SimulatedImportJob): boolean {
  return status === 'CREATED' || status === 'PROCESSING';
}

async function run(job: SimulatedImportJob, ses: Ses): Promise<void> {
  const now = ses.clock();
  if (now >= job.createdAt + ses.jobDurationMs / 2) job.status = 'PROCESSING';
  const dueAt = job.createdAt + ses.jobDurationMs;
  if (now < dueAt) return;
  if (ses.state.jobFault === 'stick') {
    stuck.add(job);
    return;
  }
  // A job that was stuck ends now: callers may have seen it unfinished after its due time.
  const endedAt = stuck.has(job) ? now : dueAt;
  const error = ses.state.jobFault === 'fail' ? 'Internal failure.' : await apply(job, endedAt, ses);
  job.completedAt = endedAt;
  job.status = error === undefined ? 'COMPLETED' : 'FAILED';
  if (error !== undefined) job.errorMessage = error;
}

const stuck = new WeakSet<SimulatedImportJob>();

/** Applies the file of a job. Returns why the whole file is rejected, if it is; then none of it is applied. */
async function apply(job: SimulatedImportJob, at: number, ses: Ses): Promise<string | undefined> {
  const file = await readFile(job, ses);
  if (file === undefined) return 'The object cannot be read.';
  const lines = parseImportFile(file);
  if (lines.length > maxLines[job.action]) return `The object has more than ${maxLines[job.action]} records.`;
  const failed = lines.flatMap((line) => {
    const record = readRecord(line, job);
    const error = 'error' in record ? record.error : applyRecord(record, at, ses);
    return error === undefined ? [] : [{ record: line, error } satisfies FailedRecord];
  });
  job.processedCount = lines.length;
  job.failedRecords = failed;
  return undefined;
}

async function readFile({ s3Url }: SimulatedImportJob, { readObject }: Ses): Promise<Uint8Array | undefined> {
  const { bucket, key } = parseS3Url(s3Url) ?? { bucket: '', key: '' };
  try {
    return await readObject(bucket, key);
  } catch {
    // SES does not distinguish a bucket that does not exist from one it may not read.
    return undefined;
  }
}

/** Applies one record. Returns why it failed, if it did. */
function applyRecord({ address: emailAddress, reason }: ImportRecord, at: number, { state }: Ses): string | undefined {
  if (reason === undefined) {
    return state.list.delete(emailAddress) ? undefined : 'The address is not on the suppression list.';
  }
  state.list.set(emailAddress, { emailAddress, reason, lastUpdateTime: at });
  return undefined;
}

/** Returns the bucket and the key of an `s3://` URL, or `undefined` if the URL is invalid. */
export function parseS3Url(s3Url: string): { bucket: string; key: string } | undefined {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/.exec(s3Url) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}
