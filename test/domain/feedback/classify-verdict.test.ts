import { classify } from '../../../shared/domain/feedback/classify.ts';
import { type Policy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { readFeedback } from '../../support/recipient-event.ts';
import { type BounceOptions, bounce, complaint, day } from '../../support/ses.ts';

/** What the verdict on a recipient adds to an event: who answered, whose fault it is, and for how long the address is suppressed. */
const one = (message: unknown, policy: Policy = readPolicy({})) => classify(readFeedback(message), policy)[0];

const answered = (diagnosticCode: string, fields: object = {}, options: BounceOptions = {}) => {
  const recipients = [{ emailAddress: 'ann@shop.example', action: 'failed', status: '5.0.0', diagnosticCode }];
  const message = bounce({
    recipients,
    tags: { 'ses:outgoing-ip': ['192.0.2.4'] },
    ...options,
  });
  return { ...message, bounce: { ...message.bounce, ...fields } };
};

test('the provider that answered is known by the server, the report, the words or the domain, and missing otherwise', () => {
  expect(one(answered('550 no', { remoteMtaIp: '74.125.20.27' }))?.provider).toBe('google');
  expect(one(answered('550 no', { reportingMTA: 'dns; mx.prod.outlook.com' }))?.provider).toBe('microsoft');
  expect(one(answered('550 no - gsmtp'))?.provider).toBe('google');
  expect(one(answered('554 HL:IHU 163 mx9'))?.provider).toBe('netease');
  expect(one(complaint({ to: 'ann@gmail.com' }))?.provider).toBe('google');
  expect(one(answered('550 no'))).not.toHaveProperty('provider');
});

test('a fault of the sender names the domain that has to be repaired, or the IP address that sent', () => {
  expect(one(answered('550 DMARC policy of your domain'))).toMatchObject({
    fault: 'sender',
    faultCause: 'authentication',
    sentFrom: 'shop.example.com',
  });
  expect(one(answered('550 sender address rejected'))?.sentFrom).toBe('shop.example.com');
  expect(one(answered('554 a virus was detected'))).toMatchObject({ fault: 'message', sentFrom: 'shop.example.com' });
  expect(one(answered('550 blocked using the list x'))).toMatchObject({
    faultCause: 'block-list',
    sentFrom: '192.0.2.4',
  });
});

test('where nobody has to repair anything, no sender is named', () => {
  expect(one(answered('550 no such user'))).not.toHaveProperty('sentFrom');
  const noDomain = one(answered('550 no such domain'));
  expect(noDomain).toMatchObject({ faultCause: 'no-domain' });
  expect(noDomain).not.toHaveProperty('sentFrom');
  expect(one(answered('550 blocked using the list x', {}, { tags: {} }))).not.toHaveProperty('sentFrom');
});

test('what SES itself says has no row of the tables', () => {
  expect(one(answered('550 no such user'))?.row).toBe('unknown-user');
  expect(one(bounce({ subType: 'Suppressed' }))).not.toHaveProperty('row');
});

test('the first permanent bounce lasts as long as the policy says, and forever without such a setting', () => {
  const tiers = readPolicy({ hard: { firstDays: 2 } });
  expect(one(answered('550 no such user'), tiers)?.maxDurationMs).toBe(2 * day);
  expect(one(answered('550 no such user'))).not.toHaveProperty('maxDurationMs');
  expect(one(complaint(), tiers)).not.toHaveProperty('maxDurationMs');
  expect(one(answered('550 blocked using the list x'))?.maxDurationMs).toBe(14 * day);
  expect(one(answered('552 the message is too large'))?.maxDurationMs).toBe(day);
});

const named = (...addresses: string[]) => addresses.map((emailAddress) => ({ emailAddress }));
const mailedTo = (destination: readonly string[], message: ReturnType<typeof bounce>) => ({
  ...message,
  mail: { ...message.mail, destination },
});

test('a report counts no more recipients than the email had, and those it was sent to first', () => {
  const message = bounce({ recipients: named('ann@example.net', 'eve@example.org', 'fay@example.org') });
  const events = classify(readFeedback(mailedTo(['ann@example.net', 'bob@example.net'], message)), readPolicy({}));
  expect(events.map(({ address, metric, effect }) => [address, metric, effect])).toEqual([
    ['ann@example.net', 'hard', 'suppress'],
    ['eve@example.org', 'hard', 'watch'],
    ['fay@example.org', null, 'watch'],
  ]);
});

test('an address that the email was not sent to is not watched either, if the bounce has no effect', () => {
  const message = bounce({ recipients: named('eve@example.org'), subType: 'EmailValidationSuppressed' });
  const events = classify(readFeedback(mailedTo(['ann@example.net', 'bob@example.net'], message)), readPolicy({}));
  expect(events).toMatchObject([{ isUnaddressed: true, effect: 'none' }]);
});

test('each recipient that a report names counts once', () => {
  expect(readFeedback(complaint({ to: ['ann@example.net', 'bob@example.net', 'Ann@example.net'] })).namedCount).toBe(2);
});
