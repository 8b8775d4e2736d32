import { type ImportRecord, linesOf, readRecord } from './import-file.ts';
import type { FailedRecord, ImportJob, Ses } from './state.ts';

const maxLines = { PUT: 100_000, DELETE: 10_000 };

/** Brings each job to the state it has by now. What is due later is not looked at. */
export async function runImports(ses: Ses): Promise<void> {
  const unfinished = ses.state.jobs.filter(isUnfinished);
  for (const job of unfinished) await run(job, ses);
}

/** Whether a job has not come to its end. */
export function isUnfinished({ status }: ImportJob): boolean {
  return status === 'CREATED' || status === 'PROCESSING';
}

async function run(job: ImportJob, ses: Ses): Promise<void> {
  const now = ses.clock();
  if (now >= job.createdAt + ses.jobTime / 2) job.status = 'PROCESSING';
  const dueAt = job.createdAt + ses.jobTime;
  if (now < dueAt) return;
  if (ses.state.jobFault === 'stick') {
    stuck.add(job);
    return;
  }
  // One that was stuck cannot have ended in the past: others have looked at it since.
  const endedAt = stuck.has(job) ? now : dueAt;
  const error = ses.state.jobFault === 'fail' ? 'Internal failure.' : await apply(job, endedAt, ses);
  job.completedAt = endedAt;
  job.status = error === undefined ? 'COMPLETED' : 'FAILED';
  if (error !== undefined) job.errorMessage = error;
}

const stuck = new WeakSet<ImportJob>();

/** @returns what is wrong with the whole file; then nothing of it is applied */
async function apply(job: ImportJob, at: number, ses: Ses): Promise<string | undefined> {
  const file = await readFile(job, ses);
  if (file === undefined) return 'The object cannot be read.';
  const lines = linesOf(file);
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

async function readFile({ s3Url }: ImportJob, { readObject }: Ses): Promise<Uint8Array | undefined> {
  const { bucket, key } = locationOf(s3Url) ?? { bucket: '', key: '' };
  try {
    return await readObject(bucket, key);
  } catch {
    // To SES, a bucket that is not there and one it may not read are the same.
    return undefined;
  }
}

/** @returns why it is not done */
function applyRecord({ address: emailAddress, reason }: ImportRecord, at: number, { state }: Ses): string | undefined {
  if (reason === undefined) {
    return state.list.delete(emailAddress) ? undefined : 'The address is not on the suppression list.';
  }
  state.list.set(emailAddress, { emailAddress, reason, lastUpdateTime: at });
  return undefined;
}

/** Bucket and key of an `s3://` URL. */
export function locationOf(s3Url: string): { bucket: string; key: string } | undefined {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/.exec(s3Url) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}
