import { createDynamoDBClient } from '../../../shared/aws/dynamodb/client.ts';
import { createIncidentReader } from '../../../shared/aws/dynamodb/incident-reader.ts';
import { scanRecords } from '../../../shared/aws/dynamodb/scan.ts';
import { listSuppressed } from '../../../shared/aws/dynamodb/suppressed-index.ts';
import { createKnownAddresses } from '../../../shared/deliveries/known-addresses.ts';
import { mergeDeliveries } from '../../../shared/deliveries/merge-deliveries.ts';
import type { AddressKey } from '../../../shared/domain/address.ts';
import { hashOfAddress, packHashes } from '../../../shared/domain/deliveries/address-hash.ts';
import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import type { ProviderIncident } from '../../../shared/domain/reputation/provider-incident.ts';
import { tenantOfList } from '../../../shared/domain/suppression/list-name.ts';
import { policyOfList } from '../../../shared/domain/suppression/list-policy.ts';
import { holdEarlierBounces } from '../../../shared/incidents/hold-earlier-bounces.ts';
import { releaseAddress } from '../../../shared/operator/release-address.ts';
import { selectRecords } from '../../../shared/operator/select-records.ts';
import { type AccountListFixture, useAccountListFixtures } from '../../support/account-list.ts';
import { createTestDeliveryFiles } from '../../support/delivery-files.ts';
import { createMonitoring } from '../../support/monitoring.ts';
import { mix, simulateAccount } from '../../support/outage.ts';
import { bounce } from '../../support/ses.ts';

/**
 * An outage and a bad list at the same provider at the same time, through the whole stack: memory of deliveries, tables, alarm, SES's lists in two
 * Regions and of a tenant, and the release.
 */

const createFixture = useAccountListFixtures();
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const begin = Date.UTC(2020, 10, 29, 22);
const from = begin + 3 * day;
const window = [from, from + 1.5 * hour] as const;
const shapes = {
  2020: {
    domains: ['gmail.com', 'firm.example'],
    share: 0.4,
    provider: 'google',
    list: 'gmail.com',
    answer: '550 5.1.1 The email account that you tried to reach does not exist. gsmtp',
  },
  2019: {
    domains: ['yahoo.com', 'aol.com'],
    share: 0.9,
    provider: 'yahoo',
    list: 'yahoo.com',
    answer: '554 5.7.1 Message not allowed',
  },
} as const;
const policy = readPolicy({
  tenants: { ownLists: ['acme'] },
  accountList: { mode: 'missing', regions: ['eu-west-1'] },
  rememberDeliveries: true,
});
const acme = { 'ses:tenant-name': ['acme'] };

/** A tenth of the recipients are those of a tenant, and SES has some addresses in another case. */
const ofTenant = (recipient: string) => /7@/.test(recipient);
const asWritten = (recipient: string) => (/3@/.test(recipient) ? recipient.replace('person', 'Person') : recipient);

/** One of twenty recipients gets the first email in the outage. */
const isNew = (recipient: string) => /[05]5@/.test(recipient);

async function simulate(
  seed: number,
  { domains, share, list, answer }: (typeof shapes)[2020 | 2019],
  hasBadList: boolean,
) {
  const fixture = await createFixture(['eu-west-1']);
  fixture.policy = policy;
  fixture.home.tenants.acme = { list: new Map(), resources: [], suppressionScope: 'TENANT' };
  const scenario = { kind: 'outage', domains, windows: [window], share, answer } as const;
  const common = { start: begin, perDay: 12_000, withDeliveries: true };
  const account = simulateAccount(seed, { ...common, days: 3.2, scenario });
  const badList = simulateAccount(seed, {
    ...{ start: from, days: 0.2, perDay: 3000, withDeliveries: true },
    scenario: { kind: 'bad-list', domain: list, at: from + 10 * minute, size: 150, share: 0.6 },
  });
  const bought = hasBadList ? badList.events.filter(({ recipient }) => recipient?.startsWith('bought')) : [];
  const events = [...account.events, ...bought].sort((a, b) => a.knownAt - b.knownAt);
  return { fixture, events, ofOutage: account.ofOutage[0] as ReadonlySet<string>, ofBadList: badList.ofBadList };
}

type Simulated = Awaited<ReturnType<typeof simulate>>;

