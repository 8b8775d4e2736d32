import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

/**
 * What the stack costs a month, worked out from prices and from what a message takes. Free tiers are left out: with them a small sender
 * pays next to nothing.
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
  /** A GB and month, with point-in-time recovery. */
  tableStorage: 0.25 + 0.2,
  alarm: 0.1,
  metric: 0.3,
  dashboard: 3,
  logGigabyte: 0.5,
};

const month = 730 * 3600;
const volumes = [10_000, 1_000_000, 100_000_000];

/** Measured (bench/README.md), or, where it says so, assumed. */
const takes = {
  /** Assumed: of all mails. */
  bounces: 0.02,
  complaints: 0.0005,
  /** A batch of Send events in four scopes is one transaction, however many they are. */
  unitsOfSendBatch: 8.2,
  /** A bounce that comes alone: its record, four counters, a note; read once. In batches of 500 it is 2.1. */
  unitsOfLoneBounce: 11,
  /** SES's own list told of one of them: the mark in its index and out again, and the record that says so. Read once. */
  unitsOfTelling: 4,
  /** A run of account-list that finds nothing to do: its lease, and a look at the index and for import jobs. */
  unitsOfIdleTelling: { write: 2, read: 9 },
  bytesOfRecord: 1024,
  unitsOfLook: 6,
  bytesOfBounceLog: 200,
  /** Assumed: what Lambda writes of each run, with the line of the batch. */
  bytesOfRunLog: 600,
  bytesOfLookLog: 2000,
  /** Assumed, seconds and GB. */
  run: { seconds: 0.1, perMessage: 0.0002 },
  look: { seconds: 1, gigabytes: 0.5 },
  /** A call a second, most of which is waiting; an idle run is short. */
  telling: { seconds: 1, idleSeconds: 0.4, gigabytes: 0.5 },
  /** Long polls of an idle queue: Lambda keeps five going. */
  idlePolls: (5 * month) / 20,
};

type Row = { readonly what: string; readonly of: (mails: number) => number; readonly note: string };

const between = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value));
const feedbackOf = (mails: number) => mails * (takes.bounces + takes.complaints);
const sendBatches = (mails: number) => mails / between(1, (mails / month) * 10, 1000);
const looks = month / 60;
/** One by one there are no more than seconds; what is more goes by import jobs. */
const tellingsOf = (mails: number) => Math.min(feedbackOf(mails), month);

function requests(messages: number): number {
  const perCall = between(1, messages / month, 10);
  return messages + (2 * messages) / perCall;
}

function lambda(mails: number): number {
  const { run, look, telling } = takes;
  const gigabyteSeconds =
    sendBatches(mails) * run.seconds +
    mails * run.perMessage +
    0.5 * feedbackOf(mails) * run.seconds +
    looks * look.seconds * look.gigabytes +
    (tellingsOf(mails) * telling.seconds + looks * telling.idleSeconds) * telling.gigabytes;
  const runs = sendBatches(mails) + feedbackOf(mails) + 2 * looks;
  return runs * price.lambdaRequest + gigabyteSeconds * price.lambdaGigabyteSecond;
}

function tables(mails: number): number {
  const { unitsOfSendBatch, unitsOfLoneBounce, unitsOfTelling, unitsOfIdleTelling: idle, unitsOfLook } = takes;
  const perFeedback = unitsOfLoneBounce + unitsOfTelling;
  const writes = sendBatches(mails) * unitsOfSendBatch + feedbackOf(mails) * perFeedback + looks * idle.write;
  const reads = 2 * feedbackOf(mails) + unitsOfLook * (looks + 3 * (looks / 5)) + looks * idle.read;
  const stored = (12 * feedbackOf(mails) * takes.bytesOfRecord) / 1e9;
  return writes * price.writeUnit + reads * price.readUnit + stored * price.tableStorage;
}

function logs(mails: number): number {
  const bytes =
    feedbackOf(mails) * (takes.bytesOfBounceLog + takes.bytesOfRunLog) +
    sendBatches(mails) * takes.bytesOfRunLog +
    looks * (takes.bytesOfLookLog + takes.bytesOfRunLog);
  return (bytes / 1e9) * price.logGigabyte;
}

/** Those that are there without any option. */
function countAlarms(): number {
  const files = ['functions', 'queues', 'ses'].map((of) =>
    path.join(__dirname, '..', '..', 'resources', `alarms-${of}.yml`),
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
      of: (mails) => (mails + feedbackOf(mails)) * price.snsPublish,
      note: 'a publish a mail, bounce and complaint; their delivery to queues is free',
    },
    {
      what: 'queues (SQS)',
      of: (mails) => (requests(mails) + requests(feedbackOf(mails)) + 3 * takes.idlePolls) * price.sqsRequest,
      note: 'sent, received, deleted; and polled while nothing comes',
    },
    {
      what: 'functions (Lambda)',
      of: lambda,
      note: "a run a batch; one a minute for the rates, one to tell SES's own list, at a second an address",
    },
    {
      what: 'tables (DynamoDB)',
      of: tables,
      note: 'on demand; a batch of sends is one write a scope; a year of records',
    },
    { what: 'logs', of: logs, note: 'a line a bounce or complaint, none a mail' },
    { what: `alarms (${alarms})`, of: () => alarms * price.alarm, note: 'ten are free in an account' },
    {
      what: 'metrics (5)',
      of: () => 5 * price.metric,
      note: "two rates, sends, foreign messages, the delay of SES's own list; ten are free",
    },
    { what: 'dashboard', of: () => price.dashboard, note: 'three are free' },
  ];
}

const money = (dollars: number) => dollars.toFixed(2);

/** The table of docs/deploy.md. */
export function costsTable(): string {
  const all = rows();
  const line = (what: string, of: Row['of'], note: string) =>
    `| ${what} | ${volumes.map((mails) => money(of(mails))).join(' | ')} | ${note} |`;
  const total = (mails: number) => all.reduce((sum, row) => sum + row.of(mails), 0);
  return [
    '| US dollars a month | 10 k mails | 1 M mails | 100 M mails | for |',
    '| --- | --: | --: | --: | --- |',
    ...all.map(({ what, of, note }) => line(what, of, note)),
    line('**together**', total, 'without free tiers'),
  ].join('\n');
}

export const deployFile = path.join(__dirname, '..', '..', 'docs', 'deploy.md');
const [begin, end] = ['<!-- costs: written by npm run docs -->', '<!-- end of costs -->'];

/** docs/deploy.md with the table as it is now. */
export function withCosts(page: string): string {
  const [head, rest = ''] = page.split(begin);
  const [, tail] = rest.split(end);
  if (tail === undefined) throw new Error('docs/deploy.md has lost the place of its table of costs.');
  return `${head}${begin}\n\n${costsTable()}\n\n${end}${tail}`;
}
