import { classify } from '../../../shared/domain/feedback/classify.ts';
import { eventId } from '../../../shared/domain/feedback/event-id.ts';
import { rules } from '../../../shared/domain/feedback/rules.ts';
import { scopesOf } from '../../../shared/domain/feedback/scopes.ts';
import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { readFeedback } from '../../support/recipient-event.ts';
import { bounce, type ComplaintOptions, complaint, noon } from '../../support/ses.ts';

const classified = (message: unknown, policy = defaultPolicy) => classify(readFeedback(message), policy);

const complaints: [string, ComplaintOptions, string, string, string | null, string?][] = [
  ['abuse', {}, 'complaint', 'complaint', 'complaints'],
  ['auth-failure', { feedbackType: 'auth-failure' }, 'authentication-report', 'complaint', 'complaints', 'watch'],
  ['fraud', { feedbackType: 'fraud' }, 'complaint', 'complaint', 'complaints'],
  ['virus', { feedbackType: 'virus' }, 'virus-report', 'complaint', 'complaints', 'watch'],
  ['other', { feedbackType: 'other' }, 'complaint', 'complaint', 'complaints'],
  ['an unknown type', { feedbackType: 'boredom' }, 'complaint', 'complaint', 'complaints'],
  ['no type', { feedbackType: '' }, 'complaint', 'complaint', 'complaints'],
  ['an unknown sub-type', { subType: 'Loud' }, 'complaint', 'complaint', 'complaints'],
  ['not-spam', { feedbackType: 'not-spam' }, 'not-spam', 'not-spam', null],
  ['Not-Spam with capitals', { feedbackType: 'Not-Spam' }, 'not-spam', 'not-spam', null],
  [
    'not-spam with several recipients',
    { feedbackType: 'not-spam', to: ['ann@example.net', 'bob@example.net'] },
    'not-spam',
    'not-spam',
    null,
  ],
  [
    'OnAccountSuppressionList',
    { subType: 'OnAccountSuppressionList' },
    'complaint-on-suppression-list',
    'prevented',
    'prevented',
  ],
  [
    'OnTenantSuppressionList',
    { subType: 'OnTenantSuppressionList', tags: { 'ses:tenant-name': ['acme'] } },
    'complaint-on-suppression-list',
    'prevented',
    'prevented',
  ],
  [
    'OnTenantSuppressionList without a tenant',
    { subType: 'OnTenantSuppressionList' },
    'complaint-on-list-of-unknown-tenant',
    'prevented',
    'prevented',
    'watch',
  ],
  [
    'an unknown kind of suppression list',
    { subType: 'OnPlanetSuppressionList' },
    'complaint-on-suppression-list',
    'prevented',
    'prevented',
  ],
];

test.each(complaints)('complaint: %s', (_situation, options, rule, class_, metric, given) => {
  const effects: Record<string, string> = { complaint: 'suppress', prevented: 'adopt', 'not-spam': 'none' };
  const effect = given ?? effects[class_];
  expect(classified(complaint(options))[0]).toMatchObject({ rule, class: class_, metric, effect, suspected: false });
});

test('a complaint that names several recipients suspects each of them and counts once', () => {
  const events = classified(complaint({ to: ['zoe@example.net', 'Bob@example.net', 'ann@example.org'] }));
  expect(events.map(({ address, suspected, metric }) => [address, suspected, metric])).toEqual([
    ['zoe@example.net', true, null],
    ['bob@example.net', true, null],
    ['ann@example.org', true, 'complaints'],
  ]);
});

test('a complaint that names one address twice has one recipient, which is not only suspected', () => {
  const events = classified(complaint({ to: ['ann@example.net', 'Ann <ANN@example.net>'] }));
  expect(events).toMatchObject([{ address: 'ann@example.net', suspected: false, metric: 'complaints' }]);
});

test.each([
  'bounce@simulator.amazonses.com',
  'bounce+label@simulator.amazonses.com',
  'Complaint@Simulator.AmazonSES.com',
])('an email to %s counts toward nothing, and the suppression ends after an hour', (to) => {
  expect(classified(bounce({ to }))).toMatchObject([{ class: 'hard', metric: null, maxDurationMs: 60 * 60 * 1000 }]);
});

test('an email to a verified domain of the account, or to a subdomain, counts toward no rate', () => {
  const policy = readPolicy({ ownDomains: ['example.com'] });
  const metricOf = (to: string) => classified(bounce({ to }), policy)[0]?.metric;
  expect(['a@example.com', 'a@dev.example.com', 'a@notexample.com', 'a@example.net'].map(metricOf)).toEqual([
    null,
    null,
    'hard',
    'hard',
  ]);
});

