import {
  CreateImportJobCommand,
  GetImportJobCommand,
  ListImportJobsCommand,
  type SuppressionListImportAction,
} from '@aws-sdk/client-sesv2';
import { createSesFixture, outcome, type SesFixture, start } from '../../support/ses-fixture.ts';

let fixture: SesFixture;
let files: Record<string, string>;

beforeEach(async () => {
  files = {};
  fixture = await createSesFixture({
    callsPerSecond: Number.POSITIVE_INFINITY,
    readObject: async (bucket, key) => {
      const text = files[`${bucket}/${key}`];
      return text === undefined ? undefined : Buffer.from(text);
    },
  });
});

afterEach(() => fixture.close());

async function createJob(action: SuppressionListImportAction, file: string, format: 'CSV' | 'JSON' = 'CSV') {
  files['lists/some/file'] = file;
  const ImportDataSource = { S3Url: 's3://lists/some/file', DataFormat: format };
  const SuppressionListDestination = { SuppressionListImportAction: action };
  const input = { ImportDataSource, ImportDestination: { SuppressionListDestination } };
  return (await fixture.client.send(new CreateImportJobCommand(input))).JobId;
}

const job = (JobId: string | undefined) => outcome(fixture.client.send(new GetImportJobCommand({ JobId })));
const listed = () => [...fixture.ses.list.keys()];
const failedRecords = async (JobId: string | undefined) => {
  const { FailureInfo } = await fixture.client.send(new GetImportJobCommand({ JobId }));
  const text = await (await fetch(FailureInfo?.FailedRecordsS3Url ?? '')).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).record);
};
const entry = (emailAddress: string) => ({ emailAddress, reason: 'BOUNCE' as const, lastUpdateTime: 0 });

