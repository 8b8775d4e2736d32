import {
  GetIdentityNotificationAttributesCommand,
  ListIdentitiesCommand,
  SESClient,
  SetIdentityNotificationTopicCommand,
} from '@aws-sdk/client-ses';
import {
  GetAccountCommand,
  GetConfigurationSetCommand,
  GetConfigurationSetEventDestinationsCommand,
  GetEmailIdentityCommand,
  ListConfigurationSetsCommand,
  ListEmailIdentitiesCommand,
  PutAccountSuppressionAttributesCommand,
  PutEmailIdentityConfigurationSetAttributesCommand,
  PutEmailIdentityFeedbackAttributesCommand,
} from '@aws-sdk/client-sesv2';
import { createSesFixture, outcome, type SesFixture } from '../../support/ses-fixture.ts';

let fixture: SesFixture;
let version1: SESClient;

beforeEach(async () => {
  fixture = await createSesFixture({ callsPerSecond: Number.POSITIVE_INFINITY });
  version1 = new SESClient({
    endpoint: fixture.ses.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  version1.destroy();
  await fixture.close();
});

const EmailIdentity = 'shop.example.com';
const getTopics = (...Identities: string[]) =>
  outcome(version1.send(new GetIdentityNotificationAttributesCommand({ Identities })));
const setTopic = (Identity: string, NotificationType: 'Bounce' | 'Complaint', SnsTopic?: string) =>
  outcome(version1.send(new SetIdentityNotificationTopicCommand({ Identity, NotificationType, SnsTopic })));

test('the names of identities and configuration sets are listed', async () => {
  fixture.ses.identities['ann@example.net'] = { isVerified: false };
  expect([
    await outcome(fixture.client.send(new ListEmailIdentitiesCommand({}))),
    await outcome(fixture.client.send(new ListConfigurationSetsCommand({}))),
  ]).toEqual([
    {
      EmailIdentities: [
        {
          IdentityName: EmailIdentity,
          IdentityType: 'DOMAIN',
          SendingEnabled: true,
          VerificationStatus: 'SUCCESS',
        },
        {
          IdentityName: 'ann@example.net',
          IdentityType: 'EMAIL_ADDRESS',
          SendingEnabled: false,
          VerificationStatus: 'PENDING',
        },
      ],
    },
    { ConfigurationSets: ['news'] },
  ]);
});

test('an identity is returned with its defaults, and with the settings a call has changed', async () => {
  const get = () => outcome(fixture.client.send(new GetEmailIdentityCommand({ EmailIdentity })));
  const before = await get();
  await fixture.client.send(
    new PutEmailIdentityFeedbackAttributesCommand({ EmailIdentity, EmailForwardingEnabled: false }),
  );
  await fixture.client.send(
    new PutEmailIdentityConfigurationSetAttributesCommand({ EmailIdentity, ConfigurationSetName: 'news' }),
  );
  const dkim = { SigningEnabled: true, SigningAttributesOrigin: 'AWS_SES', Status: 'SUCCESS' };
  expect([before, await get()]).toMatchObject([
    { VerifiedForSendingStatus: true, FeedbackForwardingStatus: true, DkimAttributes: dkim },
    { FeedbackForwardingStatus: false, ConfigurationSetName: 'news' },
  ]);
});

test('a call about an identity or a configuration set that does not exist is a NotFoundException', async () => {
  const ConfigurationSetName = 'none';
  const send = fixture.client.send.bind(fixture.client);
  const calls = [
    send(new GetEmailIdentityCommand({ EmailIdentity: 'none.example.com' })),
    send(new PutEmailIdentityFeedbackAttributesCommand({ EmailIdentity: 'none.example.com' })),
    send(new GetConfigurationSetCommand({ ConfigurationSetName })),
    send(new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName })),
  ];
  expect(await Promise.all(calls.map(outcome))).toEqual(Array(4).fill('404 NotFoundException'));
});

test('a configuration set is returned with its status and its event destinations', async () => {
  const ConfigurationSetName = 'news';
  const [news] = Object.values(fixture.ses.configurationSets);
  if (news) news.isSendingEnabled = false;
  const command = new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName });
  expect([
    await outcome(fixture.client.send(new GetConfigurationSetCommand({ ConfigurationSetName }))),
    (await fixture.client.send(command)).EventDestinations?.at(1),
  ]).toEqual([
    { ConfigurationSetName, SendingOptions: { SendingEnabled: false } },
    {
      Name: 'destination-1',
      Enabled: false,
      MatchingEventTypes: ['BOUNCE'],
      SnsDestination: { TopicArn: 'disabled' },
    },
  ]);
});

test('the reasons for which the account suppresses can be changed to known ones', async () => {
  const put = (...SuppressedReasons: string[]) =>
    outcome(fixture.client.send(new PutAccountSuppressionAttributesCommand({ SuppressedReasons } as never)));
  expect([await put('COMPLAINT'), await put('MANUAL')]).toEqual([{}, '400 BadRequestException']);
  const { SuppressionAttributes } = await fixture.client.send(new GetAccountCommand({}));
  expect(SuppressionAttributes).toEqual({ SuppressedReasons: ['COMPLAINT'] });
});

test('version 1 of the API returns and changes the topics of identities', async () => {
  const before = await getTopics(EmailIdentity, 'none.example.com');
  const results = [
    await setTopic(EmailIdentity, 'Bounce', 'arn:<&">'),
    await setTopic(EmailIdentity, 'Complaint'),
    await setTopic('none.example.com', 'Bounce', 'topic'),
  ];
  const topics = { BounceTopic: 'identity', ComplaintTopic: 'identity', DeliveryTopic: 'identity' };
  expect([before, results, await getTopics(EmailIdentity)]).toEqual([
    { NotificationAttributes: { [EmailIdentity]: { ...topics, ForwardingEnabled: true } } },
    [{}, {}, '400 InvalidParameterValue'],
    {
      NotificationAttributes: {
        [EmailIdentity]: { BounceTopic: 'arn:<&">', DeliveryTopic: 'identity', ForwardingEnabled: true },
      },
    },
  ]);
});

test('version 1 of the API has its own names for errors, and the same limit and injected faults', async () => {
  const failures: unknown[] = [];
  for (const fault of ['denied', 'throttle', 'unavailable'] as const) {
    fixture.ses.fault = () => fault;
    failures.push(await getTopics(EmailIdentity));
  }
  fixture.ses.fault = undefined;
  failures.push(await outcome(version1.send(new ListIdentitiesCommand({}))));
  expect([failures, fixture.ses.calls.map(({ operation, status }) => [operation, status])]).toEqual([
    ['403 AccessDenied', '429 Throttling', '503 ServiceUnavailable', '400 InvalidAction'],
    [
      ['GetIdentityNotificationAttributes', 403],
      ['GetIdentityNotificationAttributes', 429],
      ['GetIdentityNotificationAttributes', 503],
      ['Unknown', 400],
    ],
  ]);
});