test('a report that also names an own domain or the simulator counts for another recipient', () => {
  const policy = readPolicy({ ownDomains: ['own.example.com'] });
  const to = ['a@own.example.com', 'b@simulator.amazonses.com', 'z@example.net', 'y@example.net'];
  expect(classified(complaint({ to }), policy).map(({ metric }) => metric)).toEqual([null, null, null, 'complaints']);
});

test('each prevented send is counted, because each is subtracted from the denominator', () => {
  const to = ['a@example.net', 'b@example.net'];
  const metrics = classified(complaint({ to, subType: 'OnAccountSuppressionList' })).map(({ metric }) => metric);
  expect(metrics).toEqual(['prevented', 'prevented']);
});

test('a classified event has all fields that decide needs, and no field that SES did not send', () => {
  const given = { emailAddress: 'Ann@Example.net', action: 'failed', status: '5.1.1', diagnosticCode: '550 unknown' };
  const common = {
    address: 'ann@example.net',
    class: 'hard',
    rule: 'permanent',
    effect: 'suppress',
    suspected: false,
    metric: 'hard',
    contributors: ['is_General', 'at_other'],
    fault: 'recipient',
    scopes: ['account', 'identity:shop.example.com', 'configuration-set:news'],
    sentAt: noon,
    at: noon + 2000,
    messageId: 'mail-1',
    channel: 'configuration-set',
  };
  const id = eventId('bounce', 'Permanent', 'mail-1', 'ann@example.net');
  expect(classified(bounce({ recipients: [given] }))).toStrictEqual([
    {
      ...common,
      id,
      originalAddress: 'Ann@Example.net',
      subType: 'General',
      status: '5.1.1',
      diagnosticCode: '550 unknown',
      row: 'status-no-recipient',
    },
  ]);
  const bare = bounce({ subType: null, recipients: [{ emailAddress: 'ann@example.net' }] });
  expect(classified(bare)).toStrictEqual([
    {
      ...common,
      id,
      originalAddress: 'ann@example.net',
      contributors: ['is_other', 'at_other'],
      fault: 'unknown',
      row: 'none',
    },
  ]);
});

test("the id of an event depends on SES's own words, not on the class of the rule", () => {
  const idOf = (message: unknown) => classified(message)[0]?.id;
  const expected = (kind: 'bounce' | 'complaint', raw: string) => eventId(kind, raw, 'mail-1', 'ann@example.net');
  expect(idOf(bounce({ status: '5.7.1' }))).toBe(expected('bounce', 'Permanent'));
  expect(idOf(bounce({ subType: 'OnAccountSuppressionList' }))).toBe(expected('bounce', 'Permanent'));
  expect(idOf(bounce({ type: 'Transient' }))).toBe(expected('bounce', 'Transient'));
  expect(idOf(complaint())).toBe(expected('complaint', 'complaint'));
  expect(idOf(complaint({ subType: 'Loud' }))).toBe(expected('complaint', 'complaint'));
  expect(idOf(complaint({ feedbackType: 'Not-Spam' }))).toBe(expected('complaint', 'not-spam'));
  expect(idOf(complaint({ subType: 'OnAccountSuppressionList' }))).toBe(expected('complaint', 'prevented'));
});

test('white space around a status is ignored, and so is server text beyond 2,048 characters', () => {
  const classOf = (recipient: object) =>
    classified(bounce({ recipients: [{ emailAddress: 'ann@example.net', ...recipient }] }))[0]?.class;
  expect(classOf({ status: ' 5.7.1\n' })).toBe('policy-block');
  expect(classOf({ diagnosticCode: `${'no '.repeat(682)} 5.7.1` })).toBe('hard');
  expect(classOf({ diagnosticCode: `${'no '.repeat(680)} 5.7.1` })).toBe('policy-block');
});

test('of two equally severe results for one address, the first is kept', () => {
  const recipients = ['5.1.1', '5.1.2'].map((status) => ({ emailAddress: 'ann@example.net', status }));
  expect(classified(bounce({ recipients }))).toMatchObject([{ status: '5.1.1' }]);
});

test('a strike is more severe than a bounce that is only watched, in either order', () => {
  const [watched, struck] = [{ emailAddress: 'ann@example.net' }, { emailAddress: 'ann@example.net', status: '4.2.2' }];
  for (const recipients of [
    [watched, struck],
    [struck, watched],
  ]) {
    expect(classified(bounce({ type: 'Transient', recipients }))).toMatchObject([{ effect: 'strike' }]);
  }
});