test('a job is created, processed and completed as time passes, and changes the list at its end', async () => {
  const JobId = await createJob('PUT', 'ann@example.net,BOUNCE\r\nBea@example.net, COMPLAINT\n\n');
  const seen: unknown[] = [];
  for (const time of [999, 1, 999, 1, 60_000]) {
    fixture.advance(time);
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
  expect([...fixture.ses.list.values()]).toEqual([
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

test('a due job runs before the next call is performed, and runDue runs it without a call', async () => {
  await createJob('PUT', 'ann@example.net,BOUNCE');
  fixture.advance(2000);
  await fixture.send('ann@example.net');
  const [, bounce] = fixture.published;
  expect(JSON.parse(bounce?.message ?? '').bounce.bounceSubType).toBe('OnAccountSuppressionList');
  await createJob('DELETE', 'ann@example.net');
  fixture.advance(2000);
  await fixture.ses.runDue();
  expect(listed()).toEqual([]);
});

test('a rejected line does not affect the others, and can be downloaded', async () => {
  const broken = ['ann@example.net', 'bounce@simulator.amazonses.com,BOUNCE', 'bea@example.net,MANUAL', 'x,BOUNCE'];
  const JobId = await createJob('PUT', [...broken, 'cal@example.net,BOUNCE'].join('\n'));
  fixture.advance(2000);
  expect(await job(JobId)).toMatchObject({
    JobStatus: 'COMPLETED',
    ProcessedRecordsCount: 5,
    FailedRecordsCount: 4,
    FailureInfo: { FailedRecordsS3Url: `${fixture.ses.endpoint}/failed-records/${JobId}` },
  });
  expect([await failedRecords(JobId), listed()]).toEqual([broken, ['cal@example.net']]);
});

test('a JSON file has one object per line, and is applied with the time at which the job was due', async () => {
  const broken = ['{"emailAddress":"bea@example.net"}', 'cal@example.net,BOUNCE', '["dan@example.net","BOUNCE"]'];
  const good = '{"emailAddress": "ann@example.net", "reason": "COMPLAINT"}';
  const JobId = await createJob('PUT', [good, ...broken].join('\n'), 'JSON');
  fixture.advance(60_000);
  expect([await failedRecords(JobId), [...fixture.ses.list.values()]]).toEqual([
    broken,
    [{ emailAddress: 'ann@example.net', reason: 'COMPLAINT', lastUpdateTime: start + 2000 }],
  ]);
});

test.each([
  ['CSV', ['Ann@example.net', 'ann@example.net', 'Ann@example.net']],
  ['JSON', ['{"emailAddress":"Ann@example.net"}', '{"emailAddress":"ann@example.net"}', '{}']],
] as const)(
  'a %s job removes exactly the listed addresses; a line that matches no entry is a failed record',
  async (format, lines) => {
    fixture.ses.list.set('Ann@example.net', entry('Ann@example.net'));
    fixture.ses.list.set('bea@example.net', entry('bea@example.net'));
    const JobId = await createJob('DELETE', lines.join('\n'), format);
    fixture.advance(2000);
    expect([await failedRecords(JobId), listed()]).toEqual([lines.slice(1), ['bea@example.net']]);
  },
);

test.each([
  ['PUT', 100_000],
  ['DELETE', 10_000],
] as const)('a %s job of more than %i lines fails as a whole', async (action, limit) => {
  const reason = action === 'PUT' ? ',BOUNCE' : '';
  const lines = Array.from({ length: limit + 1 }, (_, index) => `${index}@example.net${reason}`);
  const tooLong = await createJob(action, lines.join('\n'));
  fixture.advance(2000);
  await fixture.ses.runDue();
  const before = listed().length;
  const longest = await createJob(action, lines.slice(1).join('\n'));
  fixture.advance(2000);
  expect([Object(await job(tooLong)), Object(await job(longest)), before]).toMatchObject([
    { JobStatus: 'FAILED', FailureInfo: { ErrorMessage: `The object has more than ${limit} records.` } },
    { JobStatus: 'COMPLETED', ProcessedRecordsCount: limit },
    0,
  ]);
});

test('a job fails if its object does not exist when the job is due', async () => {
  const JobId = await createJob('PUT', 'ann@example.net,BOUNCE');
  files = {};
  fixture.advance(2000);
  expect(await job(JobId)).toMatchObject({
    JobStatus: 'FAILED',
    CompletedTimestamp: new Date(start + 2000),
    FailureInfo: { ErrorMessage: 'The object cannot be read.' },
  });
});

test('a test can make a job fail, or keep it in PROCESSING until jobFault is cleared', async () => {
  const first = await createJob('PUT', 'ann@example.net,BOUNCE');
  fixture.ses.jobFault = 'fail';
  fixture.advance(2000);
  const failed = await job(first);
  const second = await createJob('PUT', 'ann@example.net,BOUNCE');
  fixture.ses.jobFault = 'stick';
  fixture.advance(3_600_000);
  const stuck = [await job(second), listed()];
  fixture.ses.jobFault = undefined;
  expect([failed, stuck, await job(second), listed()]).toMatchObject([
    { JobStatus: 'FAILED', FailureInfo: { ErrorMessage: 'Internal failure.' } },
    [{ JobStatus: 'PROCESSING' }, []],
    { JobStatus: 'COMPLETED', CompletedTimestamp: new Date(start + 3_602_000) },
    ['ann@example.net'],
  ]);
});

test('20 jobs can be unfinished, and not more', async () => {
  for (let i = 0; i < 20; i++) await createJob('PUT', 'ann@example.net,BOUNCE');
  const rejected = await outcome(createJob('PUT', '').then((JobId) => ({ JobId })));
  fixture.advance(2000);
  await createJob('PUT', '');
  const { ImportJobs } = await fixture.client.send(new ListImportJobsCommand({}));
  expect([
    rejected,
    ImportJobs?.length,
    ImportJobs?.filter(({ JobStatus }) => JobStatus === 'COMPLETED').length,
  ]).toEqual(['400 LimitExceededException', 21, 20]);
});

test('an invalid job is rejected', async () => {
  const create = (destination: object, source: object) =>
    outcome(
      fixture.client.send(
        new CreateImportJobCommand({ ImportDestination: destination, ImportDataSource: source } as never),
      ),
    );
  const list = { SuppressionListDestination: { SuppressionListImportAction: 'PUT' } };
  const contacts = { ContactListDestination: { ContactListName: 'all', ContactListImportAction: 'PUT' } };
  const source = { S3Url: 's3://lists/file', DataFormat: 'CSV' };
  const rejected = [
    await create(contacts, source),
    await create(list, { ...source, S3Url: 'https://lists.s3.amazonaws.com/file' }),
    await create(list, { ...source, DataFormat: 'XML' }),
  ];
  fixture.ses.account.isSandbox = true;
  expect([...rejected, await create(list, source), await job('none'), fixture.ses.jobs]).toEqual([
    ...Array(4).fill('400 BadRequestException'),
    '404 NotFoundException',
    [],
  ]);
});