/** Lets time pass in the stack until the alarm has ended. Returns the incident, and how many bounces it took to notice it. */
async function run({ fixture, events }: Simulated, provider: string) {
  const { system } = fixture;
  const client = createDynamoDBClient();
  const files = createTestDeliveryFiles();
  const clock = () => system.now;
  const known = createKnownAddresses({ files, clock });
  const deliveries = { append: files.append, known };
  const monitoring = createMonitoring(system);
  const incidents = createIncidentReader({ client, reputationTable: system.tables.reputationTable, clock });
  const progress = new Map<string, number>();
  let next = 0;
  let [bounced, untilNoticed] = [0, 0];
  let incident: ProviderIncident | undefined;

  async function pass(until: number): Promise<void> {
    const some: typeof events = [];
    for (; (events[next]?.knownAt ?? Number.POSITIVE_INFINITY) < until; next++) some.push(events[next] as never);
    system.now = until;
    const delivered = some.flatMap(({ kind, recipient = '' }) =>
      kind === 'delivery' && !isNew(recipient) ? recipient : [],
    );
    await files.append(packHashes(delivered.map((one) => hashOfAddress(one as AddressKey))));
    for (const [sentAt, sends] of bySlot(some))
      await monitoring.counters.addSends([{ scope: 'account', sentAt, sends }]);
    const bounces = some.filter(({ kind }) => kind === 'hardBounce');
    for (const { recipient = '' } of bounces) listAtSes(fixture, recipient, until);
    const messages = bounces.map(({ recipient = '', answer = '', sentAt, knownAt }) =>
      bounce({
        recipients: [{ emailAddress: asWritten(recipient), action: 'failed', diagnosticCode: `smtp; ${answer}` }],
        mailId: `${recipient}${sentAt}`,
        sentAt,
        at: knownAt,
        ...(ofTenant(recipient) && { tags: acme }),
      }),
    );
    for (let start = 0; start < messages.length; start += 500)
      await system.deliver(messages.slice(start, start + 500), { policy, deliveries, incidents });
    if (until > from && incident === undefined)
      bounced += bounces.filter(({ answer = '' }) => /gsmtp|not allowed/.test(answer)).length;
  }

  // The months before.
  const everybody = Array.from({ length: 36_000 }, (_, index) => index).flatMap((index) => {
    const known = mix.map(([domain]) => `person${index}@${domain}`).filter((one) => !isNew(one));
    return known.map((one) => hashOfAddress(one as AddressKey));
  });
  system.now = begin - 2 * hour;
  await files.append(packHashes(everybody));
  await mergeDeliveries({ files, clock, remaining: () => 1000 });
  for (let time = begin + 6 * hour; time < from; time += 6 * hour) {
    await pass(time);
    await mergeDeliveries({ files, clock, remaining: () => 1000 });
  }
  for (let time = from; time < from + 5 * hour; time += incident === undefined ? minute : 10 * minute) {
    await pass(time);
    await monitoring.evaluate({ policy });
    incident = (await monitoring.store.incidents()).at(-1);
    if (incident !== undefined && untilNoticed === 0) untilNoticed = bounced;
    await holdEarlierBounces({
      incidents,
      suppressed: (period) =>
        listSuppressed(
          { client, suppressionsTable: system.tables.suppressionsTable, clock, withTenants: true },
          period,
        ),
      store: system.store,
      progress,
      policy,
      clock,
      remaining: () => 10_000,
    });
    await fixture.sync();
    if (incident?.to !== undefined) break;
  }
  expect(monitoring.published().filter((one) => one.includes('outage'))).toEqual([
    'account/provider-outage ok → approaching',
    'account/provider-outage approaching → ok',
  ]);
  expect(incident?.provider).toBe(provider);
  const seen = new Set(
    events.slice(0, next).flatMap(({ kind, recipient = '' }) => (kind === 'hardBounce' ? recipient : [])),
  );
  return { incident: incident as ProviderIncident, untilNoticed, seen };
}

function bySlot(events: Simulated['events']): Map<number, number> {
  const sends = new Map<number, number>();
  for (const { sentAt } of events) {
    const slot = Math.floor(sentAt / (5 * minute)) * 5 * minute;
    sends.set(slot, (sends.get(slot) ?? 0) + 1);
  }
  return sends;
}

/** SES adds what bounces to its own list, as the sender has written it. */
function listAtSes(fixture: AccountListFixture, recipient: string, at: number): void {
  const emailAddress = asWritten(recipient);
  const list = ofTenant(recipient) ? fixture.home.tenants.acme?.list : fixture.home.list;
  list?.set(emailAddress, { emailAddress, reason: 'BOUNCE', lastUpdateTime: at });
}

