import { type Json, objectOf } from './json.ts';
import { type Answer, badRequest, notFound, ok, refusal } from './response.ts';
import { isUnfinished, locationOf } from './run-imports.ts';
import type { ImportJob, Ses } from './state.ts';

const maxUnfinished = 20;

/** CreateImportJob: takes an order. Whether its file can be read shows when the job is due. */
export function createImportJob(input: Json, { state, clock, newId }: Ses): Answer {
  if (state.account.isSandbox) return badRequest('The account is in the sandbox.');
  const { SuppressionListDestination } = objectOf(input.ImportDestination);
  const { SuppressionListImportAction: action } = objectOf(SuppressionListDestination);
  const { S3Url: s3Url, DataFormat: format } = objectOf(input.ImportDataSource);
  if (action !== 'PUT' && action !== 'DELETE') return badRequest('The destination must be the suppression list.');
  if (format !== 'CSV' && format !== 'JSON') return badRequest('DataFormat must be CSV or JSON.');
  if (typeof s3Url !== 'string' || locationOf(s3Url) === undefined) return badRequest('S3Url is not valid.');
  if (state.jobs.filter(isUnfinished).length >= maxUnfinished) {
    return refusal(400, 'LimitExceededException', `There are ${maxUnfinished} import jobs already.`);
  }
  const jobId = newId();
  const counts = { processedCount: 0, failedRecords: [] };
  state.jobs.push({ jobId, action, format, s3Url, createdAt: clock(), status: 'CREATED', ...counts });
  return ok({ JobId: jobId });
}

/** GetImportJob: how far a job is. */
export function getImportJob(jobId: string, ses: Ses): Answer {
  const job = ses.state.jobs.find((one) => one.jobId === jobId);
  if (job === undefined) return notFound(`Import job ${jobId} does not exist.`);
  return ok({ ...summaryOf(job), ImportDataSource: { S3Url: job.s3Url, DataFormat: job.format }, ...endOf(job, ses) });
}

/** ListImportJobs: all of them, the oldest first. */
export function listImportJobs({ state }: Ses): Answer {
  return ok({ ImportJobs: state.jobs.map(summaryOf) });
}

function summaryOf({ jobId, action, status, createdAt, processedCount, failedRecords }: ImportJob): object {
  return {
    JobId: jobId,
    ImportDestination: { SuppressionListDestination: { SuppressionListImportAction: action } },
    JobStatus: status,
    CreatedTimestamp: createdAt / 1000,
    ProcessedRecordsCount: processedCount,
    FailedRecordsCount: failedRecords.length,
  };
}

function endOf({ jobId, completedAt, errorMessage, failedRecords }: ImportJob, { failedRecordsUrl }: Ses): object {
  const FailureInfo = {
    ...(failedRecords.length > 0 && { FailedRecordsS3Url: failedRecordsUrl(jobId) }),
    ...(errorMessage !== undefined && { ErrorMessage: errorMessage }),
  };
  return {
    ...(completedAt !== undefined && { CompletedTimestamp: completedAt / 1000 }),
    ...(Object.keys(FailureInfo).length > 0 && { FailureInfo }),
  };
}
