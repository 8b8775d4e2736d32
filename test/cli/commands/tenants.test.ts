import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { bounce, complaint, hour } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed();
  for (const name of ['acme', 'beta'])
    deployed.ses.tenants[name] = { list: new Map(), resources: [], suppressionScope: 'TENANT' };
});
afterEach(() => deployed.close());

const to = 'ann@example.net';
const content = { tenants: { ownLists: ['*'] } };
const note = ['--note', 'wrote to us', '--by', 'ops'];
const sentAt = Date.now() - 3 * hour;
const tagsOf = (tenant: string) => ({ 'ses:tenant-name': [tenant] });
const policyFile = () => {
  const file = path.join(deployed.folder, 'policy.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
};
const deliver = (events: readonly unknown[]) => deployed.system.deliver(events, { policy: readPolicy(content) });
const run = (...args: string[]) => deployed.command(...args, '--policy', policyFile());

async function bounceFor(...tenants: string[]) {
  await deliver(tenants.map((name) => bounce({ to, tags: tagsOf(name), mailId: name, sentAt })));
  for (const name of tenants)
    deployed.ses.tenants[name]?.list.set(to, { emailAddress: to, reason: 'BOUNCE', lastUpdateTime: sentAt });
}

test('check names the tenants for whom an address is suppressed, and decides by --tenant', async () => {
  await bounceFor('acme');
  const all = await run('check', to);
  expect(all.code).toBe(0);
  expect(all.stdout).toContain(`${to}  deliverable`);
  expect(all.stdout).toMatch(/ {2}table, tenant acme: suppressed permanently, since .*: a permanent bounce/);
  expect(all.stdout).toContain('for tenant acme');
  const acme = await run('check', to, '--tenant', 'acme');
  expect(acme.code).toBe(3);
  expect(acme.stdout).toMatch(/ {2}SES list of tenant acme in us-east-1: listed as BOUNCE since/);
  expect((await run('check', to, '--tenant', 'beta')).code).toBe(0);
  const [report] = JSON.parse((await run('check', to, '--tenant', 'acme', '--json')).stdout);
  expect(report.tenants).toEqual([
    expect.objectContaining({
      tenant: 'acme',
      suppression: expect.objectContaining({ reason: 'hard', until: null }),
      atSes: { region: 'us-east-1', entries: [expect.objectContaining({ reason: 'BOUNCE' })] },
    }),
  ]);
  expect(report.history).toHaveLength(1);
});

test('release releases on every list, with --tenant on one of them, and keeps complaints', async () => {
  await bounceFor('acme', 'beta');
  const { code, stdout } = await run('release', to, '--tenant', 'beta', ...note);
  expect([code, stdout]).toEqual([
    0,
    [to, '  table, tenant beta: released', `  SES list of tenant beta in us-east-1: removed (${to})`, ''].join('\n'),
  ]);
  expect((await run('check', to, '--tenant', 'acme')).code).toBe(3);
  const everywhere = await run('release', to, ...note);
  expect(everywhere.stdout).toContain('table, tenant acme: released');
  expect(everywhere.stdout).toContain(`SES list of tenant acme in us-east-1: removed (${to})`);
  expect((await run('check', to, '--tenant', 'acme')).code).toBe(0);

  deployed.system.now = Date.now() + 2 * hour;
  await deliver([complaint({ to, tags: tagsOf('acme'), mailId: 'c', sentAt: sentAt + 1000, at: Date.now() + hour })]);
  const refused = await run('release', to, ...note);
  expect([refused.code, refused.stdout]).toEqual([3, expect.stringContaining('pass --complaints')]);
});

test('a selection of a tenant releases its addresses only, and suppress --tenant writes its list', async () => {
  await bounceFor('acme', 'beta');
  const { code, stdout } = await run('release', '--domain', 'example.net', '--tenant', 'acme', '--yes', ...note);
  expect([code, stdout]).toEqual([0, expect.stringContaining('Released 1 address.')]);
  expect((await run('check', to, '--tenant', 'acme')).stdout).toContain('table, tenant acme: not suppressed');
  expect((await run('check', to, '--tenant', 'beta')).code).toBe(3);
  const suppressed = await run('suppress', 'bob@example.net', '--tenant', 'acme', ...note);
  expect(suppressed.stdout).toBe(
    [
      'bob@example.net',
      '  table, tenant acme: suppressed permanently',
      '  SES list of tenant acme: will be updated within two minutes',
      '',
    ].join('\n'),
  );
  expect((await run('check', 'bob@example.net')).code).toBe(0);
  expect((await deployed.command('history', 'bob@example.net')).stdout).toContain('on the list tenant:acme');
});
