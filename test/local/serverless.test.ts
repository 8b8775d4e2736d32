import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, runLocal } from '../support/run.ts';
import { bounce, queueEvent } from '../support/ses.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** With a database of the tests' own: the checkout's is the user's. */
const sls = (...args: string[]) =>
  runLocal('sls', args, { env: { LOCAL_DYNAMODB_FILE: path.join(folder, 'new', 'dynamodb.db') } });

jest.setTimeout(90_000);

test('sls invoke local takes the two samples on a fresh checkout, with nothing else started', async () => {
  for (const [name, line] of [
    ['bounce', /^a\*\*\*@example\.net {2}hard \(rule permanent\) → suppressed/m],
    ['complaint', /^b\*\*\*@example\.org {2}complaint \(rule complaint\) → suppressed/m],
  ] as const) {
    const { code, stdout } = await sls('invoke', 'local', '-f', name, '-p', `events/${name}.json`);
    expect(code).toBe(0);
    expect(stdout).toMatch(line);
    expect(stdout).toMatch(/\{\s*"batchItemFailures": \[\]\s*\}/);
  }
});

test('a second invocation sees what the first one wrote', async () => {
  const file = path.join(folder, 'event.json');
  const now = Date.now();
  writeFileSync(
    file,
    JSON.stringify(queueEvent([bounce({ to: 'twice@example.net', mailId: `twice-${now}`, sentAt: now })])),
  );
  const first = await sls('invoke', 'local', '-f', 'bounce', '-p', file);
  const second = await sls('invoke', 'local', '-f', 'bounce', '-p', file);
  expect(first.stdout).toContain('t***@example.net  hard (rule permanent) → suppressed  counts toward the bounce rate');
  expect(second.stdout).toContain('t***@example.net  hard (rule permanent) → suppressed  known already');
});

test('sls package needs neither credentials nor network, and gives each function a role of its own', async () => {
  const { code } = await sls('package', '--stage', 'prod');
  expect(code).toBe(0);
  const template = JSON.parse(
    readFileSync(path.join(root, '.serverless', 'cloudformation-template-update-stack.json'), 'utf8'),
  );
  const resources = Object.values(template.Resources) as { Type: string; Properties: Record<string, unknown> }[];
  const ofType = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  const functions = ofType('AWS::Lambda::Function');
  expect(functions.map(({ FunctionName }) => FunctionName)).toEqual([
    'ses-feedback-prod-bounce',
    'ses-feedback-prod-complaint',
  ]);
  expect(functions.map(({ Runtime, Architectures }) => [Runtime, Architectures])).toEqual([
    ['nodejs24.x', ['arm64']],
    ['nodejs24.x', ['arm64']],
  ]);
  expect(new Set(functions.map(({ Role }) => JSON.stringify(Role))).size).toBe(2);
  expect(ofType('AWS::IAM::Role')).toHaveLength(2);
  expect(JSON.stringify(ofType('AWS::IAM::Role'))).not.toMatch(/"\*"|:\*"/);
  expect(ofType('AWS::DynamoDB::Table').map(({ TableName }) => TableName)).toEqual([
    'ses-feedback-prod-suppressions',
    'ses-feedback-prod-reputation',
  ]);
});
