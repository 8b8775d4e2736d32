import { createSendingEntities } from '../../../shared/aws/ses/sending-entities.ts';
import { createSesFixture, type SesFixture } from '../../support/ses-fixture.ts';

let fixture: SesFixture;
let waits: number[];
beforeEach(async () => {
  fixture = await createSesFixture();
  waits = [];
  for (const name of ['acme', 'beta', 'good']) fixture.ses.tenants[name] = { list: new Map(), resources: [] };
});
afterEach(() => fixture.close());

/** The limit of one call per second is that of the simulator, so a call that comes too early fails. */
const entities = () =>
  createSendingEntities({
    ses: fixture.client,
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      fixture.advance(milliseconds);
    },
  });
const tenant = (name: string) => fixture.ses.tenants[name] as NonNullable<(typeof fixture.ses.tenants)[string]>;

test('the tenants that SES has paused, or has findings about, are read with a second between two calls', async () => {
  Object.assign(tenant('acme'), { sesStatus: 'DISABLED', sesCause: 'High bounce rate' });
  tenant('acme').findings = [{ type: 'BOUNCE', impact: 'HIGH', description: 'x' }];
  tenant('beta').findings = [{ type: 'COMPLAINT', impact: 'LOW', description: 'y' }];
  expect([...(await entities().readEntities())]).toEqual([
    ['tenant:acme', { isPausedBySes: true, cause: 'High bounce rate', impact: 'HIGH' }],
    ['tenant:beta', { isPausedBySes: false, impact: 'LOW' }],
  ]);
  expect(waits).toHaveLength(3);
});

test('a tenant that its owner has paused is not one that SES has paused', async () => {
  tenant('acme').customerStatus = 'DISABLED';
  expect([...(await entities().readEntities())]).toEqual([]);
});

test('a tenant is paused by its name, and its findings are read', async () => {
  const { sending } = entities();
  const acme = { kind: 'tenant', name: 'acme' } as const;
  const later = <Result>(work: () => Promise<Result>) => {
    fixture.advance(2000);
    return work();
  };
  expect(await later(() => sending.isEnabled(acme))).toBe(true);
  await later(() => sending.pause(acme));
  expect(tenant('acme').customerStatus).toBe('DISABLED');
  expect(await later(() => sending.isEnabled(acme))).toBe(false);
  tenant('acme').customerStatus = 'REINSTATED';
  expect(await later(() => sending.isEnabled(acme))).toBe(true);
  expect(await later(() => sending.isEnabled({ kind: 'tenant', name: 'deleted' }))).toBe(true);
  await expect(later(() => sending.pause({ kind: 'tenant', name: 'deleted' }))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
  tenant('acme').findings = [{ type: 'BOUNCE', impact: 'HIGH', description: '16 % of 197 emails' }];
  tenant('beta').findings = [{ type: 'COMPLAINT', impact: 'LOW', description: 'y' }];
  expect(await later(() => sending.findings(acme))).toEqual(['BOUNCE (HIGH): 16 % of 197 emails']);
});