test('an address with two results keeps the more severe one', () => {
  const delayed = { emailAddress: 'ann@example.net', status: '4.0.0', action: 'delayed' };
  const failed = { emailAddress: 'Ann <ANN@example.net>', status: '5.1.1', action: 'failed' };
  for (const recipients of [
    [delayed, failed],
    [failed, delayed],
  ]) {
    expect(classified(bounce({ recipients }))).toMatchObject([{ address: 'ann@example.net', class: 'hard' }]);
  }
});

test('of two results that suppress, the permanent one is more severe', () => {
  const blocked = { emailAddress: 'ann@example.net', status: '5.7.1' };
  const unknown = { emailAddress: 'ann@example.net', status: '5.1.1' };
  for (const recipients of [
    [blocked, unknown],
    [unknown, blocked],
  ]) {
    expect(classified(bounce({ recipients }))).toMatchObject([{ class: 'hard' }]);
  }
});

test('own domains can be written with capitals and in Unicode', () => {
  const policy = readPolicy({ ownDomains: ['Bücher.example', 'EXAMPLE.org'] });
  const to = (address: string) => classified(bounce({ to: address }), policy)[0]?.metric;
  expect([to('a@xn--bcher-kva.example'), to('a@bücher.example'), to('a@example.org')]).toEqual([null, null, null]);
});

test('each rule for complaints decides a row of the table above', () => {
  const deciding = new Set([...complaints.map((row) => row[2]), 'complaint-of-several']);
  const complaintRules = rules.filter(({ when }) => when.kind === 'complaint').map(({ id }) => id);
  expect([...deciding].toSorted()).toEqual(complaintRules.toSorted());
});

test('an event has at most eight scopes, the general ones first, and long names stay distinct', () => {
  const policy = readPolicy({ scopeTags: ['campaign', '__proto__', 'constructor'] });
  const long = 'x'.repeat(300);
  const tags = { 'ses:tenant-name': ['acme'], campaign: ['a', 'b', `${long}1`, `${long}2`, 'c', 'd'] };
  const [event] = classified(bounce({ tags }), policy);
  expect(event?.scopes).toHaveLength(8);
  expect(event?.scopes.slice(0, 6)).toEqual([
    'account',
    'identity:shop.example.com',
    'configuration-set:news',
    'tenant:acme',
    'tag:campaign=a',
    'tag:campaign=b',
  ]);
  expect(new Set(event?.scopes).size).toBe(8);
  expect(event?.scopes.every((scope) => scope.length <= 120)).toBe(true);
});

test('a scope name that is too long or not ASCII keeps its beginning and gets a hash', () => {
  const tenant = (name: string) => classified(bounce({ tags: { 'ses:tenant-name': [name] } }))[0]?.scopes[3];
  expect(tenant('x'.repeat(113))).toBe(`tenant:${'x'.repeat(113)}`);
  expect(tenant('x'.repeat(114))).toMatch(/^tenant:x{93}~[\w-]{12}$/);
  expect(tenant('caf\u00e9')).toMatch(/^tenant:caf\?~[\w-]{12}$/);
  expect(tenant('caf\u00e9')).not.toBe(tenant('caf\u00e8'));
});

test('both channels have the same identity scope, even if the identity is one address', () => {
  const scopeOf = (mail: Record<string, unknown>) => classified(bounce({ channel: 'identity', mail }))[0]?.scopes;
  const arn = 'arn:aws:ses:us-east-1:123456789012:identity/';
  expect(scopeOf({ sourceArn: `${arn}Example.com` })).toEqual(['account', 'identity:example.com']);
  expect(scopeOf({ sourceArn: `${arn}news@example.com` })).toEqual(['account', 'identity:example.com']);
  expect(scopeOf({ sourceArn: null, source: 'News <news@Example.org>' })).toEqual(['account', 'identity:example.org']);
  expect(scopeOf({ sourceArn: null, source: null })).toEqual(['account']);
});

test('an address in the value of a tag does not become part of a scope', () => {
  const scopes = scopesOf({ sentAt: 0, tags: { user: ['ann.lee@example.net', 'x=<bob@example.net>;', 'plain'] } }, [
    'user',
  ]);
  expect(scopes).toEqual(['account', 'tag:user=(address)', 'tag:user=x=<(address)>;', 'tag:user=plain']);
});
