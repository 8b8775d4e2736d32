import {
  CreateImportJobCommand,
  GetImportJobCommand,
  ListImportJobsCommand,
  type SuppressionListImportAction,
} from '@aws-sdk/client-sesv2';
import { outcome, type SimulatedSes, simulateSes, start } from '../support/ses-simulator-client.ts';

let here: SimulatedSes;
let files: Record<string, string>;

beforeEach(async () => {
  files = {};
  here = await simulateSes({
    callsPerSecond: Number.POSITIVE_INFINITY,
    readObject: async (bucket, key) => {
      const text = files[`${bucket}/${key}`];
      return text === undefined ? undefined : Buffer.from(text);
    },
  });
});

afterEach(() => here.close());

async function order(action: SuppressionListImportAction, file: string, format: 'CSV' | 'JSON' = 'CSV') {
  files['lists/some/file'] = file;
  const ImportDataSource = { S3Url: 's3://lists/some/file', DataFormat: format };
  const SuppressionListDestination = { SuppressionListImportAction: action };
  const input = { ImportDataSource, ImportDestination: { SuppressionListDestination } };
  return (await here.client.send(new CreateImportJobCommand(input))).JobId;
}

const job = (JobId: string | undefined) => outcome(here.client.send(new GetImportJobCommand({ JobId })));
const listed = () => [...here.ses.list.keys()];
const failures = async (JobId: string | undefined) => {
  const { FailureInfo } = await here.client.send(new GetImportJobCommand({ JobId }));
  const text = await (await fetch(FailureInfo?.FailedRecordsS3Url ?? '')).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).record);
};
const entry = (emailAddress: string) => ({ emailAddress, reason: 'BOUNCE' as const, lastUpdateTime: 0 });

test('a job is created, processed and completed as the clock goes, and changes the list at its end alone', async () => {
  const JobId = await order('PUT', 'ann@example.net,BOUNCE\r\nBea@example.net, COMPLAINT\n\n');
  const seen: unknown[] = [];
  for (const time of [999, 1, 999, 1, 60_000]) {
    here.pass(time);
    const { JobStatus, CompletedTimestamp, ProcessedRecordsCount } = Object(await job(JobId));
    seen.push([JobStatus, CompletedTimestamp?.getTime() - start, ProcessedRecordsCount, listed().length]);
  }
  expect(seen).toEqual([
    ['CREATED', Number.NaN, 0, 0],
    ['PROCESSING', Number.NaN, 0, 0],
    ['PROCESSING', Number.NaN, 0, 0],
    ['COMPLETED', 2000, 2, 2],
    ['COMPLETED', 2000, 2, 2],
  ]);
  const lastUpdateTime = start + 2000;
  expect([...here.ses.list.values()]).toEqual([
    { emailAddress: 'ann@example.net', reason: 'BOUNCE', lastUpdateTime },
    { emailAddress: 'Bea@example.net', reason: 'COMPLAINT', lastUpdateTime },
  ]);
  expect(await job(JobId)).toEqual({
    JobId,
    ImportDestination: { SuppressionListDestination: { SuppressionListImportAction: 'PUT' } },
    ImportDataSource: { S3Url: 's3://lists/some/file', DataFormat: 'CSV' },
    JobStatus: 'COMPLETED',
    CreatedTimestamp: new Date(start),
    CompletedTimestamp: new Date(lastUpdateTime),
    ProcessedRecordsCount: 2,
    FailedRecordsCount: 0,
  });
});

test('a job whose time passed is done before the next call is looked at, and `settle` does it without a call', async () => {
  await order('PUT', 'ann@example.net,BOUNCE');
  here.pass(2000);
  await here.send('ann@example.net');
  const [, told] = here.published;
  expect(JSON.parse(told?.message ?? '').bounce.bounceSubType).toBe('OnAccountSuppressionList');
  await order('DELETE', 'ann@example.net');
  here.pass(2000);
  await here.ses.settle();
  expect(listed()).toEqual([]);
});

test('lines that are refused fail alone, and can be read again with the reason', async () => {
  const broken = ['ann@example.net', 'bounce@simulator.amazonses.com,BOUNCE', 'bea@example.net,MANUAL', 'x,BOUNCE'];
  const JobId = await order('PUT', [...broken, 'cal@example.net,BOUNCE'].join('\n'));
  here.pass(2000);
  expect(await job(JobId)).toMatchObject({
    JobStatus: 'COMPLETED',
    ProcessedRecordsCount: 5,
    FailedRecordsCount: 4,
    FailureInfo: { FailedRecordsS3Url: `${here.ses.endpoint}/failed-records/${JobId}` },
  });
  expect([await failures(JobId), listed()]).toEqual([broken, ['cal@example.net']]);
});

