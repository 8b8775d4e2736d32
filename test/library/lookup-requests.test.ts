import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import type { SuppressionListOptions } from '../../shared/suppression-list/options.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { root } from '../support/run.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();
let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await startFaultProxy(String(process.env.AWS_ENDPOINT_URL_DYNAMODB));
});
beforeEach(() => proxy.misbehave(() => undefined));
afterAll(() => proxy.close());

const makeList = (options: Partial<SuppressionListOptions> = {}) =>
  createSuppressionList({
    tableName: system().tables.suppressionsTable,
    region: 'us-east-1',
    endpoint: proxy.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    ...options,
  });

test('many lookups with one signal give no warning about a leak, and all end when it is aborted', async () => {
  const warnings: string[] = [];
  const onWarning = ({ name }: Error) => warnings.push(name);
  process.on('warning', onWarning);
  const controller = new AbortController();
  const { signal } = controller;
  const list = makeList({ concurrency: 50 });
  await Promise.all(Array.from({ length: 30 }, (_, i) => list.isSuppressed(`a${i}@example.net`, { signal })));
  proxy.misbehave(() => ({ kind: 'hang' }));
  const pending = Array.from({ length: 30 }, (_, i) => list.isSuppressed(`b${i}@example.net`, { signal }));
  const ended = Promise.allSettled(pending);
  await new Promise((resolve) => setTimeout(resolve, 50));
  controller.abort(new Error('enough'));
  expect((await ended).map((one) => one.status === 'rejected' && one.reason.message)).toEqual(Array(30).fill('enough'));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});

test.each([[{}], [{ Item: { status: { S: 'released' } } }], [{ UnprocessedKeys: {} }]])(
  'a response to a batch without results, %j, does not look like "nobody is suppressed"',
  async (body) => {
    proxy.misbehave(() => ({ kind: 'respond', status: 200, body }));
    const checking = makeList().filterSuppressed(['suppressed@example.net', 'other@example.net']);
    await expect(checking).rejects.toThrow('UnexpectedResponse');
  },
);

test('lookups ask for exactly the attributes that the policy of applications allows, however many addresses they have', async () => {
  const file = readFileSync(path.join(root, 'resources', 'access.yml'), 'utf8');
  const { Properties } = parse(file, { logLevel: 'error' }).Resources.AppPolicy;
  const [{ Action, Condition }] = Properties.PolicyDocument.Statement;
  const before = proxy.requests.length;
  await makeList().isSuppressed('one@example.net');
  await makeList().filterSuppressed(['one@example.net', 'two@example.net']);
  const requests = proxy.requests.slice(before);
  expect(requests.map(({ operation }) => `dynamodb:${operation}`)).toEqual(Action);
  for (const { body } of requests) {
    const input = (Object.values((body.RequestItems ?? {}) as object)[0] ?? body) as {
      ProjectionExpression: string;
      ExpressionAttributeNames: Record<string, string>;
    };
    const topLevel = input.ProjectionExpression.split(',').map((name) => name.split('.')[0] ?? '');
    const names = topLevel.map((name) => input.ExpressionAttributeNames[name]);
    expect(names.toSorted()).toEqual(Condition['ForAllValues:StringEquals']['dynamodb:Attributes'].toSorted());
  }
});