/** Releases what `release --incident` releases; is killed after `killAfter` addresses. Returns how many it released. */
async function release({ system, policy: ofStack }: AccountListFixture, incident: ProviderIncident, killAfter: number) {
  const pages = scanRecords({
    client: createDynamoDBClient(),
    suppressionsTable: system.tables.suppressionsTable,
    withTenants: true,
  });
  const selection = {
    provider: incident.provider,
    since: incident.from,
    ...(incident.to !== undefined && { until: incident.to }),
    reasons: ['hard', 'policy-block', 'ses-list'],
    isOutage: true,
  } as const;
  const { records } = await selectRecords(pages, selection, system.now);
  for (const { address, list } of records.slice(0, killAfter)) {
    const store = list === undefined ? system.store : system.store.ofList(list);
    await releaseAddress(
      { store, clock: () => system.now, policy: policyOfList(ofStack, list ?? 'account') },
      address,
      { by: 'op', note: 'outage' },
    );
  }
  return records.length;
}

async function suppressedAddresses({
  system,
}: AccountListFixture): Promise<Map<string, { until?: number; tenant?: string }>> {
  const found = new Map<string, { until?: number; tenant?: string }>();
  const pages = scanRecords({
    client: createDynamoDBClient(),
    suppressionsTable: system.tables.suppressionsTable,
    withTenants: true,
  });
  for await (const page of pages)
    for (const { record, list = '' } of page)
      if (record.status === 'suppressed')
        found.set(record.address, {
          ...(record.until && { until: record.until }),
          ...(tenantOfList(list) && { tenant: 'acme' }),
        });
  return found;
}

/** Returns whether a list of SES is not as the table wants it, that of the account or of the tenant. */
async function isPending({ system }: AccountListFixture): Promise<boolean> {
  const { suppressionsTable } = system.tables;
  const pages = scanRecords({ client: createDynamoDBClient(), suppressionsTable, withTenants: true });
  for await (const page of pages)
    if (page.some(({ record: { pendingSync } }) => pendingSync !== undefined && pendingSync.due <= system.now + minute))
      return true;
  return false;
}

const cases = ([2020, 2019] as const).flatMap((shape) =>
  Array.from({ length: Number(process.env.OUTAGE_SEEDS ?? 6) }, (_, index) => index + 1).map((seed) => ({
    shape,
    seed,
    badList: seed % 2 === 0 ? 'with a bad list' : 'alone',
  })),
);

test.each(cases)(
  'shape of $shape, seed $seed, $badList: noticed within 20 bounces, held, and released everywhere',
  async ({ shape, seed, badList }) => {
    const { provider } = shapes[shape];
    const hasBadList = badList !== 'alone';
    const simulated = await simulate(seed, shapes[shape], hasBadList);
    const { fixture } = simulated;
    const { incident, untilNoticed, seen } = await run(simulated, provider);
    const ofBadList = [...simulated.ofBadList].filter((one) => seen.has(one));
    expect(ofBadList.length > 50).toBe(hasBadList);
    expect(untilNoticed).toBeLessThanOrEqual(20);
    const held = await suppressedAddresses(fixture);
    const known = [...simulated.ofOutage].filter((one) => !isNew(one));
    expect(known.filter((one) => held.get(one)?.until === undefined)).toEqual([]);
    // A new address may be one of the bad list. Without one, those of the outage are released as well.
    const ofOutage = hasBadList ? known : [...simulated.ofOutage];
    expect(ofOutage.length).toBeGreaterThan(50);
    // Each kill leaves some; the next run goes on.
    const found = await release(fixture, incident, Math.floor(ofOutage.length / 3));
    expect(found).toBeGreaterThanOrEqual(ofOutage.length);
    await release(fixture, incident, Number.POSITIVE_INFINITY);
    expect(await release(fixture, incident, 0)).toBe(0);
    for (let runs = 0; runs < 60 && (await isPending(fixture)); runs++) await fixture.sync();
    const suppressed = await suppressedAddresses(fixture);
    expect(ofOutage.filter((one) => suppressed.has(one))).toEqual([]);
    const atSes = [...fixture.listed(), ...fixture.listed('eu-west-1'), ...fixture.listed('home', 'acme')].map((line) =>
      line.replace(/ .*/, '').toLowerCase(),
    );
    expect(ofOutage.filter((one) => atSes.includes(one))).toEqual([]);
    expect(ofBadList.filter((one) => suppressed.get(one)?.until !== undefined || !suppressed.has(one))).toEqual([]);
    expect(ofBadList.filter((one) => !atSes.includes(one))).toEqual([]);
    const { buckets } = await createMonitoring(fixture.system).store.read('account', fixture.system.now);
    expect(buckets.reduce((sum, { hard }) => sum + hard, 0)).toBe(seen.size);
  },
  120_000,
);
