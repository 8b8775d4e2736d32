import type { AlarmStatus } from '../../../shared/domain/reputation/cusum.ts';
import { evaluateAccountStatus, evaluateMissingFeedback } from '../../../shared/domain/reputation/missing-feedback.ts';

describe('whether feedback comes in', () => {
  test.each<[string, AlarmStatus, number, number, AlarmStatus]>([
    ['all of it', 'ok', 100, 100, 'ok'],
    ['half of it', 'ok', 100, 50, 'ok'],
    ['less than half', 'ok', 100, 49, 'critical'],
    ['nothing of enough', 'ok', 20, 0, 'critical'],
    ['nothing of too little', 'ok', 19, 0, 'ok'],
    ['nothing of nothing', 'ok', 0, 0, 'ok'],
    ['more than SES knows of yet', 'ok', 20, 60, 'ok'],
    ['more than half, not yet enough', 'critical', 100, 51, 'critical'],
    ['four fifths', 'critical', 100, 80, 'critical'],
    ['more than four fifths', 'critical', 100, 81, 'ok'],
    ['more than four fifths of little', 'critical', 1, 1, 'ok'],
    ['still nothing, of too little to raise it', 'critical', 5, 0, 'critical'],
    ['nothing of nothing, after the alarm', 'critical', 0, 0, 'critical'],
    ['what SES knows nothing of yet', 'critical', 0, 1, 'critical'],
  ])('%s: %s with %i at SES and %i here is %s', (_name, status, ses, received, expected) => {
    expect(evaluateMissingFeedback(status, { ses, received })).toBe(expected);
  });
});

test("SES's word on the account is critical at once, and one we do not know says nothing", () => {
  const words = ['HEALTHY', 'PROBATION', 'SHUTDOWN', 'PENDING', 'healthy', '', undefined];
  expect(words.map(evaluateAccountStatus)).toEqual([
    'ok',
    'critical',
    'critical',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
