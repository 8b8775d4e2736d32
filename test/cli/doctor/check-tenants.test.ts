import { checkAdvice } from '../../../cli/doctor/check-advice.ts';
import { checkTenants } from '../../../cli/doctor/check-tenants.ts';
import type { TenantsDetails } from '../../../cli/stack/inventory.ts';
import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { startDeployed } from '../../support/deployed.ts';
import { useSystem } from '../../support/system.ts';
import { inventory } from '../stack/inventory-fixture.ts';

const withList: TenantsDetails = {
  names: ['acme', 'beta'],
  associated: ['acme', 'beta'],
  conspicuous: [],
  scopes: { acme: 'TENANT', beta: 'ACCOUNT' },
};
const check = (tenants: Partial<TenantsDetails>, ownLists: readonly string[] = ['acme'], identities = noTopics()) =>
  checkTenants(
    { ...inventory(), identities, tenants: { value: { ...withList, ...tenants } } },
    readPolicy({ tenants: { ownLists } }),
  );
const noTopics = () => {
  const { identities } = inventory();
  if ('error' in identities) throw new Error(identities.error);
  return { value: identities.value.map(({ bounceTopic: _, complaintTopic: __, ...rest }) => rest) };
};
const statuses = (findings: ReturnType<typeof check>) => findings.map(({ status, message }) => [status, message]);

test('an account without tenants has no finding about them', () => {
  expect(checkTenants(inventory(), readPolicy({}))).toEqual([]);
  expect(check({ names: [], scopes: {} })).toEqual([]);
});

test('tenants whose lists are as the policy says are fine, and what was not read is said', () => {
  expect(statuses(check({}))).toEqual([['ok', '2 tenants, whose lists are as policy.json says']]);
  expect(statuses(check({ names: ['acme', 'beta', 'c'], associated: ['acme', 'beta', 'c'] }))).toEqual([
    ['ok', '3 tenants, whose lists are as policy.json says; the suppression scope of 1 tenant was not read'],
  ]);
});

test('a list that SES keeps and the policy does not name is wrong, and so is the reverse', () => {
  expect(statuses(check({}, []))).toEqual([
    ['wrong', expect.stringContaining('SES keeps a list for acme, which policy.json does not name')],
  ]);
  expect(check({}, [])[0]).toMatchObject({ fix: expect.stringContaining('add "acme" (or "*") to tenants.ownLists') });
  const [reverse] = check({}, ['*']);
  expect(reverse).toMatchObject({
    status: 'wrong',
    message: expect.stringContaining('SES keeps no list for beta'),
    fix: expect.stringContaining('--tenant-name beta --suppression-scope TENANT'),
  });
});

test('topics of identities name no tenant, which is wrong only where tenants have lists', () => {
  const { identities } = inventory();
  expect(statuses(check({}, ['acme'], identities as ReturnType<typeof noTopics>))).toEqual([
    ['wrong', expect.stringContaining('name no tenant')],
  ]);
  const { scopes: _, ...rest } = withList;
  expect(statuses(check({ ...rest, scopes: {} }, [], identities as ReturnType<typeof noTopics>))[0]?.[0]).toBe('ok');
});

test('a tenant that may not send with our set is a note', () => {
  const findings = check({ associated: ['acme'] });
  expect(statuses(findings)[1]).toEqual(['note', expect.stringMatching(/^beta may not send with /)]);
});

test('tenants that are paused, or about which SES has findings, are named with what to do', () => {
  const conspicuous = [
    { name: 'acme', pausedBy: 'SES', cause: 'High bounce rate', impact: 'HIGH' },
    { name: 'beta', pausedBy: 'you' },
    { name: 'c', impact: 'LOW' },
  ] as const;
  expect(check({ conspicuous }).slice(1)).toEqual([
    expect.objectContaining({
      status: 'wrong',
      resource: 'tenant acme',
      message: 'SES has paused it: High bounce rate',
    }),
    expect.objectContaining({ status: 'note', resource: 'tenant beta', fix: expect.stringContaining('REINSTATED') }),
    expect.objectContaining({ status: 'note', resource: 'tenant c', message: expect.stringContaining('impact LOW') }),
  ]);
});

test('what SES recommends, and global endpoints, are notes', () => {
  const advice = {
    value: [{ resource: 'shop.example.com', type: 'DMARC', impact: 'HIGH', description: 'No DMARC record' }],
  };
  const globalEndpoints = { value: [{ name: 'both', regions: ['us-east-1', 'eu-west-1'] }] };
  const [recommendation, endpoint] = checkAdvice({ ...inventory(), advice, globalEndpoints });
  expect(recommendation).toMatchObject({
    status: 'note',
    resource: 'shop.example.com',
    fix: 'npx ses-feedback identities check shop.example.com',
  });
  expect(endpoint).toMatchObject({ status: 'note', resource: 'global endpoint both' });
  expect(endpoint?.message).toMatch(/the bounces of us-east-1 do not reach this stack/);
});

describe('on a stack', () => {
  useSystem();

  test('doctor reads tenants, recommendations and endpoints, and --quick leaves them out', async () => {
    const deployed = await startDeployed({ callsPerSecond: Number.POSITIVE_INFINITY });
    try {
      deployed.ses.tenants.acme = { list: new Map(), resources: [], suppressionScope: 'TENANT', sesStatus: 'DISABLED' };
      deployed.ses.recommendations.push({
        resource: 'arn:aws:ses:us-east-1:123456789012:identity/shop.example.com',
        type: 'SPF',
        impact: 'LOW',
        description: 'No SPF record',
      });
      deployed.ses.multiRegionEndpoints.push({ name: 'both', regions: ['us-east-1', 'eu-west-1'] });
      deployed.ses.configurationSets.unused = {
        destinations: [{ isEnabled: true, types: ['BOUNCE'], otherKind: 'EventBridgeDestination' }],
      };
      const { stdout } = await deployed.command('doctor');
      for (const text of [
        'SES keeps a list for acme, which policy.json does not name',
        'tenant acme',
        'SES has paused it',
        'SES recommends (SPF, impact LOW): No SPF record',
        'global endpoint both',
        'publishes its bounces or complaints to EventBridge, which this stack does not read',
      ])
        expect(stdout).toContain(text);
      const quick = await deployed.command('doctor', '--quick');
      for (const text of ['acme', 'SES recommends', 'global endpoint', 'EventBridge'])
        expect(quick.stdout).not.toContain(text);
    } finally {
      await deployed.close();
    }
  });
});
