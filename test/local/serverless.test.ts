import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run, runLocal } from '../support/run.ts';
import { bounce, queueEvent, send } from '../support/ses.ts';

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

type RoleProperties = { Policies: { PolicyDocument: { Statement: { Action: unknown }[] } }[] };

test('the rates are looked at in what the functions have counted, and nothing leaves the machine', async () => {
  const now = Date.now() - 600_000;
  const bodies = Array.from({ length: 40 }, (_, i) =>
    send({ to: `r${i}@example.net`, mailId: `local-${now}-${i}`, sentAt: now }),
  );
  const bounces = Array.from({ length: 20 }, (_, i) =>
    bounce({ to: `r${i}@example.net`, mailId: `local-${now}-${i}`, sentAt: now }),
  );
  const file = path.join(folder, 'sends.json');
  writeFileSync(file, JSON.stringify(queueEvent([...bodies, ...bounces])));
  const counted = await sls('invoke', 'local', '-f', 'volume', '-p', file);
  expect(counted.stdout).toContain('20 feedback, 40 volume, 0 ignored');
  const { code, stdout } = await sls('invoke', 'local', '-f', 'reputation');
  expect(code).toBe(0);
  expect(stdout).toContain('CRITICAL: bounce rate of the account\n');
  expect(stdout).toMatch(/scopes judged, \d+ alarms changed; unknown: Reputation.BounceRate, /);
});

test('a policy that is not valid is one sentence, before anything is packaged', async () => {
  const copy = path.join(folder, 'copy');
  mkdirSync(copy);
  for (const name of [
    'functions',
    'shared',
    'resources',
    'local',
    'cli',
    'node_modules',
    'package.json',
    'tsconfig.json',
  ]) {
    symlinkSync(path.join(root, name), path.join(copy, name));
  }
  copyFileSync(path.join(root, 'serverless.yml'), path.join(copy, 'serverless.yml'));
  writeFileSync(path.join(copy, 'policy.json'), JSON.stringify({ pauseLines: { bounceRate: 0.01 } }));
  const { code, stderr, stdout } = await run(path.join(root, 'node_modules', '.bin', 'sls'), ['package'], {
    cwd: copy,
  });
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain('reviewLines.bounceRate: the review line has to be below the pause line.');
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
    'ses-feedback-prod-volume',
    'ses-feedback-prod-reputation',
  ]);
  for (const { Runtime, Architectures } of functions)
    expect([Runtime, Architectures]).toEqual(['nodejs24.x', ['arm64']]);
  expect(new Set(functions.map(({ Role }) => JSON.stringify(Role))).size).toBe(4);
  const statements = (ofType('AWS::IAM::Role') as unknown as RoleProperties[]).map(({ Policies }) =>
    Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
  );
  expect(statements).toHaveLength(4);
  // Metrics and the account have no ARN, so no statement can name them.
  const wide = statements.flat().filter((statement) => /"\*"|:\*"/.test(JSON.stringify(statement)));
  expect(wide.map(({ Action }) => Action)).toEqual([['cloudwatch:GetMetricStatistics', 'ses:GetAccount']]);
  expect(ofType('AWS::Events::Rule').map(({ ScheduleExpression }) => ScheduleExpression)).toEqual(['rate(1 minute)']);
  // A run that lasted longer would meet the next one.
  expect(functions.map(({ Timeout }) => Timeout)).toEqual([30, 30, 30, 50]);
  expect(ofType('AWS::DynamoDB::Table').map(({ TableName }) => TableName)).toEqual([
    'ses-feedback-prod-suppressions',
    'ses-feedback-prod-reputation',
  ]);
});
