import type { Scenario } from './outage.ts';

/** Accounts with an outage as in December 2020 (Gmail) and 2019 (Yahoo and AOL), and with four other things that go wrong. */
export const seeds = Array.from({ length: 50 }, (_, index) => index + 1);
export const minute = 60_000;
export const at = (time: string) => Date.parse(`2020-12-${time}:00Z`);
export const start = at('01T00:00');
const noSuchUser = '550 5.1.1 The email account that you tried to reach does not exist. gsmtp';
const noon = at('14T12:00');

export const december2020 = {
  kind: 'outage',
  domains: ['gmail.com', 'firm.example'],
  windows: [
    [at('14T22:16'), at('15T00:38')],
    [at('15T19:38'), at('15T23:57')],
  ],
  share: 0.3,
  answer: noSuchUser,
} as const;
export const autumn2019 = {
  kind: 'outage',
  domains: ['yahoo.com', 'aol.com'],
  windows: [[noon, at('14T20:00')]],
  share: 0.8,
  answer: '554 5.7.1 Message not allowed',
} as const;

/** What goes wrong for other reasons. */
export const fourOthers: readonly (readonly [string, Scenario])[] = [
  ['a bad list at Gmail', { kind: 'bad-list', domain: 'gmail.com', at: noon, size: 2000, share: 0.4 }],
  [
    'a small provider that is gone',
    { kind: 'gone', domain: 'small.example', at: noon, answer: '550 5.1.1 user unknown' },
  ],
  ['a slow rise', { kind: 'slow-rise', domain: 'gmail.com', from: at('08T00:00'), days: 8, share: 0.05 }],
  ['a campaign to one provider', { kind: 'campaign', domain: 'gmail.com', at: noon }],
];
