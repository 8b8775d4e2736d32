import { classify } from '../../shared/feedback/classify.ts';
import { parse } from '../../shared/feedback/parse.ts';
import { defaultPolicy, readPolicy } from '../../shared/feedback/policy.ts';
import type { RecipientEvent } from '../../shared/feedback/recipient-event.ts';
import { rules } from '../../shared/feedback/rules.ts';
import { type BounceOptions, bounce, type ComplaintOptions, complaint } from '../support/ses.ts';

function classified(message: unknown, policy = defaultPolicy) {
  const parsed = parse({ id: '0', body: JSON.stringify(message) }, {});
  if (parsed.kind !== 'feedback') throw new Error(`not feedback: ${parsed.reason}`);
  return classify(parsed.event, policy);
}

type Row = [
  situation: string,
  options: BounceOptions,
  rule: string,
  class_: string,
  metric: string | null,
  effect: RecipientEvent['effect'],
];

/** What the DSN said of the one recipient. */
const said = (fields: Record<string, unknown>): BounceOptions => ({
  recipients: [{ emailAddress: 'ann@example.net', ...fields }],
});

const bounces: Row[] = [
  [
    'Transient General, a version number in the words',
    { type: 'Transient', ...said({ diagnosticCode: 'auto-reply by Exim 4.94.2' }) },
    'transient-without-failure',
    'soft',
    'soft',
    'watch',
  ],
  ['Permanent General', {}, 'permanent', 'hard', 'hard', 'suppress'],
  ['Permanent NoEmail', { subType: 'NoEmail', status: '5.1.1' }, 'permanent', 'hard', 'hard', 'suppress'],
  ['Permanent, no sub-type at all', { subType: null }, 'permanent', 'hard', 'hard', 'suppress'],
  ['Permanent, a sub-type of tomorrow', { subType: 'Teleported' }, 'permanent', 'hard', 'hard', 'suppress'],
  ['Permanent Suppressed', { subType: 'Suppressed' }, 'global-suppression-list', 'hard', 'hard', 'suppress'],
  [
    'Permanent Suppressed, 5.7.1',
    { subType: 'Suppressed', status: '5.7.1' },
    'global-suppression-list',
    'hard',
    'hard',
    'suppress',
  ],
  [
    'Permanent OnAccountSuppressionList',
    { subType: 'OnAccountSuppressionList' },
    'on-suppression-list',
    'prevented',
    'prevented',
    'adopt',
  ],
  [
    'Permanent OnTenantSuppressionList',
    { subType: 'OnTenantSuppressionList' },
    'on-suppression-list',
    'prevented',
    'prevented',
    'adopt',
  ],
  [
    'Permanent EmailValidationSuppressed',
    { subType: 'EmailValidationSuppressed' },
    'validation-suppressed',
    'prevented',
    null,
    'none',
  ],
  [
    'Permanent UnsubscribedRecipient',
    { subType: 'UnsubscribedRecipient' },
    'unsubscribed',
    'unsubscribed',
    null,
    'none',
  ],
  ['Permanent, this recipient 4.x', { status: '4.2.2' }, 'permanent-still-tried', 'soft', 'soft', 'watch'],
  ['Permanent, this recipient delayed', said({ action: 'Delayed' }), 'permanent-still-tried', 'soft', 'soft', 'watch'],
  ['Permanent 5.7.1', { status: '5.7.1' }, 'sender-blocked', 'policy-block', 'hard', 'suppress'],
  [
    'Permanent NoEmail 5.7.26',
    { subType: 'NoEmail', status: '5.7.26' },
    'sender-blocked',
    'policy-block',
    'hard',
    'suppress',
  ],
  [
    'Permanent 5.0.0, 5.7.1 in the words',
    said({ status: '5.0.0', diagnosticCode: 'smtp; 550 5.7.1 no' }),
    'sender-blocked',
    'policy-block',
    'hard',
    'suppress',
  ],
  [
    'Permanent, a block list in the words alone',
    said({ diagnosticCode: '550 blocked using Spamhaus' }),
    'sender-blocked',
    'policy-block',
    'hard',
    'suppress',
  ],
  [
    'Permanent, an IP address like a status',
    said({ diagnosticCode: '550 5.7.1.9 says no such user' }),
    'permanent',
    'hard',
    'hard',
    'suppress',
  ],
  [
    'Permanent 5.0.0, 5.7.1 at the end of a sentence',
    said({ status: '5.0.0', diagnosticCode: '550 prohibited 5.7.1.' }),
    'sender-blocked',
    'policy-block',
    'hard',
    'suppress',
  ],
  [
    'Permanent 5.1.1, though the server speaks of a blacklist',
    said({ status: '5.1.1', diagnosticCode: '550 5.1.1 unknown, see our blacklist' }),
    'permanent',
    'hard',
    'hard',
    'suppress',
  ],
  [
    'Permanent, an address called after a block list',
    said({ diagnosticCode: '550 <joe@rbl.example.com> joe@spamhaus.org unknown' }),
    'permanent',
    'hard',
    'hard',
    'suppress',
  ],
  [
    "Permanent 5.1.8: the sender's address",
    said({ status: '5.1.8', diagnosticCode: '550 sender denied' }),
    'sender-blocked',
    'policy-block',
    'hard',
    'suppress',
  ],
  ['Transient General with a status', { type: 'Transient', status: '4.4.7' }, 'transient', 'soft', 'soft', 'strike'],
  ['Transient General, 5.x', { type: 'Transient', status: '5.4.4' }, 'transient', 'soft', 'soft', 'strike'],
  [
    'Transient General, 4.x in the words',
    { type: 'Transient', ...said({ diagnosticCode: '451 4.3.0 later' }) },
    'transient',
    'soft',
    'soft',
    'strike',
  ],
  [
    'Transient, a sub-type of tomorrow',
    { type: 'Transient', subType: 'Moonphase', status: '4.0.0' },
    'transient',
    'soft',
    'soft',
    'strike',
  ],
  [
    'Transient General without a status: out of office',
    { type: 'Transient' },
    'transient-without-failure',
    'soft',
    'soft',
    'watch',
  ],
  [
    'Transient General, 2.x',
    { type: 'Transient', status: '2.0.0' },
    'transient-without-failure',
    'soft',
    'soft',
    'watch',
  ],
  [
    'Transient MailboxFull, no status',
    { type: 'Transient', subType: 'MailboxFull' },
    'mailbox-full',
    'soft',
    'soft',
    'strike',
  ],
  [
    'Transient MessageTooLarge',
    { type: 'Transient', subType: 'MessageTooLarge', status: '5.3.4' },
    'message-fault',
    'message-fault',
    null,
    'none',
  ],
  [
    'Transient ContentRejected',
    { type: 'Transient', subType: 'ContentRejected' },
    'message-fault',
    'message-fault',
    null,
    'none',
  ],
  [
    'Transient AttachmentRejected',
    { type: 'Transient', subType: 'AttachmentRejected' },
    'message-fault',
    'message-fault',
    null,
    'none',
  ],
  [
    'Transient CustomTimeoutExceeded',
    { type: 'Transient', subType: 'CustomTimeoutExceeded' },
    'message-fault',
    'message-fault',
    null,
    'none',
  ],
  [
    'Undetermined',
    { type: 'Undetermined', subType: 'Undetermined', status: '5.0.0' },
    'undetermined',
    'soft',
    'soft',
    'watch',
  ],
  ['a bounce type of tomorrow', { type: 'Quantum', subType: 'General' }, 'undetermined', 'soft', 'soft', 'watch'],
];

