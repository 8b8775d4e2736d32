import type { AlarmStatus } from '../../../shared/domain/reputation/alarm-status.ts';
import { type CurrentAlarm, inhibits } from '../../../shared/domain/reputation/inhibits.ts';

const exceeded = (scope: string, status: AlarmStatus = 'approaching'): CurrentAlarm => ({
  scope,
  rule: 'rate-exceeded',
  metric: 'bounceRate',
  status,
});
const near = (scope: string, status: AlarmStatus = 'approaching'): CurrentAlarm => ({
  ...exceeded(scope, status),
  rule: 'near-threshold',
});

test.each<[string, CurrentAlarm, CurrentAlarm, boolean]>([
  [
    'a more severe alarm inhibits one of the same scope and rate',
    near('account', 'critical'),
    exceeded('account'),
    true,
  ],
  ['a more severe alarm inhibits in a tenant as well', near('tenant:a', 'critical'), exceeded('tenant:a'), true],
  ['a less severe alarm of the same scope does not inhibit', near('account'), exceeded('account', 'critical'), false],
  ['an equally severe alarm of the same scope does not inhibit', near('account'), exceeded('account'), false],
  [
    'an alarm of the account inhibits one of another scope that is as severe',
    exceeded('account'),
    exceeded('tenant:a'),
    true,
  ],
  [
    'an alarm of the account inhibits one of another scope that is less severe',
    exceeded('account', 'critical'),
    exceeded('tenant:a'),
    true,
  ],
  [
    'an alarm of the account inhibits one of another scope that is resolved',
    exceeded('account'),
    exceeded('tenant:a', 'ok'),
    true,
  ],
  [
    'an alarm of the account inhibits one of another scope that is more severe',
    exceeded('account'),
    exceeded('tenant:a', 'critical'),
    true,
  ],
  [
    'an alarm of the account does not inhibit another rule of another scope',
    near('account', 'critical'),
    exceeded('tenant:a'),
    false,
  ],
  ['a resolved alarm of the account does not inhibit', exceeded('account', 'ok'), exceeded('tenant:a', 'ok'), false],
  [
    'an alarm of the account does not inhibit one of the other rate',
    { ...exceeded('account', 'critical'), metric: 'complaintRate' },
    exceeded('tenant:a'),
    false,
  ],
  [
    'an alarm of another scope does not inhibit one of the account',
    exceeded('tenant:a', 'critical'),
    exceeded('account'),
    false,
  ],
  [
    'an alarm of another scope does not inhibit one of a third scope',
    exceeded('tenant:a', 'critical'),
    exceeded('tenant:b'),
    false,
  ],
  [
    'an alarm without a rate does not inhibit one with a rate',
    { scope: 'account', rule: 'missing-feedback', status: 'critical' },
    exceeded('account'),
    false,
  ],
  [
    'an alarm without a rate does not inhibit another one without a rate',
    { scope: 'account', rule: 'account-status', status: 'critical' },
    { scope: 'account', rule: 'missing-feedback', status: 'approaching' },
    false,
  ],
  [
    'a rate does not inhibit the missing feedback of the same metric',
    near('account', 'critical'),
    { ...exceeded('account'), rule: 'missing-feedback' },
    false,
  ],
  [
    'missing feedback does not inhibit the rate of the same metric',
    { ...exceeded('account', 'critical'), rule: 'missing-feedback' },
    exceeded('account'),
    false,
  ],
  [
    'an alarm without a rate does not inhibit another rule without a rate',
    { scope: 'account', rule: 'account-status', status: 'critical' },
    { scope: 'account', rule: 'missing-sends', status: 'approaching' },
    false,
  ],
])('%s', (_fact, inhibitor, other, expected) => {
  expect(inhibits(inhibitor, other, false)).toBe(expected);
  expect(inhibits(inhibitor, other, true)).toBe(expected);
});

test('a recovering alarm of the account does not inhibit a step up of another scope: that is a new incident', () => {
  const account = { ...exceeded('account', 'critical'), isRecovering: true };
  expect(inhibits(account, exceeded('tenant:a'), true)).toBe(false);
  expect(inhibits(account, exceeded('tenant:a'), false)).toBe(true);
  expect(inhibits({ ...near('tenant:a', 'critical'), isRecovering: true }, exceeded('tenant:a'), true)).toBe(true);
});
