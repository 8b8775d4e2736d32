import { alarmStatusFor } from '../../../../shared/domain/reputation/rules/account-status.ts';

test('a review and a pause are critical, HEALTHY is ok, and any other status is unknown', () => {
  const statuses = ['HEALTHY', 'PROBATION', 'SHUTDOWN', 'PENDING', 'healthy', '', undefined];
  expect(statuses.map(alarmStatusFor)).toEqual([
    'ok',
    'critical',
    'critical',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
