import path from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { build } from 'esbuild';
import { createDynamoDBClient } from '../shared/aws/dynamodb-client.ts';
import { createSuppressionList } from '../shared/suppression-list/create-suppression-list.ts';
import { type FaultProxy, startFaultProxy } from './support/fault-proxy.ts';
import { bounce, day, iso, noon } from './support/ses.ts';
import { useSystem } from './support/system.ts';

const system = useSystem();
const listAt = (now: number) =>
  createSuppressionList({ tableName: system().tables.suppressionsTable, clock: () => now });

test('an address nothing is held of may be mailed', async () => {
  expect(await listAt(noon).isSuppressed('nobody@example.net')).toBe(false);
});

test('a temporary suppression ends on the dot, though the record is still there', async () => {
  await system().deliver([bounce({ to: 'blocked@example.net', mailId: 'blocked', status: '5.7.1' })]);
  const end = noon + 2000 + 14 * day;
  expect(await listAt(end - 1).isSuppressed('blocked@example.net')).toBe(true);
  expect(await listAt(end).isSuppressed('blocked@example.net')).toBe(false);
});

test.each(['', 'ann', 'ann@', 'a b@example.net', 'ann@example.net, bob@example.net'])(
  '%j is an error, not an answer',
  async (text) => {
    await expect(listAt(noon).isSuppressed(text)).rejects.toMatchObject({ name: 'InvalidAddressError' });
  },
);

test.each<[string, Record<string, unknown>]>([
  ['no status', { until: iso(noon) }],
  ['a status of another kind', { status: 'active' }],
  ['an end that is no time', { status: 'suppressed', until: 'soon' }],
])('an item with %s is an error: it may be the wrong table', async (_name, item) => {
  await system().putItem({ address: 'odd@example.net', list: 'account', ...item });
  await expect(listAt(noon).isSuppressed('odd@example.net')).rejects.toMatchObject({ name: 'SuppressionStoreError' });
});

test('an application bundles the low-level client, and neither the document client nor the schema library', async () => {
  const entry = path.join(__dirname, '..', 'shared', 'suppression-list', 'index.ts');
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
  });
  const packages = new Set(
    Object.keys(metafile.inputs).map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]),
  );
  expect(packages).toContain('@aws-sdk/client-dynamodb');
  expect(packages).not.toContain('@aws-sdk/lib-dynamodb');
  expect(packages).not.toContain('zod');
});

describe('a store that fails', () => {
  let proxy: FaultProxy;
  beforeAll(async () => {
    proxy = await startFaultProxy(process.env.AWS_ENDPOINT_URL_DYNAMODB as string);
  });
  afterAll(() => proxy.close());

  const listBehindProxy = () => {
    const { suppressionsTable: tableName } = system().tables;
    const { config } = createDynamoDBClient();
    return createSuppressionList({
      tableName,
      client: new DynamoDBClient({ endpoint: proxy.endpoint, maxAttempts: 1, requestHandler: config.requestHandler }),
    });
  };

  test('throws when it does not answer, within its timeout', async () => {
    proxy.misbehave(() => ({ kind: 'hang' }));
    await expect(listBehindProxy().isSuppressed('ann@example.net')).rejects.toMatchObject({
      name: 'SuppressionStoreError',
      message: expect.stringContaining('no answer in time'),
    });
  });

  test('throws when the connection breaks', async () => {
    proxy.misbehave(() => ({ kind: 'drop' }));
    await expect(listBehindProxy().isSuppressed('ann@example.net')).rejects.toMatchObject({
      name: 'SuppressionStoreError',
    });
  });

  test('never repeats the address in its error', async () => {
    proxy.misbehave(() => ({ kind: 'drop' }));
    await expect(listBehindProxy().isSuppressed('ann@example.net')).rejects.not.toThrow(/ann@/);
  });
});
