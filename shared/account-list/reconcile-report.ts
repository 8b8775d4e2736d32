import { defined } from '../domain/defined.ts';
import { homeRegion } from '../domain/suppression/account-list-state.ts';
import type { Drift } from '../domain/suppression/drift.ts';
import type { Listing } from './read-listing.ts';
import type { TenantListings } from './read-tenant-listings.ts';
import { noFindings, type RegionFindings } from './reconcile-progress.ts';

/** The kinds of drift that a report counts. */
export type ReportedDrift = Exclude<Drift, 'none' | 'unrecorded'>;

/** Number of addresses by kind of drift. */
export type DriftCounts = Record<ReportedDrift, number>;

/** How the list of one Region and the table differed. */
export type RegionReport = {
  readonly region: string;
  readonly state: Listing['kind'];
  /** Number of entries that were read. */
  readonly entries: number;
  /** Why the list could not be read. */
  readonly reason?: string;
  readonly drift: Readonly<DriftCounts>;
  /** Number of entries that are not valid addresses, and the first ten of them, masked. */
  readonly unreadableCount: number;
  readonly unreadable: readonly string[];
};

/** How the lists of the tenants and the table differed. */
export type TenantsReport = Omit<RegionReport, 'region'> & {
  /** Number of lists that were read. */
  readonly lists: number;
  /** Number of lists that could not be read. `reason` says why the first could not. */
  readonly failedLists: number;
};

export type ReconcileReport = {
  readonly regions: readonly RegionReport[];
  /** Missing if the policy names no tenant with a list of its own. */
  readonly tenants?: TenantsReport;
  /** Number of records that were compared. */
  readonly recordCount: number;
  /** Number of changes that could not be saved, and the reason of the first failure. The next run repeats them. */
  readonly failed: number;
  readonly error?: string;
  /** Time ran out before everything was compared. The next run continues with the lists read so far. */
  readonly isCutShort?: boolean;
};

/** Builds the report of one Region. */
export function toRegionReport(
  region: string,
  listing: Listing,
  findings: RegionFindings = noFindings(),
): RegionReport {
  const common = { region, state: listing.kind, ...findings };
  if (listing.kind === 'failed') return { ...common, entries: 0, reason: listing.reason };
  return { ...common, entries: listing.count };
}

/** Builds the report of the tenants' lists. */
export function toTenantsReport(tenants: TenantListings, findings: RegionFindings = noFindings()): TenantsReport {
  const common = { state: tenants.kind, lists: 0, failedLists: 0, entries: 0, ...findings };
  switch (tenants.kind) {
    case 'complete': {
      const { listings, failedCount: failedLists, reason } = tenants;
      const entries = [...listings.values()].reduce((sum, { count }) => sum + count, 0);
      return { ...common, lists: listings.size, failedLists, entries, ...defined({ reason }) };
    }
    case 'unfinished':
      return { ...common, entries: tenants.entries };
    case 'failed':
      return { ...common, reason: tenants.reason };
    default:
      return tenants satisfies never;
  }
}

/** Returns whether all lists were read to the end and all changes were saved. */
export function isReconcileComplete({ regions, tenants, failed, isCutShort }: ReconcileReport): boolean {
  const areTenantsDone = tenants === undefined || (tenants.state === 'complete' && tenants.failedLists === 0);
  return failed === 0 && !isCutShort && areTenantsDone && regions.every(({ state }) => state === 'complete');
}

/** Formats a report for a terminal: one line for each Region, followed by one for each kind of drift. */
export function formatReconcileReport(report: ReconcileReport, isDryRun = false): string {
  const { regions, tenants, recordCount, failed, error, isCutShort } = report;
  return [
    ...regions.map((region) => formatList(nameOf(region), region, recordCount, isDryRun)),
    ...(tenants ? [formatTenants(tenants, recordCount, isDryRun)] : []),
    ...(failed === 0
      ? []
      : [`${formatCount(failed, 'change')} could not be saved (${error}). The next run tries again.`]),
    ...(isCutShort ? ['Time ran out before everything was compared. The next run continues from here.'] : []),
  ].join('\n');
}

/** Explains why the table can have more records than the list has entries although there is nothing to repair. */
const notCompared = 'temporary suppressions and recent changes do not count as differences';

const nameOf = ({ region }: RegionReport) =>
  `SES account suppression list${region === homeRegion ? '' : ` in ${region}`}`;

function formatTenants(report: TenantsReport, recordCount: number, isDryRun: boolean): string {
  const { lists, failedLists, reason } = report;
  const name =
    report.state === 'complete' ? `SES lists of ${formatCount(lists, 'tenant')}` : 'SES lists of the tenants';
  const failed = `Not read, and not changed: ${formatCount(failedLists, 'list')} (${reason}).`;
  return [formatList(name, report, recordCount, isDryRun), ...(failedLists === 0 ? [] : [failed])].join('\n');
}

function formatList(
  list: string,
  report: Omit<RegionReport, 'region'>,
  recordCount: number,
  isDryRun: boolean,
): string {
  const { state, entries, reason, drift, unreadable, unreadableCount } = report;
  const entryCount = formatCount(entries, 'entry', 'entries');
  if (state === 'failed') {
    const isChanged = !isDryRun && Object.values(drift).some((count) => count > 0);
    const changes = isChanged ? 'Differences found before that were repaired.' : 'Nothing was changed for this list.';
    return `${list}: could not be read (${reason}). ${changes}`;
  }
  if (state === 'unfinished')
    return `${list}: ${entryCount} read so far. Nothing is changed until the whole list is read. The next run continues.`;
  const outcome = (real: string, dryRun: string) => (isDryRun ? dryRun : real);
  const differences = [
    formatLine(
      drift['missing-here'],
      `on the SES list, not in the table: ${outcome('imported into the table', 'would be imported into the table')}`,
    ),
    formatLine(
      drift['missing-at-ses'],
      `permanently suppressed, not on the SES list: ${outcome('will be restored there', 'would be restored there')}`,
    ),
    formatLine(
      drift['still-at-ses'],
      `released, still on the SES list: ${outcome('will be removed there', 'would be removed there')}`,
    ),
    formatLine(
      drift['removed-at-ses'],
      'imported from the SES list, since removed there: still suppressed; release them if that was on purpose',
    ),
    formatLine(unreadableCount, `on the SES list, but not valid addresses: ${unreadable.join(', ')}`),
  ].filter((line) => line !== undefined);
  const summary = `${list}: ${entryCount}, compared with ${formatCount(recordCount, 'record')} in the table`;
  return differences.length === 0
    ? `${summary}: nothing to repair (${notCompared})`
    : [summary, ...differences].join('\n');
}

function formatLine(count: number, text: string): string | undefined {
  return count === 0 ? undefined : `  ${count.toLocaleString('en-US').padStart(9)}  ${text}`;
}

function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : plural}`;
}
