import { alarmStatusFor } from '../../../../shared/domain/reputation/rules/account-status.ts';

test('a review is approaching, a pause is critical, HEALTHY is ok, and any other status is unknown', () => {
  const statuses = ['HEALTHY', 'PROBATION', 'SHUTDOWN', 'PENDING', 'healthy', '', undefined];
  expect(statuses.map(alarmStatusFor)).toEqual([
    'ok',
    'approaching',
    'critical',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
