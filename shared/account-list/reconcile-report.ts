import { homeRegion } from '../domain/suppression/account-list-state.ts';
import type { ReconcileReport, RegionReport } from './reconcile.ts';

/** Whether every list was read to its end, and every change made. */
export function isReconcileComplete({ regions, failed, isCutShort }: ReconcileReport): boolean {
  return failed === 0 && !isCutShort && regions.every(({ state }) => state === 'complete');
}

/** For a person: a line a Region, and one for each way it differs. */
export function formatReconcileReport(report: ReconcileReport, isDryRun = false): string {
  const failed =
    report.failed === 0
      ? []
      : [`${count(report.failed)} changes could not be made (${report.error}); the next run makes them.`];
  const cut = report.isCutShort ? ['There was no time for all of it; the next run goes on.'] : [];
  return [
    ...report.regions.map((region) => describeRegion(region, report.recordCount, isDryRun)),
    ...failed,
    ...cut,
  ].join('\n');
}

function describeRegion(region: RegionReport, held: number, isDryRun: boolean): string {
  const { state, entries, reason, drift, unreadable, unreadableCount } = region;
  const where = region.region === homeRegion ? "SES's list" : `SES's list in ${region.region}`;
  if (state === 'failed') return `${where}: could not be read (${reason}). Nothing was changed for it.`;
  if (state === 'unfinished')
    return `${where}: ${count(entries)} entries read so far. Nothing is changed before the last; run it again to go on.`;
  const did = (done: string, would: string) => (isDryRun ? would : done);
  const lines = [
    `${where}: ${count(entries)} entries, held against ${count(held)} records of the table`,
    line(drift['missing-here'], `on SES's list, not in the table: ${did('adopted', 'would be adopted')}`),
    line(
      drift['missing-at-ses'],
      `suppressed for good, not on SES's list: ${did('will be put there', 'would be put there')}`,
    ),
    line(
      drift['still-at-ses'],
      `let go, still on SES's list: ${did('will be removed there', 'would be removed there')}`,
    ),
    line(
      drift['removed-at-ses'],
      'held only because SES did, and SES does no more: still suppressed; release them if they were removed there on purpose',
    ),
    line(unreadableCount, `on SES's list that are no addresses: ${unreadable.join(', ')}`),
  ];
  const isSame = lines.filter(Boolean).length === 1;
  return isSame ? `${lines[0]}: no difference` : lines.filter(Boolean).join('\n');
}

function line(number: number, text: string): string {
  return number === 0 ? '' : `  ${count(number).padStart(9)}  ${text}`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
