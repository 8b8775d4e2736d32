/**
 * A simulator of SES for one account in one Region: the calls of SESv2 that send, keep the suppression list, run import
 * jobs and describe the account, on loopback, with the events of what was sent.
 *
 * It does as SES documents, except for what follows. "Assumed" is what AWS does not document.
 *
 * All calls
 * - Signatures, credentials and permissions are not checked; `denied` of {@link SesState.fault} answers as IAM would.
 * - The budget is one call a second, without a burst (assumed: documented is the number only), shared by all calls but
 *   SendEmail. A call that is refused for it draws nothing from it; one refused for its input does.
 * - Throttled calls carry no Retry-After. Input of a wrong type is mostly read as if it was missing.
 * - Tenants, contact lists, templates, multi-region endpoints, DKIM, dedicated IPs and every call not named here are
 *   missing: UnknownOperationException, and NotFoundException where a call names a tenant. The settings have no calls:
 *   they are written to the result.
 * - Ids are those of `newId`, not of SES's form. Texts of errors are ours; names and statuses are SES's.
 *
 * Sending
 * - Nothing is delivered. Of a raw message the headers are read, for sender and recipients, as Latin-1; MIME parts, groups
 *   of addresses and encoded words are not. A template is neither looked up nor rendered: no subject, no Rendering Failure.
 * - No quota is enforced, neither mails a second nor a day; GetAccount tells fixed ones. Size and content are not looked
 *   at, so there is no Reject. Mail to the simulator counts into SentLast24Hours (at SES it does not).
 * - No sending authorization, FromEmailAddressIdentityArn, ListManagementOptions or FeedbackForwardingEmailAddress.
 * - One broken or non-ASCII address refuses the whole mail (assumed). A recipient named twice gets the mail twice.
 * - `SHUTDOWN` refuses with SendingPausedException (assumed). Configuration sets are never paused, and have no suppression
 *   options of their own. There is no global suppression list and no Auto Validation.
 * - What becomes of a recipient is decided when the mail is taken; the address is added to the list when it is told.
 * - A subdomain of a verified domain is verified, too; case is ignored in identities, also before the `@` (assumed).
 *
 * Events
 * - A mail has its whole fate at once, or after one `delay`: nothing is tried again, so there is no DeliveryDelay, and no
 *   bounce comes after a delivery except for ooto@. How long SES takes is not documented.
 * - Only Send, Delivery, Bounce and Complaint. Each is published once: the Send, then the Deliveries, then simulated bounces,
 *   then the rest by recipient; SES guarantees neither order nor number. With no delay all that is before the send is answered.
 * - One event a recipient, except for simulated bounces. Complaints name the one who complained, whereas providers hide it
 *   and SES then names all of that domain.
 * - The same feedbackId in both vocabularies (not documented). `feedback.timestamp` is the time of publishing.
 * - ooto@ is Transient/General without status, action and diagnostic (assumed). suppressionlist@ is Permanent/General, as
 *   third parties saw it, although the guide implies Suppressed. Other mailboxes of the simulator bounce (assumed).
 * - Mail to the simulator never changes the list, and with an entry that got there otherwise it is suppressed.
 * - OnAccountSuppressionList repeats the recipient as it was written, with its display name, as third parties saw it.
 * - Of the tags SES adds, only the configuration set, the domain, the source IP and the caller. Identity notifications have
 *   no headers, as by default. IP addresses and hosts are fixed ones. Bcc is in `destination`, and in no header.
 * - A message that cannot be published is kept in `lost`; SES would also drop the topic of an identity.
 *
 * Suppression list
 * - What is put or removed holds at once, for sends, gets and pages alike (assumed).
 * - Put writes an entry anew, with the time, and drops its attributes (assumed). It refuses what is not ASCII, longer than
 *   320 characters or of the mailbox simulator (assumed).
 * - Page size at most and by default 1,000 (assumed). Pages are in order of spelling. StartDate and EndDate include their
 *   instant. A token belongs to one simulator and to the filters it was given for, and never expires (all assumed).
 * - Times have milliseconds (assumed).
 *
 * Import jobs
 * - A job is CREATED for half its time, PROCESSING for the other half, and takes effect at its end, all at once (assumed).
 *   Its object is read then, and not before. All jobs take the same time, whatever their size.
 * - A job is run when the next call comes or `settle` is called after its time, and dated back to it.
 * - Fields of CSV have no quotes; the last comma separates. Empty lines are skipped, and counted nowhere. A reason in a
 *   JSON file of removals is ignored. An address that is to be removed and is not there is a failed record (assumed).
 * - Too long a file fails as a whole, as does one that cannot be read (assumed; SES may refuse such a job at once).
 * - FailedRecordsS3Url is a URL of the simulator, open to all for ever. It holds a JSON object a line, `record` (the line of
 *   the file) and `error` (why); SES's own format is not documented. Failed records do not fail the job (assumed).
 * - ListImportJobs gives all jobs on one page. Access to buckets, and their Region, are not checked.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { respond, serve } from '../emulator/http-server.ts';
import { createPace } from './call-budget.ts';
import { announceTopics } from './publish-events.ts';
import { type Answer, refusal } from './response.ts';
import { type Operation, operationOf } from './router.ts';
import { runImports } from './run-imports.ts';
import { createDelay } from './scheduler.ts';
import { type CallFault, newState, type Ses, type SesState } from './state.ts';

export type SesSimulatorOptions = {
  /** Takes what SES publishes. Notifications of identities have no subject. */
  readonly publish: Ses['publish'];
  /** Reads the objects of import jobs. Left out: none can be read. */
  readonly readObject?: Ses['readObject'];
  /** Epoch milliseconds; all times, delays and the budget go by it. */
  readonly clock?: () => number;
  /** Makes the ids of messages, feedback and jobs. */
  readonly newId?: () => string;
  readonly accountId?: string;
  readonly region?: string;
  /** Of all calls but SendEmail together. `Infinity`: as many as come. */
  readonly callsPerSecond?: number;
  /** Milliseconds between a send and its events. With a clock that stands still they wait for a call or `settle`. */
  readonly delay?: number;
  /** Milliseconds between a job's creation and its end. */
  readonly jobTime?: number;
};

