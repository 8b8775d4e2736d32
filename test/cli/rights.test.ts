import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Deployed, startDeployed } from '../support/deployed.ts';
import { actionsDuring, actionsOf } from '../support/rights.ts';
import { bounce, hour } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';

/** The AWS calls of each command, compared with the IAM policies of resources/access.yml. */

useSystem();
/** As if an address had been erased before: the first erasure waits for minutes. */
const erasureKey = { causes: { erasureKey: 'c'.repeat(64) } };
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed({ callsPerSecond: Number.POSITIVE_INFINITY });
  deployed.ses.identities['example.com'] = { isVerified: true };
  deployed.ses.identities['new@example.com'] = { isVerified: false };
  deployed.ses.identities['late.example.com'] = {
    isVerified: false,
    dkim: { status: 'FAILED', tokens: ['t'], isEnabled: false },
  };
  deployed.ses.configurationSets['ses-feedback-prod'] = { destinations: [] };
  deployed.ses.receiptRuleSets['ses-feedback-prod'] = { rules: [] };
  await deployed.system.putItem({ address: 'erasure-key', list: 'erasure-key', createdAt: 1, ...erasureKey });
  const sentAt = Date.now() - hour;
  await deployed.system.deliver([bounce({ to: 'ann@example.net', mailId: 'a', sentAt })]);
  deployed.queues.add('ses-feedback-prod-bounces-dead-letters', JSON.stringify(bounce()));
});
afterEach(() => deployed.close());

/** Runs a command and returns the actions that its calls need. */
async function actionsOfCommand(...args: string[]): Promise<{ actions: string[]; code: number; stderr: string }> {
  const { actions, result } = await actionsDuring(() => deployed.command(...args));
  return { actions, code: result.code, stderr: result.stderr };
}

const list = () => {
  writeFileSync(path.join(deployed.folder, 'list.csv'), 'email,reason\nbob@example.net,bounce\n');
  const time = new Date(Date.now() - 48 * hour).toISOString();
  writeFileSync(path.join(deployed.folder, 'history.csv'), `time,sends,hardBounces,complaints\n${time},100,1,0\n`);
  return 'list.csv';
};

const support: readonly (readonly string[])[] = [
  ['status'],
  ['check', 'ann@example.net'],
  ['list'],
  ['list', '--count'],
  ['suppress', 'bob@example.net', '--note', 'x'],
  ['suppress', '--domain', 'example.org', '--note', 'x', '--yes'],
  ['release', 'ann@example.net', '--note', 'x'],
  ['release', '--domain', 'example.net', '--note', 'x', '--yes'],
  ['history'],
  ['history', 'ann@example.net'],
  ['rates'],
  ['rates', '--by', 'provider'],
  ['aws-window'],
  ['incidents'],
  ['stats'],
  ['backtest', '--from-ses'],
  ['accounts'],
  ['report', 'report.html'],
];
const operator: readonly (readonly string[])[] = [
  ...support,
  ['preflight', 'list.csv', '--bounce-rate', '1', '--no-dns'],
  ['import', 'list.csv', '--note', 'x'],
  ['ingest-email', path.join(__dirname, '..', '..', 'events', 'email', 'dsn.eml')],
  ['export'],
  ['export', '--hashed', 'out'],
  ['sync'],
  ['dlq', 'list'],
  ['dlq', 'replay', '--all'],
  ['doctor'],
  ['audit'],
  ['identities', 'list'],
  ['identities', 'records', 'example.com'],
  ['identities', 'check', 'example.com', '--test-email', '--dns-server', '127.0.0.1:9'],
  ['send-test', '--to', 'bounce', '--wait', '1'],
];
const administrator: readonly (readonly string[])[] = [
  ...operator,
  ['erase', 'ann@example.net', '--note', 'x', '--yes'],
  ['identities', 'create', 'example.org', '--mail-from', 'bounce'],
  ['identities', 'create', 'news@example.org'],
  ['identities', 'verify', 'new@example.com'],
  ['identities', 'verify', 'late.example.com'],
  ['identities', 'dkim', 'late.example.com', '--enable'],
  ['relay', 'activate'],
  ['aws-window', '--import', 'history.csv'],
];

test.each(support.map((args) => [args.join(' '), args] as const))('support may run: %s', async (_name, args) => {
  const { actions, code, stderr } = await actionsOfCommand(...args);
  expect([0, 3]).toContain(code);
  expect(stderr).toBe('');
  expect(actions).not.toEqual([]);
  const allowed = actionsOf('SupportPolicy');
  expect(actions.filter((action) => !allowed.has(action))).toEqual([]);
});

test.each(operator.map((args) => [args.join(' '), args] as const))('an operator may run: %s', async (_name, args) => {
  list();
  const { actions, code } = await actionsOfCommand(...args);
  // Without feedback, and without topics, some commands find a problem.
  expect([0, 1, 3, 6]).toContain(code);
  expect(actions).not.toEqual([]);
  const allowed = actionsOf('OperatorPolicy');
  expect(actions.filter((action) => !allowed.has(action))).toEqual([]);
});

test.each(administrator.map((args) => [args.join(' '), args] as const))(
  'an administrator may run: %s',
  async (_name, args) => {
    list();
    await deployed.synced('ann@example.net');
    const { actions, stderr } = await actionsOfCommand(...args);
    expect(stderr).toBe('');
    const allowed = new Set([...actionsOf('OperatorPolicy'), ...actionsOf('AdministratorPolicy')]);
    expect(actions.filter((action) => !allowed.has(action))).toEqual([]);
  },
);

test('only an administrator can erase an address or create an identity', async () => {
  const allowed = actionsOf('OperatorPolicy');
  for (const args of administrator.slice(operator.length, operator.length + 2)) {
    // Also adds to the history of the address.
    await deployed.command('suppress', 'ann@example.net', '--note', 'x');
    await deployed.synced('ann@example.net');
    const { actions } = await actionsOfCommand(...args);
    expect(actions.filter((action) => !allowed.has(action))).not.toEqual([]);
  }
});

test('support cannot read dead letters, the whole list of SES, or change a setting of SES', async () => {
  const allowed = actionsOf('SupportPolicy');
  for (const args of [
    ['dlq', 'list'],
    ['sync', '--dry-run'],
  ]) {
    const { actions } = await actionsOfCommand(...args);
    expect(actions.filter((action) => !allowed.has(action))).not.toEqual([]);
  }
  expect([...allowed].filter((action) => /:(Put|Set|Update|Create)/.test(action))).toEqual(['dynamodb:PutItem']);
});

test('an operator may do what support may, and changes only whether a configuration set or a tenant sends', () => {
  const allowed = actionsOf('OperatorPolicy');
  expect([...actionsOf('SupportPolicy')].filter((action) => !allowed.has(action))).toEqual([]);
  expect(
    [...allowed].filter((action) => /^(ses|sns|lambda|kms):(Put|Set|Update|Create|Delete|Subscribe)/.test(action)),
  ).toEqual([
    'ses:PutConfigurationSetSendingOptions',
    'ses:UpdateReputationEntityCustomerManagedStatus',
    'ses:DeleteSuppressedDestination',
  ]);
});
