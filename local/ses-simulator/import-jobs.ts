import { defined } from '../../shared/domain/defined.ts';
import { type Json, objectOf } from './json.ts';
import { type ApiResponse, badRequest, errorResponse, notFound, ok } from './response.ts';
import { isUnfinished, parseS3Url } from './run-imports.ts';
import type { Ses, SimulatedImportJob } from './state.ts';

const maxUnfinished = 20;

/** CreateImportJob: creates a job. Its file is read when the job is due, and not before. */
export function createImportJob(input: Json, { state, clock, newId }: Ses): ApiResponse {
  if (state.account.isSandbox) return badRequest('The account is in the sandbox.');
  const { SuppressionListDestination } = objectOf(input.ImportDestination);
  const { SuppressionListImportAction: action } = objectOf(SuppressionListDestination);
  const { S3Url: s3Url, DataFormat: format } = objectOf(input.ImportDataSource);
  if (action !== 'PUT' && action !== 'DELETE') return badRequest('The destination must be the suppression list.');
  if (format !== 'CSV' && format !== 'JSON') return badRequest('DataFormat must be CSV or JSON.');
  if (typeof s3Url !== 'string' || parseS3Url(s3Url) === undefined) return badRequest('S3Url is not valid.');
  if (state.jobs.filter(isUnfinished).length >= maxUnfinished) {
    return errorResponse(400, 'LimitExceededException', `There are ${maxUnfinished} import jobs already.`);
  }
  const jobId = newId();
  const counts = { processedCount: 0, failedRecords: [] };
  state.jobs.push({ jobId, action, format, s3Url, createdAt: clock(), status: 'CREATED', ...counts });
  return ok({ JobId: jobId });
}

/** GetImportJob: returns the state of a job. */
export function getImportJob(jobId: string, ses: Ses): ApiResponse {
  const job = ses.state.jobs.find((one) => one.jobId === jobId);
  if (job === undefined) return notFound(`Import job ${jobId} does not exist.`);
  const ImportDataSource = { S3Url: job.s3Url, DataFormat: job.format };
  return ok({ ...toSummary(job), ImportDataSource, ...describeEnd(job, ses) });
}

/** ListImportJobs: returns all jobs on one page, oldest first. */
export function listImportJobs({ state }: Ses): ApiResponse {
  return ok({ ImportJobs: state.jobs.map(toSummary) });
}

function toSummary({ jobId, action, status, createdAt, processedCount, failedRecords }: SimulatedImportJob): object {
  return {
    JobId: jobId,
    ImportDestination: { SuppressionListDestination: { SuppressionListImportAction: action } },
    JobStatus: status,
    CreatedTimestamp: createdAt / 1000,
    ProcessedRecordsCount: processedCount,
    FailedRecordsCount: failedRecords.length,
  };
}

function describeEnd(
  { jobId, completedAt, errorMessage, failedRecords }: SimulatedImportJob,
  { failedRecordsUrl }: Ses,
) {
  const FailureInfo = {
    ...(failedRecords.length > 0 && { FailedRecordsS3Url: failedRecordsUrl(jobId) }),
    ...defined({ ErrorMessage: errorMessage }),
  };
  return {
    ...(completedAt !== undefined && { CompletedTimestamp: completedAt / 1000 }),
    ...(Object.keys(FailureInfo).length > 0 && { FailureInfo }),
  };
}
