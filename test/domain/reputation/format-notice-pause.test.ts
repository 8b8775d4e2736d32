import { formatNotice } from '../../../shared/domain/reputation/format-notice.ts';
import { accountNotice, notice } from './notice-fixtures.ts';

test('a notice says what auto-pause waits for', () => {
  expect(formatNotice(notice({ pauseObstacle: 'SES counts fewer bounces' }))).toContain(
    '\nAuto-pause waits: SES counts fewer bounces.\n',
  );
  expect(formatNotice(notice({}))).not.toContain('Auto-pause');
});

test('missing Send events are explained, with what to look at', () => {
  const { ses: _, ...rest } = accountNotice({ rule: 'missing-sends' });
  expect(formatNotice(rest)).toContain(
    'In the last 24 hours, 0 bounces and complaints arrived, but only 0 Send events. ' +
      'Rates are shares of the sends: until this is fixed, they are too high, and no rate alarm can be raised where there are no sends at all. ' +
      'Look at the volume queue and its dead-letter queue, at the event destination of the configuration set, and whether emails are sent without it.\n',
  );
});

test('a notice ends with what an operator can do, and the place in the runbook', () => {
  const actions = [
    { title: 'The addresses', command: 'npx ses-feedback list' },
    { title: 'To pause sending', command: 'aws sesv2 x' },
  ];
  expect(formatNotice(notice({ actions }))).toMatch(
    /\nNext [^\n]*\nThe addresses: npx ses-feedback list\nTo pause sending: aws sesv2 x\nRunbook: docs\/runbook\.md#rate-exceeded\nAlarm [^\n]*\n$/,
  );
});