/** A running simulator: the account, to be read and changed, and how to reach it. */
export type SesSimulator = SesState & {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Does what is due by the clock: events and import jobs. Every call does so, too, but waits for no event. */
  settle(): Promise<void>;
  /** Publishes what SES says to each topic of a set or an identity when it is set up. */
  announceTopics(): Promise<void>;
  /** Ends it, with all calls that hang and all events that are not due. */
  close(): Promise<void>;
};

/**
 * Starts a simulator on a free port of the loopback interface. What it does otherwise than SES stands above.
 *
 * @example
 * const ses = await startSesSimulator({ publish: (topicArn, message) => queue.push({ topicArn, message }) });
 * ses.identities['shop.example.com'] = { isVerified: true, bounceTopic: 'arn:aws:sns:us-east-1:123456789012:bounces' };
 * const client = new SESv2Client({ endpoint: ses.endpoint, region: 'us-east-1', credentials });
 */
export async function startSesSimulator(options: SesSimulatorOptions): Promise<SesSimulator> {
  const { clock = Date.now, callsPerSecond = 1, delay = 0 } = options;
  const state = newState();
  const isInBudget = createPace(callsPerSecond, clock);
  const secret = randomUUID();
  const events = createDelay(delay, clock);
  const ses: Ses = {
    state,
    clock,
    newId: options.newId ?? randomUUID,
    publish: options.publish,
    readObject: options.readObject ?? (async () => undefined),
    accountId: options.accountId ?? '123456789012',
    region: options.region ?? 'us-east-1',
    jobTime: options.jobTime ?? 2000,
    failedRecordsUrl: (jobId) => `${server.endpoint}${failedRecords}${jobId}`,
    later: events.later,
  };
  let importing = Promise.resolve();
  const server = await serve(handle);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const url = new URL(request.url ?? '/', server.endpoint);
    if (url.pathname.startsWith(failedRecords)) return serveFailedRecords(url.pathname, response);
    const operation = operationOf({ method: request.method ?? '', url, body }, secret);
    const { name, address } = operation;
    const about = address === undefined ? {} : { address };
    const call = { at: clock(), operation: name, status: 0, ...about };
    state.calls.push(call);
    const fault = state.fault?.({ operation: name, ...about });
    if (fault === 'hang') return;
    const answer = refusalOf(fault) ?? (await perform(operation));
    if (fault === 'lost answer') return void request.socket.destroy();
    call.status = answer.status;
    respond(
      response,
      answer.status,
      answer.body,
      answer.error === undefined ? {} : { 'x-amzn-errortype': answer.error },
    );
  }

  async function perform(operation: Operation): Promise<Answer> {
    if (operation.isPaced && !isInBudget()) return throttled;
    // Not waited for: whoever takes an event may call SES before being done with it.
    void events.runDue();
    await settleImports();
    return operation.perform(ses);
  }

  /** One after the other: two calls at once must not run a job twice. */
  function settleImports(): Promise<void> {
    importing = importing.then(() => runImports(ses));
    return importing;
  }

  function serveFailedRecords(path: string, response: ServerResponse): void {
    const job = state.jobs.find(({ jobId }) => path === `${failedRecords}${jobId}`);
    response.writeHead(job === undefined ? 404 : 200, { 'content-type': 'application/x-ndjson' });
    response.end(job?.failedRecords.map((record) => `${JSON.stringify(record)}\n`).join(''));
  }

  // The state itself, not a copy: what a test sets on the result is what the operations look at.
  return Object.assign(state, {
    endpoint: server.endpoint,
    async settle() {
      await Promise.all([events.runDue(), settleImports()]);
    },
    announceTopics: () => announceTopics(ses),
    async close() {
      events.drop();
      await server.close();
    },
  });
}

const failedRecords = '/failed-records/';

const throttled = refusal(429, 'TooManyRequestsException', 'Rate exceeded');

function refusalOf(fault: CallFault | undefined): Answer | undefined {
  switch (fault) {
    case 'throttle':
      return throttled;
    case 'unavailable':
      return refusal(503, 'ServiceUnavailableException', 'Service is unavailable.');
    case 'denied':
      return refusal(403, 'AccessDeniedException', 'User is not authorized to perform this operation.');
    default:
      return undefined;
  }
}
