import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoDB } from '../../../local/emulator/dynamodb.ts';
import { createTables } from '../../../local/emulator/tables.ts';

const root = path.join(__dirname, '..', '..', '..');
const tsx = path.join(root, 'node_modules', '.bin', 'tsx');

async function isListening(endpoint: string): Promise<boolean> {
  const socket = createConnection(Number(new URL(endpoint).port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function stopsListening(endpoint: string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < 5000; waitedMs += 50) {
    if (!(await isListening(endpoint))) return true;
    await sleep(50);
  }
  return false;
}

const client = (endpoint: string) =>
  new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });

test('the engine starts on a free loopback port and stops on request', async () => {
  const engines = await Promise.all([startDynamoDB(), startDynamoDB()]);
  const endpoints = engines.map(({ endpoint }) => endpoint);
  expect(new Set(endpoints).size).toBe(2);
  expect(endpoints.every((endpoint) => /^http:\/\/127\.0\.0\.1:\d+$/.test(endpoint))).toBe(true);
  expect(await Promise.all(endpoints.map(isListening))).toEqual([true, true]);
  await Promise.all(engines.map(({ stop }) => stop()));
  await engines[0].stop();
  expect(await Promise.all(endpoints.map(isListening))).toEqual([false, false]);
});

test.each([
  ['returns', 'void 0'],
  ['exits', 'process.exit(3)'],
  ['crashes', 'setTimeout(() => { throw new Error("crash") })'],
  ['is interrupted (Ctrl-C)', 'process.kill(process.pid, "SIGINT"); setTimeout(() => {}, 9000)'],
  ['is terminated', 'process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 9000)'],
  ['is killed', 'process.kill(process.pid, "SIGKILL"); setTimeout(() => {}, 9000)'],
])('the engine stops when the process that started it %s', async (_how, end) => {
  const script = `require('./local/emulator/dynamodb.ts').startDynamoDB().then(({ endpoint }) => { console.log(endpoint); ${end} })`;
  const child = spawn(tsx, ['-e', script], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  const [endpoint] = await once(child.stdout, 'data');
  await once(child, 'exit');
  expect(await stopsListening(String(endpoint).trim())).toBe(true);
});

test('tables in a file are kept when the engine restarts', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  const file = path.join(folder, 'new', 'dynamodb.db');
  const names = { suppressionsTable: 'stored-suppressions', reputationTable: 'stored-reputation' };
  const first = await startDynamoDB({ file });
  await createTables(client(first.endpoint), names);
  await first.stop();
  const second = await startDynamoDB({ file });
  await createTables(client(second.endpoint), names);
  const { Table } = await client(second.endpoint).send(new DescribeTableCommand({ TableName: 'stored-suppressions' }));
  await second.stop();
  rmSync(folder, { recursive: true });
  expect(Table?.KeySchema?.map(({ AttributeName }) => AttributeName)).toEqual(['address', 'list']);
});

test('the tables have the keys and the time to live that resources/ defines', async () => {
  const engine = await startDynamoDB();
  const dynamodb = client(engine.endpoint);
  await createTables(dynamodb, { suppressionsTable: 'the-suppressions', reputationTable: 'the-reputation' });
  const keys = async (TableName: string) => {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
    return [
      ...(Table?.KeySchema ?? []).map(({ AttributeName }) => AttributeName),
      TimeToLiveDescription?.AttributeName,
    ];
  };
  const found = [await keys('the-suppressions'), await keys('the-reputation')];
  await engine.stop();
  expect(found).toEqual([
    ['address', 'list', 'expiresAt'],
    ['scope', 'hour', 'expiresAt'],
  ]);
});

describe('without the packaged engine', () => {
  const variables = { ...process.env };
  afterEach(() => {
    process.env = { ...variables };
  });

  test('LOCAL_DYNAMODB_ENDPOINT names a DynamoDB that is already running', async () => {
    process.env.LOCAL_DYNAMODB_ENDPOINT = 'http://127.0.0.1:1';
    expect(await startDynamoDB()).toMatchObject({ endpoint: 'http://127.0.0.1:1' });
  });

  test('the error names a binary that does not start', async () => {
    process.env.DYNOXIDE = '/nowhere/dynoxide';
    await expect(startDynamoDB()).rejects.toThrow('/nowhere/dynoxide');
  });
});
