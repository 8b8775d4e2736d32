import type { AddressKey } from '../../../shared/domain/address.ts';
import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { type Deployed, startDeployed } from '../../support/deployed.ts';
import { createMonitoring } from '../../support/monitoring.ts';
import { bounce, complaint, hour } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let deployed: Deployed;
beforeEach(async () => {
  deployed = await startDeployed({ callsPerSecond: Number.POSITIVE_INFINITY });
});
afterEach(() => deployed.close());

const from = Math.floor(Date.now() / hour) * hour - 5 * hour;
const id = new Date(from).toISOString().slice(0, 13);
const save = (fields: object = {}) =>
  createMonitoring(deployed.system).store.saveIncident({
    ...{ id, provider: 'google', from, to: from + 3 * hour, bounces: 81 },
    ...fields,
  });

/** Bounces before, in and after the outage of Google, a bounce elsewhere, and a complaint. */
async function suppressSome(): Promise<void> {
  const at = (sentAt: number, to: string) => bounce({ to, mailId: to, sentAt });
  await deployed.system.deliver([
    at(from - hour, 'before@gmail.com'),
    at(from + hour, 'ann@gmail.com'),
    at(from + 2 * hour, 'bob@gmail.com'),
    at(from + hour, 'other@example.net'),
    at(from + 4 * hour, 'after@gmail.com'),
    complaint({ to: 'angry@gmail.com', mailId: 'c', sentAt: from + hour }),
  ]);
}

test('incidents are shown newest first, with the commands that list and release their addresses', async () => {
  await save({ id: '2026-01-01T00', from: Date.UTC(2026, 0, 1), to: undefined, provider: 'yahoo', bounces: 1234 });
  await save();
  const { code, stdout, stderr } = await deployed.command('incidents');
  expect([code, stderr]).toEqual([0, '']);
  const [heading, newest, oldest, ...others] = stdout.trimEnd().split('\n');
  expect(heading).toMatch(/^incident +provider +from +to +bounces in 2 h$/);
  expect(newest).toMatch(new RegExp(`^${id} +google +.* UTC +.* UTC +81$`));
  expect(oldest).toMatch(/^2026-01-01T00 +yahoo +2026-01-01 00:00 UTC +lasts +1,234$/);
  expect(others).toEqual([
    '',
    `The addresses:   npx ses-feedback list --incident ${id} --stack ses-feedback-prod --region us-east-1`,
    `To send again:   npx ses-feedback list --incident ${id} --stack ses-feedback-prod --region us-east-1 --format csv --limit all`,
    `To release them: npx ses-feedback release --incident ${id} --stack ses-feedback-prod --region us-east-1 --note outage`,
    'Run npx commands in your ses-feedback checkout.',
  ]);
  const { incidents } = JSON.parse((await deployed.command('incidents', '--json')).stdout);
  expect(incidents).toEqual([
    {
      id,
      provider: 'google',
      from: new Date(from).toISOString(),
      to: new Date(from + 3 * hour).toISOString(),
      bounces: 81,
    },
    { id: '2026-01-01T00', provider: 'yahoo', from: '2026-01-01T00:00:00.000Z', to: null, bounces: 1234 },
  ]);
});

test('without any, the command says so', async () => {
  expect(await deployed.command('incidents')).toMatchObject({
    code: 3,
    stdout: 'No outage of a provider is known.\n',
  });
});

test('list and release select what was suppressed in an incident, and nothing else', async () => {
  await save();
  await suppressSome();
  const listed = await deployed.command('list', '--incident', id, '--format', 'csv');
  expect(listed.stdout.match(/^\S+@[\w.]+(?=,hard)/gm)?.toSorted()).toEqual(['ann@gmail.com', 'bob@gmail.com']);
  // The id of the email says which one to send again.
  expect(listed.stdout).toMatch(/^ann@gmail\.com,hard,.*,ann@gmail\.com\r$/m);
  const released = await deployed.command('release', '--incident', id, '--note', 'outage', '--yes');
  expect([released.code, released.stderr]).toEqual([0, '']);
  const addresses = [
    'before@gmail.com',
    'ann@gmail.com',
    'bob@gmail.com',
    'other@example.net',
    'after@gmail.com',
    'angry@gmail.com',
  ];
  const suppressed: unknown[] = [];
  for (const address of addresses) suppressed.push((await deployed.command('check', address)).code === 3);
  expect(suppressed).toEqual([true, false, false, true, true, true]);
  // The second run has nothing left to do.
  expect((await deployed.command('release', '--incident', id, '--note', 'outage', '--yes')).stdout).toMatch(
    /^No |^0 /m,
  );
});

test('addresses that never had an email are left out if there are many, and the command says so', async () => {
  await save();
  const known = (isKnown: boolean) => ({
    append: async () => {},
    known: async (addresses: readonly AddressKey[]) => ({ known: new Map(addresses.map((one) => [one, isKnown])) }),
  });
  const at = (name: string) => bounce({ to: `${name}@gmail.com`, mailId: name, sentAt: from + hour });
  await deployed.system.deliver([at('ann'), at('bob')], { deliveries: known(true) });
  await deployed.system.deliver([at('new')], { deliveries: known(false) });
  // One is usual.
  expect((await deployed.command('list', '--incident', id, '--count')).stdout).toMatch(/hard +3/);
  await deployed.system.deliver([at('bought1'), at('bought2')], { deliveries: known(false) });
  expect((await deployed.command('list', '--incident', id, '--count')).stdout).toMatch(/hard +2/);
  const released = await deployed.command('release', '--incident', id, '--note', 'outage', '--yes');
  expect(released.stdout).toContain('2 addresses at google suppressed');
  expect(released.stdout).toContain(
    'Not selected: 3 addresses that never had an email, so many that a bad list may have been mailed. To include them, pass --provider, --since and --until instead of --incident.',
  );
  expect((await deployed.command('check', 'bought1@gmail.com')).code).toBe(3);
});

test('an incident is released on the lists of tenants as well', async () => {
  await save();
  const policy = readPolicy({ tenants: { ownLists: ['acme'] } });
  const tags = { 'ses:tenant-name': ['acme'] };
  const message = bounce({ to: 'ann@gmail.com', mailId: 'ann', sentAt: from + hour, tags });
  await deployed.system.deliver([message], { policy });
  const listed = await deployed.command('list', '--incident', id, '--format', 'csv');
  expect(listed.stdout).toMatch(/^ann@gmail\.com,hard,.*,acme,ann\r$/m);
  const released = await deployed.command('release', '--incident', id, '--note', 'outage', '--yes');
  expect(released.stdout).toContain('Released 1 address.');
  const again = await deployed.command('list', '--incident', id);
  expect(again.stdout).toBe('No suppressed address matches.\n');
});

test('an unknown incident is a usage error, and so is an incident together with a provider or a time', async () => {
  const unknown = await deployed.command('list', '--incident', '2020-01-01T00');
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    'ses-feedback: There is no incident 2020-01-01T00. To see them, run: npx ses-feedback incidents\n',
  ]);
  const both = await deployed.command(
    'release',
    '--incident',
    id,
    '--provider',
    'google',
    '--since',
    '24h',
    '--note',
    'x',
  );
  expect([both.code, both.stderr]).toEqual([
    2,
    'ses-feedback: --incident selects by provider and time. Leave out --provider, --since.\n',
  ]);
  expect((await deployed.command('list', '--incident', 'x')).stderr).toContain('Expected the id of an incident');
});
