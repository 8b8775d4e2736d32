import { formatReconcileReport, type RegionReport } from '../../shared/account-list/reconcile-report.ts';

const region: RegionReport = {
  region: 'home',
  state: 'complete',
  entries: 1,
  drift: { 'missing-here': 0, 'missing-at-ses': 0, 'still-at-ses': 0, 'removed-at-ses': 0 },
  unreadableCount: 0,
  unreadable: [],
};
const drifted: RegionReport = {
  ...region,
  region: 'eu-west-1',
  entries: 2500,
  drift: { 'missing-here': 1200, 'missing-at-ses': 3, 'still-at-ses': 2, 'removed-at-ses': 1 },
  unreadableCount: 1,
  unreadable: ['t***@example.net'],
};

test('a report names each Region and each kind of drift', () => {
  expect(formatReconcileReport({ regions: [region, drifted], recordCount: 1301, failed: 0 })).toBe(
    [
      'SES account suppression list: 1 entry, compared with 1,301 records in the table: nothing to repair (temporary suppressions and recent changes do not count as differences)',
      'SES account suppression list in eu-west-1: 2,500 entries, compared with 1,301 records in the table',
      '      1,200  on the SES list, not in the table: imported into the table',
      '          3  permanently suppressed, not on the SES list: will be restored there',
      '          2  released, still on the SES list: will be removed there',
      '          1  imported from the SES list, since removed there: still suppressed; release them if that was on purpose',
      '          1  on the SES list, but not valid addresses: t***@example.net',
    ].join('\n'),
  );
});

test('the report of a dry run says what would be done', () => {
  const text = formatReconcileReport({ regions: [drifted], recordCount: 1, failed: 0 }, true);
  expect(text.split('\n').slice(0, 4)).toEqual([
    'SES account suppression list in eu-west-1: 2,500 entries, compared with 1 record in the table',
    '      1,200  on the SES list, not in the table: would be imported into the table',
    '          3  permanently suppressed, not on the SES list: would be restored there',
    '          2  released, still on the SES list: would be removed there',
  ]);
});

test('a report says which lists could not be read, which changes failed, and that time ran out', () => {
  const failed: RegionReport = { ...region, state: 'failed', entries: 0, reason: 'AccessDeniedException' };
  const unfinished: RegionReport = { ...region, state: 'unfinished', entries: 2000 };
  const report = { regions: [failed, unfinished], recordCount: 0, failed: 2, error: 'timeout', isCutShort: true };
  expect(formatReconcileReport(report)).toBe(
    [
      'SES account suppression list: could not be read (AccessDeniedException). Nothing was changed for this list.',
      'SES account suppression list: 2,000 entries read so far. Nothing is changed until the whole list is read. The next run continues.',
      '2 changes could not be saved (timeout). The next run tries again.',
      'Time ran out before everything was compared. The next run continues from here.',
    ].join('\n'),
  );
});
