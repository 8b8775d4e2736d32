import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

/**
 * Computes what the stack costs per month from prices and from what a message uses. Free tiers are ignored: with them a small sender pays
 * almost nothing.
 */

/** US dollars, us-east-1, November 2026. */
const price = {
  snsPublish: 0.5e-6,
  sqsRequest: 0.4e-6,
  lambdaRequest: 0.2e-6,
  /** arm64 */
  lambdaGigabyteSecond: 0.0000133334,
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  /** Per GB and month, with point-in-time recovery. */
  tableStorage: 0.25 + 0.2,
  alarm: 0.1,
  metric: 0.3,
  /** `GetMetricStatistics`. */
  metricRequest: 0.01e-3,
  dashboard: 3,
  logGigabyte: 0.5,
  /** S3: a PUT or LIST request, a GET request, and a GB for a month. */
  objectWrite: 5e-6,
  objectRead: 0.4e-6,
  objectGigabyte: 0.023,
};

const month = 730 * 3600;
const volumes = [10_000, 1_000_000, 100_000_000];

/** Measured (tools/bench/README.md), or assumed where the comment says so. */
const usage = {
  /** Assumed, as shares of all emails. */
  bounces: 0.02,
  complaints: 0.0005,
  /** A batch of Send events in four scopes is one transaction, whatever the number of events. */
  unitsOfSendBatch: 8.2,
  /** A bounce that arrives alone: its record, four counters, an entry in the outbox and in the index of suppressions; read once. */
  unitsOfSingleBounce: 12,
  /** One sync with SES: an entry added to the outbox and removed, and the record with the sync state. Read once. */
  unitsOfSync: 4,
  /** A run of account-list without work: its lease, and one read of the index and of import jobs. */
  unitsOfIdleSync: { write: 2, read: 9 },
  bytesOfRecord: 1024,
  unitsOfEvaluation: 6,
  /** 10 KB at most: read with each evaluation of the account, written once a day. */
  unitsOfLedger: { read: 1, write: 10 },
  /** Once a day: SES's counts of 400 days and rates of 60, and the seconds that the search for AWS's window takes, at most. */
  window: { metricRequests: 5, seconds: 15, gigabytes: 0.5 },
  /** SES's two rates, sends, bounces and complaints, and the age of the volume queue: shared/aws/ses/account-metrics.ts. */
  metricRequestsOfEvaluation: 6,
  bytesOfBounceLog: 200,
  /** Assumed: what Lambda logs for each run, with the line of the batch. */
  bytesOfRunLog: 600,
  bytesOfEvaluationLog: 2000,
  /** Assumed, seconds and GB. */
  run: { seconds: 0.1, perMessage: 0.0002 },
  evaluation: { seconds: 1, gigabytes: 0.5 },
  /** One call a second, most of which is waiting; an idle run is short. */
  sync: { seconds: 1, idleSeconds: 0.4, gigabytes: 0.5 },
  /** Long polls of an idle queue: Lambda keeps five of them open. */
  idlePolls: (5 * month) / 20,
};

/** The memory of deliveries. Assumed: as many addresses as a fifth of the emails, and an hour's merge in ten seconds. */
const memory = { bytesOfAddress: 3, addressesPerEmail: 0.2, secondsOfMerge: 10, gigabytes: 1, readsOfBounce: 2 };

type Row = { readonly what: string; readonly cost: (emails: number) => number; readonly note: string };

const between = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value));
const feedbackOf = (emails: number) => emails * (usage.bounces + usage.complaints);
const sendBatches = (emails: number) => emails / between(1, (emails / month) * 10, 1000);
const evaluations = month / 60;
/** One at a time there can be no more syncs than seconds; import jobs take the rest. */
const syncsOf = (emails: number) => Math.min(feedbackOf(emails), month);

function requests(messages: number): number {
  const perCall = between(1, messages / month, 10);
  return messages + (2 * messages) / perCall;
}

function lambda(emails: number): number {
  const { run, evaluation, sync } = usage;
  const gigabyteSeconds =
    sendBatches(emails) * run.seconds +
    emails * run.perMessage +
    0.5 * feedbackOf(emails) * run.seconds +
    evaluations * evaluation.seconds * evaluation.gigabytes +
    (syncsOf(emails) * sync.seconds + evaluations * sync.idleSeconds) * sync.gigabytes;
  const runs = sendBatches(emails) + feedbackOf(emails) + 2 * evaluations;
  return runs * price.lambdaRequest + gigabyteSeconds * price.lambdaGigabyteSecond;
}

function tables(emails: number): number {
  const { unitsOfSendBatch, unitsOfSingleBounce, unitsOfSync, unitsOfIdleSync: idle, unitsOfEvaluation } = usage;
  const perFeedback = unitsOfSingleBounce + unitsOfSync;
  const writes = sendBatches(emails) * unitsOfSendBatch + feedbackOf(emails) * perFeedback + evaluations * idle.write;
  const reads =
    2 * feedbackOf(emails) + unitsOfEvaluation * (evaluations + 3 * (evaluations / 5)) + evaluations * idle.read;
  const stored = (12 * feedbackOf(emails) * usage.bytesOfRecord) / 1e9;
  return writes * price.writeUnit + reads * price.readUnit + stored * price.tableStorage;
}

