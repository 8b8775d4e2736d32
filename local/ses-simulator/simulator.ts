/**
 * A simulator of Amazon SES for one account in one Region. It serves, on the loopback interface, the API calls that send emails, edit the
 * suppression list, run import jobs, and read and change the settings of the account, its identities and its configuration sets. It
 * publishes the events of the emails that were sent.
 *
 * The simulator follows the SES documentation, except as listed here. "Assumed" marks behavior that AWS does not document.
 *
 * All calls
 * - Signatures, credentials and permissions are not checked. Use `denied` of {@link SesState.fault} to simulate a missing permission.
 * - All calls except SendEmail share a limit of one call per second, without bursts (the number is documented, the rest is assumed). A call
 *   rejected because of the limit does not count against it. A call rejected because of its input does.
 * - Throttling responses have no Retry-After header. Most input of a wrong type is treated as missing.
 * - Version 2 of the API has the operations in `router.ts`, version 1 (the query protocol) those in `query-protocol.ts`. Version 1 responds
 *   with the HTTP status codes of version 2. Every other operation is an UnknownOperationException (InvalidAction in version 1).
 * - There are no tenants: a call that names one is a NotFoundException.
 * - Ids come from `newId` and do not have the form of SES ids. Error messages differ from those of SES; error names and status codes do not.
 *
 * Sending
 * - Nothing is delivered. For a raw message, only the headers are read (as Latin-1) for its sender and recipients. MIME parts, address groups
 *   and encoded words are ignored. A template is neither looked up nor rendered: there is no subject and no Rendering Failure event.
 * - No sending quota is enforced, per second or per day. GetAccount returns fixed quotas. Size and content are not checked, so there is no
 *   Reject event. Emails to the mailbox simulator count in SentLast24Hours, which they do not at SES.
 * - There is no sending authorization, FromEmailAddressIdentityArn, ListManagementOptions or FeedbackForwardingEmailAddress.
 * - One invalid or non-ASCII address rejects the whole email (assumed). A recipient that is listed twice gets the email twice.
 * - `SHUTDOWN` rejects sends with SendingPausedException (assumed). A paused configuration set still sends. Configuration sets have no
 *   suppression options of their own. There is no global suppression list and no Auto Validation.
 * - The outcome for each recipient is decided when the email is accepted. SES's own entries are added to the list when the events are
 *   published.
 * - A subdomain of a verified domain is verified too. Identities ignore case, also before the `@` (assumed).
 *
 * Events
 * - All events of an email are published at once, immediately or after one delay. Nothing is retried: there is no DeliveryDelay event, and no
 *   bounce follows a delivery except for ooto@. How long SES takes is not documented.
 * - The only events are Send, Delivery, Bounce and Complaint, each published once and in this order: Send, Deliveries, simulated bounces, the
 *   rest by recipient. SES guarantees neither the order nor the number of copies. Without a delay, events are published before SendEmail
 *   responds.
 * - There is one event per recipient, except for simulated bounces. A complaint names the recipient who complained. Real providers hide that
 *   recipient, and SES then names all recipients of the provider's domain.
 * - Both formats have the same feedbackId (not documented). Feedback timestamps are the time of publishing.
 * - ooto@ is Transient/General without action, status and diagnostic code (assumed). suppressionlist@ is Permanent/General, as third parties
 *   have observed, although the SES guide suggests Suppressed. Other mailboxes of the mailbox simulator bounce (assumed).
 * - Emails to the mailbox simulator never change the suppression list. If a test adds such an address to the list, it is suppressed.
 * - OnAccountSuppressionList repeats the recipient as written in the request, with its display name, as third parties have observed.
 * - Of the tags SES adds, events have the configuration set, the domain, the source IP and the caller. Identity notifications have no headers,
 *   as is the default at SES. IP addresses and host names are constants. Bcc recipients are in `destination` and not in the headers.
 * - A message that cannot be published is kept in `unpublished`. SES would also remove the topic from an identity.
 *
 * Identities, configuration sets and account settings
 * - Identities and configuration sets are created and removed in the state, without API calls. Names of topics and configuration sets are
 *   not checked when an identity is changed. Lists have one page.
 * - Every identity has Easy DKIM and no MAIL FROM domain. Event destinations are SNS topics.
 *
 * Suppression list
 * - A change takes effect immediately for sends, reads and pages (assumed).
 * - PutSuppressedDestination replaces an entry, sets its time and drops its attributes (assumed). It rejects addresses that are not ASCII,
 *   longer than 320 characters, or of the mailbox simulator (assumed).
 * - The maximum and default page size is 1,000 (assumed). Pages are in the order of the addresses. StartDate and EndDate are inclusive. A
 *   token is valid for one simulator and the filters it was issued for, and never expires (all assumed).
 * - Times have milliseconds (assumed).
 *
 * Import jobs
 * - A job is CREATED for half of its duration and PROCESSING for the other half. It takes effect at its end, all at once (assumed). Its object
 *   is read then. All jobs take the same time, whatever their size.
 * - A job runs when the first call after its due time arrives, or when `runDue` is called. Its times are those of its due time.
 * - CSV fields have no quotes; the last comma separates them. Empty lines are skipped and not counted. A reason in a JSON file of removals is
 *   ignored. Removing an address that is not on the list is a failed record (assumed).
 * - A file that is too long or cannot be read fails as a whole (assumed; SES may reject such a job immediately).
 * - FailedRecordsS3Url is a URL of the simulator that does not expire and needs no credentials. It has one JSON object per line: `record` (the
 *   line of the file) and `error`. The format of SES is not documented. Failed records do not fail the job (assumed).
 * - ListImportJobs returns all jobs on one page. Access to buckets, and their Region, are not checked.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { respondWithJson, startHttpServer } from '../emulator/http-server.ts';
import { createCallBudget } from './call-budget.ts';
import { publishSetupMessages } from './publish-events.ts';
import { toQueryXml } from './query-protocol.ts';
import { type ApiResponse, errorResponse } from './response.ts';
import { type Operation, routeRequest } from './router.ts';
import { runImports } from './run-imports.ts';
import { createScheduler } from './scheduler.ts';
import { type CallFault, initialState, type Ses, type SesState } from './state.ts';

export type SesSimulatorOptions = {
  /** Receives the messages SES publishes. Identity notifications have no subject. */
  readonly publish: Ses['publish'];
  /**
   * Reads the objects of import jobs.
   * @default no object exists
   */
  readonly readObject?: Ses['readObject'];
  /**
   * Returns epoch milliseconds. All times, delays and limits use this clock.
   * @default Date.now
   */
  readonly clock?: () => number;
  /**
   * Creates the ids of messages, feedback and jobs.
   * @default randomUUID
   */
  readonly newId?: () => string;
  /** @default '123456789012' */
  readonly accountId?: string;
  /** @default 'us-east-1' */
  readonly region?: string;
  /**
   * Shared limit of all calls except SendEmail. `Infinity` means no limit.
   * @default 1
   */
  readonly callsPerSecond?: number;
  /**
   * Milliseconds between a send and its events. With a clock that does not advance by itself, events wait for the next call or `runDue`.
   * @default 0
   */
  readonly eventDelayMs?: number;
  /**
   * Milliseconds from the creation of an import job to its end.
   * @default 2000
   */
  readonly jobDurationMs?: number;
};

