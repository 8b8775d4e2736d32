import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { defined } from '../../shared/domain/defined.ts';
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
   * Milliseconds between a send and its events. With a clock that does not advance by itself, events wait for the next
   * call or `runDue`.
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
  /**
   * Publishes the events and runs the import jobs that are due. Every API call does the same, but does not wait for the
   * events.
   */
  runDue(): Promise<void>;
  /** Publishes the message that SES publishes to each topic when it is set up. */
  publishSetupMessages(): Promise<void>;
  /** Stops the simulator, ends calls that hang, and discards events that are not due. */
  close(): Promise<void>;
};

/**
 * Starts a simulator of SES on a free port of the loopback interface. README.md in this folder lists how it differs from
 * SES.
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
      ...defined({ address: operation.address }),
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
