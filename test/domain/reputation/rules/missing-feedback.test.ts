import type { AlarmStatus } from '../../../../shared/domain/reputation/alarm-status.ts';
import { nextMissingFeedbackStatus } from '../../../../shared/domain/reputation/rules/missing-feedback.ts';

test.each<[string, AlarmStatus, number, number, AlarmStatus]>([
  ['all feedback', 'ok', 100, 100, 'ok'],
  ['half of it', 'ok', 100, 50, 'ok'],
  ['less than half', 'ok', 100, 49, 'critical'],
  ['none of 20', 'ok', 20, 0, 'critical'],
  ['none of 19, which are too few', 'ok', 19, 0, 'ok'],
  ['none while SES counts none', 'ok', 0, 0, 'ok'],
  ['more than SES has counted yet', 'ok', 20, 60, 'ok'],
  ['more than half, but not more than 80 %', 'critical', 100, 51, 'critical'],
  ['80 %', 'critical', 100, 80, 'critical'],
  ['more than 80 %', 'critical', 100, 81, 'ok'],
  ['more than 80 % of a single one', 'critical', 1, 1, 'ok'],
  ['none of 5, after the alarm was raised', 'critical', 5, 0, 'critical'],
  ['none while SES counts none, after the alarm was raised', 'critical', 0, 0, 'critical'],
  ['one that SES has not counted yet, after the alarm was raised', 'critical', 0, 1, 'critical'],
])('%s received: from %s, %i counted by SES and %i received give %s', (_share, status, ses, received, expected) => {
  expect(nextMissingFeedbackStatus(status, { ses, received })).toBe(expected);
});