/** What a stack costs more that remembers deliveries: a Delivery event for each email, and its files. */
function deliveries(emails: number): number {
  const events = emails * price.snsPublish + requests(emails) * price.sqsRequest;
  const batches = sendBatches(emails);
  const runs = batches * usage.run.seconds + emails * usage.run.perMessage;
  const merges = (month / 3600) * memory.secondsOfMerge * memory.gigabytes;
  const objects =
    (batches + 2 * (month / 3600)) * price.objectWrite +
    (batches + emails * usage.bounces * memory.readsOfBounce) * price.objectRead +
    ((2 * emails * memory.addressesPerEmail * memory.bytesOfAddress) / 1e9) * price.objectGigabyte;
  return events + objects + (runs + merges) * price.lambdaGigabyteSecond;
}

function ledger(): number {
  const { unitsOfLedger, window } = usage;
  const days = month / 86_400;
  const perDay =
    unitsOfLedger.write * price.writeUnit +
    window.metricRequests * price.metricRequest +
    window.seconds * window.gigabytes * price.lambdaGigabyteSecond;
  return evaluations * unitsOfLedger.read * price.readUnit + days * perDay;
}

function logs(emails: number): number {
  const bytes =
    feedbackOf(emails) * (usage.bytesOfBounceLog + usage.bytesOfRunLog) +
    sendBatches(emails) * usage.bytesOfRunLog +
    evaluations * (usage.bytesOfEvaluationLog + usage.bytesOfRunLog);
  return (bytes / 1e9) * price.logGigabyte;
}

/** Counts the alarms that exist without any option. */
function countAlarms(): number {
  const files = ['functions', 'queues', 'ses'].map((name) =>
    path.join(__dirname, '..', '..', 'resources', `alarms-${name}.yml`),
  );
  const resources: { Type: string; Condition?: string }[] = files.flatMap((file) =>
    Object.values(parse(readFileSync(file, 'utf8'), { logLevel: 'error' }).Resources),
  );
  return resources.filter(({ Type, Condition }) => Type === 'AWS::CloudWatch::Alarm' && Condition === undefined).length;
}

function rows(): Row[] {
  const alarms = countAlarms();
  return [
    {
      what: 'topics (SNS)',
      cost: (emails) => (emails + feedbackOf(emails)) * price.snsPublish,
      note: 'one publish per email, bounce and complaint; delivery to queues is free',
    },
    {
      what: 'queues (SQS)',
      cost: (emails) => (requests(emails) + requests(feedbackOf(emails)) + 3 * usage.idlePolls) * price.sqsRequest,
      note: 'send, receive and delete; and polling while idle',
    },
    {
      what: 'functions (Lambda)',
      cost: lambda,
      note: 'one run per batch; one per minute for the rates; one per minute to sync the SES list, at one address a second',
    },
    {
      what: 'tables (DynamoDB)',
      cost: tables,
      note: 'on demand; a batch of sends is one write per scope; a year of records',
    },
    {
      what: 'ledger',
      cost: () => ledger(),
      note: "400 days of the account: read each minute, written once a day, when AWS's window is looked for",
    },
    { what: 'logs', cost: logs, note: 'one line per bounce or complaint, none per email' },
    { what: `alarms (${alarms})`, cost: () => alarms * price.alarm, note: 'ten are free per account' },
    {
      what: 'metrics (5)',
      cost: () => 5 * price.metric,
      note: 'two rates, sends, untrusted messages, the delay of the SES list; ten are free',
    },
    {
      what: 'metric requests',
      cost: () => evaluations * usage.metricRequestsOfEvaluation * price.metricRequest,
      note: 'what SES publishes is read each minute; a million are free',
    },
    { what: 'dashboard', cost: () => price.dashboard, note: 'three are free' },
  ];
}

const money = (dollars: number) => dollars.toFixed(2);

/** Returns the table of docs/deploy.md. */
export function costsTable(): string {
  const all = rows();
  const line = (what: string, cost: Row['cost'], note: string) =>
    `| ${what} | ${volumes.map((emails) => money(cost(emails))).join(' | ')} | ${note} |`;
  const total = (emails: number) => all.reduce((sum, row) => sum + row.cost(emails), 0);
  return [
    '| US dollars per month | 10 k emails | 1 M emails | 100 M emails | for |',
    '| --- | --: | --: | --: | --- |',
    ...all.map(({ what, cost, note }) => line(what, cost, note)),
    line('**together**', total, 'without free tiers'),
    line(
      'with `rememberDeliveries`',
      deliveries,
      'in addition: one Delivery event per email; new addresses written once per batch, merged every hour',
    ),
  ].join('\n');
}

export const deployFile = path.join(__dirname, '..', '..', 'docs', 'deploy.md');
const [begin, end] = ['<!-- costs: written by npm run docs -->', '<!-- end of costs -->'];

/** Returns docs/deploy.md with the table as it is now. */
export function withCosts(page: string): string {
  const [head, rest = ''] = page.split(begin);
  const [, tail] = rest.split(end);
  if (tail === undefined)
    throw new Error('docs/deploy.md has no place for the table of costs: restore the two comments around it.');
  return `${head}${begin}\n\n${costsTable()}\n\n${end}${tail}`;
}
