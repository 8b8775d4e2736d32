import type { AlarmStatus } from '../../../../shared/domain/reputation/alarm-status.ts';
import { nextMissingFeedbackStatus } from '../../../../shared/domain/reputation/rules/missing-feedback.ts';
import { nextMissingSendsStatus } from '../../../../shared/domain/reputation/rules/missing-sends.ts';

test.each<[string, AlarmStatus, number, number, AlarmStatus]>([
  ['all feedback', 'ok', 100, 100, 'ok'],
  ['80 %', 'ok', 100, 80, 'ok'],
  ['less than 80 %', 'ok', 100, 79, 'critical'],
  ['less than 80 %, with only 9 missing', 'ok', 40, 31, 'ok'],
  ['less than 80 %, with 10 missing', 'ok', 40, 30, 'critical'],
  ['none of 20', 'ok', 20, 0, 'critical'],
  ['none of 19, which are too few', 'ok', 19, 0, 'ok'],
  ['none while SES counts none', 'ok', 0, 0, 'ok'],
  ['more than SES has counted yet', 'ok', 20, 60, 'ok'],
  ['90 %, after the alarm was raised', 'critical', 100, 90, 'critical'],
  ['more than 90 %', 'critical', 100, 91, 'ok'],
  ['a single one', 'critical', 1, 1, 'ok'],
  ['none of 5, after the alarm was raised', 'critical', 5, 0, 'critical'],
  ['none while SES counts none, after the alarm was raised', 'critical', 0, 0, 'critical'],
  ['one that SES has not counted yet, after the alarm was raised', 'critical', 0, 1, 'critical'],
])(
  'of the bounces %s received: from %s, %i counted by SES and %i received give %s',
  (_share, status, ses, received, expected) => {
    expect(nextMissingFeedbackStatus(status, { ses, received }, 'bounceRate', 0.8)).toBe(expected);
  },
);

test.each<[number, number, AlarmStatus]>([
  [5, 0, 'critical'],
  [4, 0, 'ok'],
  [5, 2, 'critical'],
  [5, 3, 'ok'],
])('of %i complaints that SES counts, %i received give %s', (ses, received, expected) => {
  expect(nextMissingFeedbackStatus('ok', { ses, received }, 'complaintRate', 0.8)).toBe(expected);
});

test('the policy sets the share that must arrive', () => {
  expect(nextMissingFeedbackStatus('ok', { ses: 100, received: 40 }, 'bounceRate', 0.3)).toBe('ok');
  expect(nextMissingFeedbackStatus('critical', { ses: 100, received: 66 }, 'bounceRate', 0.3)).toBe('ok');
  expect(nextMissingFeedbackStatus('critical', { ses: 100, received: 65 }, 'bounceRate', 0.3)).toBe('critical');
});

test.each<[AlarmStatus, { received: number; feedback: number; ses?: number }, AlarmStatus]>([
  ['ok', { received: 0, feedback: 20 }, 'critical'],
  ['ok', { received: 0, feedback: 19 }, 'ok'],
  ['ok', { received: 1, feedback: 20 }, 'ok'],
  ['ok', { received: 159, feedback: 0, ses: 200 }, 'critical'],
  ['ok', { received: 160, feedback: 0, ses: 200 }, 'ok'],
  ['ok', { received: 0, feedback: 0, ses: 199 }, 'ok'],
  ['critical', { received: 0, feedback: 0 }, 'critical'],
  ['critical', { received: 1, feedback: 20 }, 'ok'],
  ['critical', { received: 90, feedback: 0, ses: 100 }, 'critical'],
  ['critical', { received: 91, feedback: 0, ses: 100 }, 'ok'],
])('from %s, the sends %j give %s', (status, counts, expected) => {
  expect(nextMissingSendsStatus(status, counts, 0.8)).toBe(expected);
});
