import {
  CreateImportJobCommand,
  DeleteSuppressedDestinationCommand,
  GetAccountCommand,
  GetImportJobCommand,
  GetSuppressedDestinationCommand,
  ListSuppressedDestinationsCommand,
  PutSuppressedDestinationCommand,
  SESv2Client,
  SESv2ServiceException,
} from '@aws-sdk/client-sesv2';
import type { AccountList, ImportState, ListEntry, SesOutcome } from '../../account-list/account-list.ts';
import { describeError } from '../../domain/describe-error.ts';
import { homeRegion } from '../../domain/suppression/account-list-state.ts';

/** The most that SES gives at once, by AWS's own writings; the model of its API names no bound. */
const pageSize = 1000;

/** A client whose calls are paced by who uses it: tried once, and bounded. */
function createSesClient(region?: string): SESv2Client {
  return new SESv2Client({
    ...(region !== undefined && { region }),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
}

/**
 * The lists of the stack's own Region and of further ones, by Region.
 * @param own where the environment does not say it
 */
export function createAccountLists(regions: readonly string[], own?: string): ReadonlyMap<string, AccountList> {
  return new Map([
    [homeRegion, createAccountList(createSesClient(own))],
    ...regions.map((region) => [region, createAccountList(createSesClient(region))] as const),
  ]);
}

/** SES's account-level suppression list in the client's Region. */
export function createAccountList(ses: SESv2Client): AccountList {
  return {
    put: (EmailAddress, Reason) =>
      attempt(async () => {
        await ses.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason }));
        return { kind: 'done' };
      }),
    delete: (EmailAddress) =>
      attempt(async () => {
        await ses.send(new DeleteSuppressedDestinationCommand({ EmailAddress }));
        return { kind: 'done' };
      }),
    get: (EmailAddress) =>
      attempt(async () => {
        const { SuppressedDestination } = await ses.send(new GetSuppressedDestinationCommand({ EmailAddress }));
        const [entry] = toEntry(SuppressedDestination ?? {});
        if (entry === undefined) return { kind: 'failed', reason: 'SES gives an entry that is none' };
        const messageId = SuppressedDestination?.Attributes?.MessageId;
        return { kind: 'found', ...entry, ...(messageId && { messageId }) };
      }),
    list: (NextToken) =>
      attempt(async () => {
        const { SuppressedDestinationSummaries, NextToken: next } = await ses.send(
          new ListSuppressedDestinationsCommand({ PageSize: pageSize, NextToken }),
        );
        if (SuppressedDestinationSummaries === undefined)
          return { kind: 'failed', reason: 'SES gives a page that is none' };
        const entries = SuppressedDestinationSummaries.flatMap(toEntry);
        if (entries.length < SuppressedDestinationSummaries.length)
          return { kind: 'failed', reason: 'SES gives an entry that is none' };
        return { kind: 'page', entries, ...(next && { next }) };
      }),
    startImport: (SuppressionListImportAction, S3Url) =>
      attempt(async () => {
        const { JobId } = await ses.send(
          new CreateImportJobCommand({
            ImportDestination: { SuppressionListDestination: { SuppressionListImportAction } },
            ImportDataSource: { S3Url, DataFormat: 'JSON' },
          }),
        );
        if (JobId === undefined) return { kind: 'failed', reason: 'SES gives no id of the job' };
        return { kind: 'started', jobId: JobId };
      }),
    readImport: (JobId) =>
      attempt(async (): Promise<ImportState> => {
        const job = await ses.send(new GetImportJobCommand({ JobId }));
        const { FailedRecordsS3Url: failures, ErrorMessage: reason } = job.FailureInfo ?? {};
        return {
          kind: 'job',
          status: job.JobStatus === 'COMPLETED' ? 'completed' : job.JobStatus === 'FAILED' ? 'failed' : 'running',
          failed: job.FailedRecordsCount ?? 0,
          ...(failures && { failures }),
          ...(reason && { reason }),
        };
      }),
    isInSandbox: () =>
      attempt(async () => {
        const { ProductionAccessEnabled } = await ses.send(new GetAccountCommand({}));
        return { kind: 'sandbox', isInSandbox: ProductionAccessEnabled !== true };
      }),
  };
}

type Summary = { EmailAddress?: string | undefined; Reason?: string | undefined; LastUpdateTime?: Date | undefined };

/** A reason of a kind we do not know yet is one to be careful with. */
function toEntry({ EmailAddress, Reason, LastUpdateTime }: Summary): ListEntry[] {
  if (EmailAddress === undefined || LastUpdateTime === undefined) return [];
  const reason = Reason === 'COMPLAINT' ? 'COMPLAINT' : 'BOUNCE';
  return [{ emailAddress: EmailAddress, reason, updatedAt: LastUpdateTime.getTime() }];
}

async function attempt<Result>(call: () => Promise<Result>): Promise<Result | SesOutcome> {
  try {
    return await call();
  } catch (error) {
    return toOutcome(error);
  }
}

const aboutInput = /^(BadRequest|InvalidNextToken)/;

/** SES's own messages can repeat the address, so its name for the fault has to do. */
function toOutcome(error: unknown): SesOutcome {
  const name = describeError(error);
  if (!(error instanceof SESv2ServiceException)) {
    return /^Credentials/.test(name) ? { kind: 'denied', reason: name } : { kind: 'failed', reason: name };
  }
  const status = error.$metadata.httpStatusCode ?? 0;
  if (name === 'NotFoundException') return { kind: 'absent' };
  if (status === 429 || /Throttl|TooManyRequests|LimitExceeded/.test(name)) return { kind: 'throttled' };
  if (status === 403 || status === 401) return { kind: 'denied', reason: name };
  // Only what is said of the input is said for good: a suspended account, a clock that is wrong, a proxy in between are not.
  return aboutInput.test(name) ? { kind: 'refused', reason: name } : { kind: 'failed', reason: name };
}