test.each(bounces)('%s', (_situation, options, rule, class_, metric, effect) => {
  expect(classified(bounce(options))).toMatchObject([{ rule, class: class_, metric, effect, suspected: false }]);
});

const complaints: [string, ComplaintOptions, string, string, string | null][] = [
  ['abuse', {}, 'complaint', 'complaint', 'complaints'],
  ['auth-failure', { feedbackType: 'auth-failure' }, 'complaint', 'complaint', 'complaints'],
  ['fraud', { feedbackType: 'fraud' }, 'complaint', 'complaint', 'complaints'],
  ['virus', { feedbackType: 'virus' }, 'complaint', 'complaint', 'complaints'],
  ['other', { feedbackType: 'other' }, 'complaint', 'complaint', 'complaints'],
  ['a type of tomorrow', { feedbackType: 'boredom' }, 'complaint', 'complaint', 'complaints'],
  ['no type', { feedbackType: '' }, 'complaint', 'complaint', 'complaints'],
  ['a sub-type of tomorrow', { subType: 'Loud' }, 'complaint', 'complaint', 'complaints'],
  ['not-spam', { feedbackType: 'not-spam' }, 'not-spam', 'not-spam', null],
  ['Not-Spam, in capitals', { feedbackType: 'Not-Spam' }, 'not-spam', 'not-spam', null],
  [
    'not-spam of several',
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
    { subType: 'OnTenantSuppressionList' },
    'complaint-on-suppression-list',
    'prevented',
    'prevented',
  ],
  [
    'a list of tomorrow',
    { subType: 'OnPlanetSuppressionList' },
    'complaint-on-suppression-list',
    'prevented',
    'prevented',
  ],
];

test.each(complaints)('complaint: %s', (_situation, options, rule, class_, metric) => {
  const effects: Record<string, string> = { complaint: 'suppress', prevented: 'adopt', 'not-spam': 'none' };
  const effect = effects[class_];
  expect(classified(complaint(options))[0]).toMatchObject({ rule, class: class_, metric, effect, suspected: false });
});

test('a complaint that names several suspects each, and counts once, on the first in order', () => {
  const events = classified(complaint({ to: ['zoe@example.net', 'Bob@example.net', 'ann@example.org'] }));
  expect(events.map(({ address, suspected, metric }) => [address, suspected, metric])).toEqual([
    ['zoe@example.net', true, null],
    ['bob@example.net', true, null],
    ['ann@example.org', true, 'complaints'],
  ]);
});