test('a JSON file holds one object a line, and is applied as of when the job was due', async () => {
  const broken = ['{"emailAddress":"bea@example.net"}', 'cal@example.net,BOUNCE', '["dan@example.net","BOUNCE"]'];
  const good = '{"emailAddress": "ann@example.net", "reason": "COMPLAINT"}';
  const JobId = await order('PUT', [good, ...broken].join('\n'), 'JSON');
  here.pass(60_000);
  expect([await failures(JobId), [...here.ses.list.values()]]).toEqual([
    broken,
    [{ emailAddress: 'ann@example.net', reason: 'COMPLAINT', lastUpdateTime: start + 2000 }],
  ]);
});

test.each([
  ['CSV', ['Ann@example.net', 'ann@example.net', 'Ann@example.net']],
  ['JSON', ['{"emailAddress":"Ann@example.net"}', '{"emailAddress":"ann@example.net"}', '{}']],
] as const)(
  'a %s job removes what stands on the list in that spelling; what does not has failed',
  async (format, lines) => {
    here.ses.list.set('Ann@example.net', entry('Ann@example.net'));
    here.ses.list.set('bea@example.net', entry('bea@example.net'));
    const JobId = await order('DELETE', lines.join('\n'), format);
    here.pass(2000);
    expect([await failures(JobId), listed()]).toEqual([lines.slice(1), ['bea@example.net']]);
  },
);

test.each([
  ['PUT', 100_000],
  ['DELETE', 10_000],
] as const)('a %s job of more than %i lines fails as a whole', async (action, limit) => {
  const reason = action === 'PUT' ? ',BOUNCE' : '';
  const lines = Array.from({ length: limit + 1 }, (_, index) => `${index}@example.net${reason}`);
  const tooLong = await order(action, lines.join('\n'));
  here.pass(2000);
  await here.ses.settle();
  const before = listed().length;
  const longest = await order(action, lines.slice(1).join('\n'));
  here.pass(2000);
  expect([Object(await job(tooLong)), Object(await job(longest)), before]).toMatchObject([
    { JobStatus: 'FAILED', FailureInfo: { ErrorMessage: `The object has more than ${limit} records.` } },
    { JobStatus: 'COMPLETED', ProcessedRecordsCount: limit },
    0,
  ]);
});

test('a job whose object is gone when it is due fails', async () => {
  const JobId = await order('PUT', 'ann@example.net,BOUNCE');
  files = {};
  here.pass(2000);
  expect(await job(JobId)).toMatchObject({
    JobStatus: 'FAILED',
    CompletedTimestamp: new Date(start + 2000),
    FailureInfo: { ErrorMessage: 'The object cannot be read.' },
  });
});

test('a job can be made to fail, and to stick until it is let go', async () => {
  const first = await order('PUT', 'ann@example.net,BOUNCE');
  here.ses.jobFault = 'fail';
  here.pass(2000);
  const failed = await job(first);
  const second = await order('PUT', 'ann@example.net,BOUNCE');
  here.ses.jobFault = 'stick';
  here.pass(3_600_000);
  const sticking = [await job(second), listed()];
  here.ses.jobFault = undefined;
  expect([failed, sticking, await job(second), listed()]).toMatchObject([
    { JobStatus: 'FAILED', FailureInfo: { ErrorMessage: 'Internal failure.' } },
    [{ JobStatus: 'PROCESSING' }, []],
    { JobStatus: 'COMPLETED', CompletedTimestamp: new Date(start + 3_602_000) },
    ['ann@example.net'],
  ]);
});

test('twenty jobs can be unfinished, and not one more', async () => {
  for (let i = 0; i < 20; i++) await order('PUT', 'ann@example.net,BOUNCE');
  const refused = await outcome(order('PUT', '').then((JobId) => ({ JobId })));
  here.pass(2000);
  await order('PUT', '');
  const { ImportJobs } = await here.client.send(new ListImportJobsCommand({}));
  expect([
    refused,
    ImportJobs?.length,
    ImportJobs?.filter(({ JobStatus }) => JobStatus === 'COMPLETED').length,
  ]).toEqual(['400 LimitExceededException', 21, 20]);
});

test('what is no order is refused', async () => {
  const create = (destination: object, source: object) =>
    outcome(
      here.client.send(
        new CreateImportJobCommand({ ImportDestination: destination, ImportDataSource: source } as never),
      ),
    );
  const list = { SuppressionListDestination: { SuppressionListImportAction: 'PUT' } };
  const contacts = { ContactListDestination: { ContactListName: 'all', ContactListImportAction: 'PUT' } };
  const source = { S3Url: 's3://lists/file', DataFormat: 'CSV' };
  const refused = [
    await create(contacts, source),
    await create(list, { ...source, S3Url: 'https://lists.s3.amazonaws.com/file' }),
    await create(list, { ...source, DataFormat: 'XML' }),
  ];
  here.ses.account.isSandbox = true;
  expect([...refused, await create(list, source), await job('none'), here.ses.jobs]).toEqual([
    ...Array(4).fill('400 BadRequestException'),
    '404 NotFoundException',
    [],
  ]);
});
