import {
  CreateImportJobCommand,
  DeleteSuppressedDestinationCommand,
  GetAccountCommand,
  GetImportJobCommand,
  GetSuppressedDestinationCommand,
  ListSuppressedDestinationsCommand,
  ListTenantsCommand,
  PutSuppressedDestinationCommand,
  SESv2Client,
  SESv2ServiceException,
} from '@aws-sdk/client-sesv2';
import type { AccountList, ImportState, ListEntry, SesOutcome } from '../../account-list/account-list.ts';
import { defined } from '../../domain/defined.ts';
import { describeError } from '../../domain/describe-error.ts';
import { homeRegion } from '../../domain/suppression/account-list-state.ts';

/** The largest page that SES returns, as documented by AWS. The model of the API has no limit. */
const pageSize = 1000;

/** AWS documents no largest page of tenants. */
const tenantPageSize = 100;

/**
 * Returns a client that makes each call once and with a timeout. It does not retry, because the caller limits the rate
 * of calls.
 */
function createSesClient(region?: string): SESv2Client {
  return new SESv2Client({
    ...defined({ region }),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
}

/**
 * Returns the account suppression lists by Region: the stack's own Region, as {@link homeRegion}, and further ones.
 *
 * @param own the stack's own Region. @default the Region of the environment
 */
export function createAccountLists(regions: readonly string[], own?: string): ReadonlyMap<string, AccountList> {
  return new Map([
    [homeRegion, createAccountList(createSesClient(own))],
    ...regions.map((region) => [region, createAccountList(createSesClient(region))] as const),
  ]);
}

/**
 * Returns the SES suppression list in the client's Region.
 *
 * @param tenant whose list. @default the account's list
 */
export function createAccountList(ses: SESv2Client, tenant?: string): AccountList {
  const whose = defined({ TenantName: tenant });
  return {
    ofTenant: (name) => createAccountList(ses, name),
    put: (EmailAddress, Reason) =>
      attempt(async () => {
        await ses.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason, ...whose }));
        return { kind: 'done' };
      }),
    delete: (EmailAddress) =>
      attempt(async () => {
        await ses.send(new DeleteSuppressedDestinationCommand({ EmailAddress, ...whose }));
        return { kind: 'done' };
      }),
    get: (EmailAddress) =>
      attempt(async () => {
        const { SuppressedDestination } = await ses.send(
          new GetSuppressedDestinationCommand({ EmailAddress, ...whose }),
        );
        const [entry] = toEntry(SuppressedDestination ?? {});
        if (entry === undefined) return { kind: 'failed', reason: 'SES returned an invalid entry' };
        const messageId = SuppressedDestination?.Attributes?.MessageId;
        return { kind: 'found', ...entry, ...(messageId && { messageId }) };
      }),
    list: (NextToken) =>
      attempt(async () => {
        const { SuppressedDestinationSummaries, NextToken: next } = await ses.send(
          new ListSuppressedDestinationsCommand({ PageSize: pageSize, NextToken, ...whose }),
        );
        if (SuppressedDestinationSummaries === undefined)
          return { kind: 'failed', reason: 'SES returned an invalid page' };
        const entries = SuppressedDestinationSummaries.flatMap(toEntry);
        if (entries.length < SuppressedDestinationSummaries.length)
          return { kind: 'failed', reason: 'SES returned an invalid entry' };
        return { kind: 'page', entries, ...(next && { next }) };
      }),
    listTenants: (NextToken) =>
      attempt(async () => {
        const { Tenants, NextToken: next } = await ses.send(
          new ListTenantsCommand({ PageSize: tenantPageSize, NextToken }),
        );
        if (Tenants === undefined) return { kind: 'failed', reason: 'SES returned an invalid page' };
        const names = Tenants.flatMap(({ TenantName }) => TenantName ?? []);
        return { kind: 'tenants', names, ...(next && { next }) };
      }),
    startImport: (SuppressionListImportAction, S3Url) =>
      attempt(async () => {
        const { JobId } = await ses.send(
          new CreateImportJobCommand({
            ImportDestination: { SuppressionListDestination: { SuppressionListImportAction } },
            ImportDataSource: { S3Url, DataFormat: 'JSON' },
          }),
        );
        if (JobId === undefined) return { kind: 'failed', reason: 'SES returned no job id' };
        return { kind: 'started', jobId: JobId };
      }),
    readImport: (JobId) =>
      attempt(async (): Promise<ImportState> => {
        const job = await ses.send(new GetImportJobCommand({ JobId }));
        const { FailedRecordsS3Url: failuresUrl, ErrorMessage: reason } = job.FailureInfo ?? {};
        return {
          kind: 'job',
          status: job.JobStatus === 'COMPLETED' ? 'completed' : job.JobStatus === 'FAILED' ? 'failed' : 'running',
          failedCount: job.FailedRecordsCount ?? 0,
          ...(failuresUrl && { failuresUrl }),
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

/** Converts an entry; empty if it is invalid. An unknown reason counts as a bounce. */
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

/** Errors about the input of a call, which would be the same for every later call. */
const inputErrors = /^(BadRequest|InvalidNextToken)/;

/** Converts an error to an outcome. Uses only the name of the error, because SES's messages can repeat the address. */
function toOutcome(error: unknown): SesOutcome {
  const name = describeError(error);
  if (!(error instanceof SESv2ServiceException)) {
    return /^Credentials/.test(name) ? { kind: 'denied', reason: name } : { kind: 'failed', reason: name };
  }
  const status = error.$metadata.httpStatusCode ?? 0;
  if (name === 'NotFoundException') return { kind: 'not-found' };
  if (status === 429 || /Throttl|TooManyRequests|LimitExceeded/.test(name)) return { kind: 'throttled' };
  if (status === 403 || status === 401) return { kind: 'denied', reason: name };
  // Only an error about the input is permanent. A suspended account, a wrong clock and a proxy in between are not.
  return inputErrors.test(name) ? { kind: 'rejected', reason: name } : { kind: 'failed', reason: name };
}
