import {
  GetTenantCommand,
  ListRecommendationsCommand,
  ListReputationEntitiesCommand,
  ListSuppressedDestinationsCommand,
  ListTenantResourcesCommand,
  ListTenantsCommand,
  PutSuppressedDestinationCommand,
  UpdateReputationEntityCustomerManagedStatusCommand,
} from '@aws-sdk/client-sesv2';
import { createSesFixture, type SesFixture } from '../../support/ses-fixture.ts';

let fixture: SesFixture;
beforeEach(async () => {
  fixture = await createSesFixture({ callsPerSecond: Number.POSITIVE_INFINITY });
  fixture.ses.tenants.acme = {
    list: new Map(),
    resources: [arn('identity/shop.example.com'), arn('configuration-set/news')],
    suppressionScope: 'TENANT',
  };
});
afterEach(() => fixture.close());

const arn = (resource: string) => `arn:aws:ses:us-east-1:123456789012:${resource}`;
const to = 'gone@example.net';
const entry = { emailAddress: to, reason: 'BOUNCE' as const, lastUpdateTime: 0 };
const tenant = () => fixture.ses.tenants.acme as NonNullable<(typeof fixture.ses.tenants)[string]>;

/** Returns the events of the configuration set, as their kinds and sub-types. */
async function eventsOf(input: object = { TenantName: 'acme' }) {
  fixture.published.length = 0;
  await fixture.send(to, input);
  const events = fixture.published
    .filter(({ topicArn }) => topicArn === 'events')
    .map(({ message }) => JSON.parse(message));
  for (const { mail } of events)
    expect(mail.tags['ses:tenant-name']).toEqual('TenantName' in input ? ['acme'] : undefined);
  return events.map(({ eventType, bounce, complaint }) =>
    [eventType, bounce?.bounceSubType ?? complaint?.complaintSubType].filter(Boolean).join(' '),
  );
}

test("an email is checked against its tenant's list or the account's, never both", async () => {
  fixture.ses.list.set(to, entry);
  expect(await eventsOf()).toEqual(['Send', 'Delivery']);
  expect(await eventsOf({})).toEqual(['Send', 'Bounce OnAccountSuppressionList']);
  tenant().list.set(to, { ...entry, reason: 'COMPLAINT' });
  fixture.ses.list.clear();
  expect(await eventsOf()).toEqual(['Send', 'Complaint OnTenantSuppressionList']);
  expect(await eventsOf({})).toEqual(['Send', 'Delivery']);
});

test('a tenant without a scope uses the list of the account, and the scope of a configuration set comes first', async () => {
  tenant().list.set(to, entry);
  delete tenant().suppressionScope;
  expect(await eventsOf()).toEqual(['Send', 'Delivery']);
  Object.assign(fixture.ses.configurationSets.news ?? {}, { suppressionScope: 'TENANT' });
  expect(await eventsOf()).toEqual(['Send', 'Bounce OnTenantSuppressionList']);
});

test('the reasons of a configuration set replace those of the account and the tenant', async () => {
  tenant().list.set(to, entry);
  fixture.ses.list.set(to, entry);
  Object.assign(fixture.ses.configurationSets.news ?? {}, { suppressedReasons: ['COMPLAINT'] });
  expect([await eventsOf(), await eventsOf({})]).toEqual([
    ['Send', 'Delivery'],
    ['Send', 'Delivery'],
  ]);
});

test('a hard bounce of a tenant is added to the list of the tenant', async () => {
  fixture.ses.mailboxes[to] = 'bounce';
  expect(await eventsOf()).toEqual(['Send', 'Bounce General']);
  expect([[...tenant().list.keys()], [...fixture.ses.list.keys()]]).toEqual([[to], []]);
  fixture.ses.mailboxes['angry@example.net'] = 'complaint';
  await fixture.send('angry@example.net', { TenantName: 'acme' });
  expect([...tenant().list.values()].map(({ reason }) => reason)).toEqual(['BOUNCE', 'COMPLAINT']);
});

test('calls about the list name the tenant, and one that does not exist is not found', async () => {
  const put = (TenantName: string) =>
    fixture.client.send(new PutSuppressedDestinationCommand({ EmailAddress: to, Reason: 'BOUNCE', TenantName }));
  await put('acme');
  expect([tenant().list.size, fixture.ses.list.size]).toEqual([1, 0]);
  const listed = await fixture.client.send(new ListSuppressedDestinationsCommand({ TenantName: 'acme' }));
  expect(listed.SuppressedDestinationSummaries?.map(({ EmailAddress }) => EmailAddress)).toEqual([to]);
  await expect(put('gone')).rejects.toMatchObject({ name: 'NotFoundException' });
});

test('a tenant sends only with what it is associated with, and not while it is paused', async () => {
  await expect(fixture.send(to, { TenantName: 'gone' })).rejects.toMatchObject({ name: 'NotFoundException' });
  tenant().resources.pop();
  await expect(fixture.send(to, { TenantName: 'acme' })).rejects.toMatchObject({ name: 'BadRequestException' });
  tenant().resources.push(arn('configuration-set/news'));
  tenant().sesStatus = 'DISABLED';
  await expect(fixture.send(to, { TenantName: 'acme' })).rejects.toMatchObject({ name: 'SendingPausedException' });
});

test('tenants are listed, and described with their list, resources, status and findings', async () => {
  tenant().findings = [{ type: 'BOUNCE', impact: 'HIGH', description: 'Bounce rate of 16 %' }];
  const { client } = fixture;
  const { Tenants } = await client.send(new ListTenantsCommand({}));
  const TenantArn = arn('tenant/acme/tn-acme');
  const common = { TenantName: 'acme', TenantId: 'tn-acme', TenantArn, SendingStatus: 'ENABLED' };
  expect(Tenants).toEqual([common]);
  const { Tenant } = await client.send(new GetTenantCommand({ TenantName: 'acme' }));
  expect(Tenant).toEqual({ ...common, SuppressionAttributes: { SuppressionScope: 'TENANT' } });
  const { TenantResources } = await client.send(new ListTenantResourcesCommand({ TenantName: 'acme' }));
  expect(TenantResources?.map(({ ResourceType }) => ResourceType)).toEqual(['EMAIL_IDENTITY', 'CONFIGURATION_SET']);
  const { Recommendations } = await client.send(
    new ListRecommendationsCommand({ Filter: { RESOURCE_ARN: TenantArn, STATUS: 'OPEN' } }),
  );
  expect(Recommendations?.map(({ Type, Impact }) => [Type, Impact])).toEqual([['BOUNCE', 'HIGH']]);

  const paused = { Filter: { SENDING_STATUS: 'DISABLED' } };
  const update = (SendingStatus: 'DISABLED' | 'REINSTATED') =>
    client.send(
      new UpdateReputationEntityCustomerManagedStatusCommand({
        ReputationEntityType: 'RESOURCE',
        ReputationEntityReference: TenantArn,
        SendingStatus,
      }),
    );
  await update('DISABLED');
  const { ReputationEntities } = await client.send(new ListReputationEntitiesCommand(paused));
  expect(ReputationEntities).toMatchObject([
    { ReputationEntityReference: TenantArn, SendingStatusAggregate: 'DISABLED', ReputationImpact: 'HIGH' },
  ]);
  await update('REINSTATED');
  expect((await client.send(new ListReputationEntitiesCommand(paused))).ReputationEntities).toEqual([]);
});