/** A running simulator: the state of the account, and the endpoint of its API. */
export type SesSimulator = SesState & {
  /** `http://127.0.0.1:<port>`, for both versions of the API. */
  readonly endpoint: string;
  /** Publishes the events and runs the import jobs that are due. Every API call does the same, but does not wait for the events. */
  runDue(): Promise<void>;
  /** Publishes the message that SES publishes to each topic when it is set up. */
  publishSetupMessages(): Promise<void>;
  /** Stops the simulator, ends calls that hang, and discards events that are not due. */
  close(): Promise<void>;
};

/**
 * Starts a simulator of SES on a free port of the loopback interface. The head of this file lists how it differs from SES.
 *
 * @example
 * const ses = await startSesSimulator({ publish: (topicArn, message) => queue.push({ topicArn, message }) });
 * ses.identities['shop.example.com'] = { isVerified: true, bounceTopic: 'arn:aws:sns:us-east-1:123456789012:bounces' };
 * const client = new SESv2Client({ endpoint: ses.endpoint, region: 'us-east-1', credentials });
 */
export async function startSesSimulator(options: SesSimulatorOptions): Promise<SesSimulator> {
  const { clock = Date.now, callsPerSecond = 1, eventDelayMs = 0 } = options;
  const state = initialState();
  const isWithinBudget = createCallBudget(callsPerSecond, clock);
  const events = createScheduler(eventDelayMs, clock);
  const ses: Ses = {
    state,
    clock,
    newId: options.newId ?? randomUUID,
    publish: options.publish,
    readObject: options.readObject ?? (async () => undefined),
    accountId: options.accountId ?? '123456789012',
    region: options.region ?? 'us-east-1',
    jobDurationMs: options.jobDurationMs ?? 2000,
    secret: randomUUID(),
    failedRecordsUrl: (jobId) => `${server.endpoint}${failedRecordsPath}${jobId}`,
    schedule: events.schedule,
  };
  let importing = Promise.resolve();
  const server = await startHttpServer(handle);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const url = new URL(request.url ?? '/', server.endpoint);
    if (url.pathname.startsWith(failedRecordsPath)) return respondWithFailedRecords(url.pathname, response);
    const operation = routeRequest({ method: request.method ?? '', url, body });
    const details = {
      operation: operation.name,
      ...(operation.address !== undefined && { address: operation.address }),
    };
    const call = { at: clock(), status: 0, ...details };
    state.calls.push(call);
    const fault = state.fault?.(details);
    if (fault === 'hang') return;
    const result = faultResponse(fault, operation.name) ?? (await perform(operation));
    if (fault === 'lost response') return void request.socket.destroy();
    call.status = result.status;
    respond(response, operation, result);
  }

  async function perform(operation: Operation): Promise<ApiResponse> {
    if (operation.isRateLimited && !isWithinBudget()) return throttled;
    // The call does not wait for the events: the consumer of an event may itself call SES before it returns.
    void events.runDue();
    await runDueImports();
    return operation.perform(ses);
  }

  /** Runs one after the other, so that two concurrent calls do not run a job twice. */
  function runDueImports(): Promise<void> {
    importing = importing.then(() => runImports(ses));
    return importing;
  }

  function respondWithFailedRecords(path: string, response: ServerResponse): void {
    const job = state.jobs.find(({ jobId }) => path === `${failedRecordsPath}${jobId}`);
    response.writeHead(job === undefined ? 404 : 200, { 'content-type': 'application/x-ndjson' });
    response.end(job?.failedRecords.map((record) => `${JSON.stringify(record)}\n`).join(''));
  }

  // Returns the state itself, not a copy: operations have to see what a test sets on the result.
  return Object.assign(state, {
    endpoint: server.endpoint,
    async runDue() {
      await Promise.all([events.runDue(), runDueImports()]);
    },
    publishSetupMessages: () => publishSetupMessages(ses),
    async close() {
      events.clear();
      await server.close();
    },
  });
}

const failedRecordsPath = '/failed-records/';

const throttled = errorResponse(429, 'TooManyRequestsException', 'Rate exceeded');

function faultResponse(fault: CallFault | undefined, operation: string): ApiResponse | undefined {
  switch (fault) {
    case 'throttle':
      return throttled;
    case 'unavailable':
      return errorResponse(503, 'ServiceUnavailableException', 'Service is unavailable.');
    case 'denied':
      return errorResponse(403, 'AccessDeniedException', `User is not authorized to perform: ses:${operation}`);
    default:
      return undefined;
  }
}

function respond(response: ServerResponse, { protocol, name }: Operation, result: ApiResponse): void {
  const { status, error, body } = result;
  if (protocol === 'rest') {
    respondWithJson(response, status, body, error === undefined ? {} : { 'x-amzn-errortype': error });
  } else {
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(toQueryXml(name, result));
  }
}