test('one address named twice is one recipient, and nobody is a suspect for it', () => {
  const events = classified(complaint({ to: ['ann@example.net', 'Ann <ANN@example.net>'] }));
  expect(events).toMatchObject([{ address: 'ann@example.net', suspected: false, metric: 'complaints' }]);
});

test.each([
  'bounce@simulator.amazonses.com',
  'bounce+label@simulator.amazonses.com',
  'Complaint@Simulator.AmazonSES.com',
])('mail to %s is counted nowhere, and its suppression ends after an hour', (to) => {
  expect(classified(bounce({ to }))).toMatchObject([{ class: 'hard', metric: null, lastsAtMost: 60 * 60 * 1000 }]);
});

test('mail to our own verified domains, and to their subdomains, is in no rate', () => {
  const policy = readPolicy({ ownDomains: ['example.com'] });
  const metricOf = (to: string) => classified(bounce({ to }), policy)[0]?.metric;
  expect(['a@example.com', 'a@dev.example.com', 'a@notexample.com', 'a@example.net'].map(metricOf)).toEqual([
    null,
    null,
    'hard',
    'hard',
  ]);
});

test('a report that names one of our own, or the simulator, counts on the first of the others', () => {
  const policy = readPolicy({ ownDomains: ['own.example.com'] });
  const to = ['a@own.example.com', 'b@simulator.amazonses.com', 'z@example.net', 'y@example.net'];
  expect(classified(complaint({ to }), policy).map(({ metric }) => metric)).toEqual([null, null, null, 'complaints']);
});

test.each([
  ['550 5.0.0 host [192.0.2.1] is on our block list (S3140)', true],
  ['554 Your IP is blacklisted', true],
  ['550 blocked using zen.spamhaus.org', true],
  ['550 Sender denied', true],
  ['550 IP address has been blocked', true],
  ['554 refused due to poor reputation', true],
  ['550 user a does not exist, see https://blocklist.example/x', false],
  ['550 user not listed in directory', false],
  ['550 mailbox unavailable', false],
  ['550 account disabled, sender informed', false],
  ['550 no such user in marbles-club', false],
])('a bare "%s": the sender is blocked: %s', (diagnosticCode, isBlocked) => {
  const [event] = classified(bounce({ recipients: [{ emailAddress: 'ann@example.net', diagnosticCode }] }));
  expect(event?.class).toBe(isBlocked ? 'policy-block' : 'hard');
});

test('sends that were prevented count each: every one of them is off the denominator', () => {
  const to = ['a@example.net', 'b@example.net'];
  const metrics = classified(complaint({ to, subType: 'OnAccountSuppressionList' })).map(({ metric }) => metric);
  expect(metrics).toEqual(['prevented', 'prevented']);
});

test('an address that stands in the list with two fates has the worse one', () => {
  const delayed = { emailAddress: 'ann@example.net', status: '4.0.0', action: 'delayed' };
  const failed = { emailAddress: 'Ann <ANN@example.net>', status: '5.1.1', action: 'failed' };
  for (const recipients of [
    [delayed, failed],
    [failed, delayed],
  ]) {
    expect(classified(bounce({ recipients }))).toMatchObject([{ address: 'ann@example.net', class: 'hard' }]);
  }
});

test('of two fates that both suppress, the one for good is the worse', () => {
  const blocked = { emailAddress: 'ann@example.net', status: '5.7.1' };
  const gone = { emailAddress: 'ann@example.net', status: '5.1.1' };
  for (const recipients of [
    [blocked, gone],
    [gone, blocked],
  ]) {
    expect(classified(bounce({ recipients }))).toMatchObject([{ class: 'hard' }]);
  }
});

test('our own domains may be written as people write them', () => {
  const policy = readPolicy({ ownDomains: ['Bücher.example', 'EXAMPLE.org'] });
  const to = (address: string) => classified(bounce({ to: address }), policy)[0]?.metric;
  expect([to('a@xn--bcher-kva.example'), to('a@bücher.example'), to('a@example.org')]).toEqual([null, null, null]);
});

test('every rule is met by a row of this table', () => {
  const met = new Set([...bounces.map((row) => row[2]), ...complaints.map((row) => row[2]), 'complaint-of-several']);
  expect([...met].toSorted()).toEqual(rules.map(({ id }) => id).toSorted());
  expect(rules.every(({ because, source }) => because.length > 20 && source.startsWith('https://'))).toBe(true);
});

test('an event is counted in at most eight scopes, the general ones first, and long names stay apart', () => {
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

test('both channels name the same identity, also for an identity that is one address', () => {
  const scopeOf = (mail: Record<string, unknown>) => classified(bounce({ channel: 'identity', mail }))[0]?.scopes;
  const arn = 'arn:aws:ses:us-east-1:123456789012:identity/';
  expect(scopeOf({ sourceArn: `${arn}Example.com` })).toEqual(['account', 'identity:example.com']);
  expect(scopeOf({ sourceArn: `${arn}news@example.com` })).toEqual(['account', 'identity:example.com']);
  expect(scopeOf({ sourceArn: null, source: 'News <news@Example.org>' })).toEqual(['account', 'identity:example.org']);
  expect(scopeOf({ sourceArn: null, source: null })).toEqual(['account']);
});
