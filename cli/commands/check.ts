import { createRateLimiter } from '../../shared/account-list/rate-limiter.ts';
import { defined } from '../../shared/domain/defined.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import {
  type AddressCheck,
  checkAddress,
  type HistoryEntry,
  type RegionCheck,
  type TenantCheck,
} from '../../shared/operator/check-address.ts';
import { type AddressError, isAddressError, processAddresses, readAddressInputs } from '../io/address-batch.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { changeToJson, describeHistoryEntry, reasonWords } from '../io/describe-history.ts';
import { loadPolicy } from '../io/files.ts';
import { formatQuantity, formatTime } from '../io/format.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { openStackResources } from '../io/stack-resources.ts';
import { commandsFor } from '../stack/stack.ts';

export type CheckOptions = StackOptions & {
  readonly file?: string;
  readonly json?: true;
  readonly policy?: string;
  readonly tenant?: string;
};

/** Runs the command `check`. Exit code 3: an address is suppressed. 1: an address could not be checked everywhere. */
export async function checkCommand(given: readonly string[], options: CheckOptions, io: CliIO): Promise<ExitCode> {
  const { file, json, policy, tenant: name, ...stackOptions } = options;
  const inputs = await readAddressInputs(given, file, io);
  const { stack } = await openStack(stackOptions, io);
  const resources = openStackResources(stack, await loadPolicy(policy, io));
  const nameOf = (region: string) => (region === homeRegion ? stack.region : region);
  const lists = new Map(
    [...resources.lists].map(([region, list]) => [nameOf(region), { list, rateLimiter: createRateLimiter(resources) }]),
  );
  const tenant = name === undefined ? undefined : { name, region: stack.region };
  const reports = await processAddresses(inputs, {
    processOne: (address) => checkAddress(address, { ...resources, lists, ...defined({ tenant }) }),
    describe: (check) => describe(check, commandsFor(stack).release),
    toJson,
    json,
    stdout: io.stdout,
  });
  if (reports.some((report) => !isAddressError(report) && report.verdict === 'suppressed')) return 3;
  return reports.every(isComplete) ? 0 : 1;
}

function isComplete(report: AddressCheck | AddressError): boolean {
  if (isAddressError(report)) return false;
  const read = [...report.regions, ...report.tenants.flatMap(({ atSes }) => atSes ?? [])];
  return read.every(({ error }) => error === undefined);
}

function describe(check: AddressCheck, releaseCommand: (address: string) => string): string[] {
  const { address, verdict, suppression, erased, regions, tenants, isSyncPending, history, strikes, prevented } = check;
  const recent = strikes.length === 0 ? [] : [`  ${formatQuantity(strikes.length, 'strike')} against it`];
  const notSent =
    prevented === 0 ? [] : [`  ${formatQuantity(prevented, 'email')} not sent by SES because of a suppression list`];
  return [
    `${address}  ${verdict === 'suppressed' ? 'SUPPRESSED' : 'deliverable'}`,
    `  table: ${describeSuppression(suppression)}`,
    ...(erased ? [`  erased data: ${describeErased(erased)}`] : []),
    ...regions.map((region) => `  SES account suppression list in ${region.region}: ${describeRegion(region)}`),
    ...describeTenants(tenants),
    ...(isSyncPending || tenants.some((one) => one.isSyncPending)
      ? ['  The list of SES is updated within two minutes.']
      : []),
    ...recent,
    ...notSent,
    ...(history.length === 0 ? ['  No bounce, complaint or change is known.'] : ['  History, newest first:']),
    ...history.flatMap((entry) => describeHistoryEntry(entry).map((line) => `    ${line}`)),
    ...(verdict === 'suppressed' ? describeRelease(check, releaseCommand(listedForm(check))) : []),
    ...(verdict === 'deliverable' && history.length === 0 ? [caseHint] : []),
  ];
}

/** Output stays readable for a platform on which a hundred tenants have emailed an address. */
const maxTenantsShown = 20;

function describeTenants(tenants: readonly TenantCheck[]): string[] {
  const more = tenants.length - maxTenantsShown;
  return [
    ...tenants.slice(0, maxTenantsShown).flatMap(describeTenant),
    ...(more > 0 ? [`  and on the lists of ${formatQuantity(more, 'more tenant')}; see --json`] : []),
  ];
}

function describeTenant({ tenant, suppression, erased, atSes }: TenantCheck): string[] {
  return [
    `  table, tenant ${tenant}: ${describeSuppression(suppression)}`,
    ...(erased ? [`  erased data, tenant ${tenant}: ${describeErased(erased)}`] : []),
    ...(atSes ? [`  SES list of tenant ${tenant} in ${atSes.region}: ${describeRegion(atSes)}`] : []),
  ];
}

/** SES's list is case-sensitive, and SES itself is not: an entry in another form suppresses the address as well. */
const caseHint =
  '  If SES does not send to it: its list distinguishes upper and lower case. Check the form in which you send.';

/** Returns the form in which SES lists the address: only in this form can it be deleted there. */
function listedForm({ address, regions }: AddressCheck): string {
  return regions.flatMap(({ entries }) => entries)[0]?.address ?? address;
}

/** Describes what the table says of an address. */
export function describeSuppression(suppression: AddressCheck['suppression']): string {
  if (suppression === undefined) return 'not suppressed';
  const { reason, since, until, isSuspected } = suppression;
  const end = until === undefined ? 'permanently' : `until ${formatTime(until)}`;
  const suspected = isSuspected ? '; any of several recipients may have complained' : '';
  return `suppressed ${end}, since ${formatTime(since)}: ${reasonWords[reason]}${suspected}`;
}

/** Describes what suppresses an address although its data was erased. */
export function describeErased({ reason, since, until }: NonNullable<AddressCheck['erased']>): string {
  const end = until === undefined ? 'permanently' : `until ${formatTime(until)}`;
  return `its keyed hash is suppressed ${end}, since ${formatTime(since)}: ${reasonWords[reason]}`;
}

/** Describes what a list of SES says of an address. */
export function describeRegion({ entries, error }: AddressCheck['regions'][number]): string {
  const listed = entries.map(
    ({ address, reason, updatedAt }) => `listed as ${reason} since ${formatTime(updatedAt)} (${address})`,
  );
  const failed = error === undefined ? [] : [`could not be read: ${error}`];
  return [...listed, ...failed].join('; ') || 'not listed';
}

function describeRelease({ suppression, erased }: AddressCheck, command: string): string[] {
  const warning =
    suppression?.reason === 'complaint' || erased?.reason === 'complaint'
      ? ['  The recipient reported an email as spam. Release the address only if they ask for it.']
      : [];
  return [...warning, `  To send to it again: ${command}`];
}

/** Returns a check in the form that `--json` prints: times in ISO 8601, `until` is `null` if the suppression is permanent. */
function toJson({ suppression, erased, history, regions, tenants, strikes, ...check }: AddressCheck) {
  return {
    ...check,
    suppression: suppression ? withIsoTimes(suppression) : null,
    ...(erased && { erased: withIsoTimes(erased) }),
    regions: regions.map(regionToJson),
    tenants: tenants.map(({ suppression: ofTenant, erased: kept, atSes, ...rest }) => ({
      ...rest,
      suppression: ofTenant ? withIsoTimes(ofTenant) : null,
      ...(kept && { erased: withIsoTimes(kept) }),
      ...(atSes && { atSes: regionToJson(atSes) }),
    })),
    strikes: strikes.map(formatTimestamp),
    history: history.map(entryToJson),
  };
}

function regionToJson({ entries, ...region }: RegionCheck) {
  return {
    ...region,
    entries: entries.map(({ updatedAt, ...entry }) => ({ ...entry, updatedAt: formatTimestamp(updatedAt) })),
  };
}

function withIsoTimes<Times extends { readonly since: number; readonly until?: number }>(suppression: Times) {
  const { since, until } = suppression;
  return { ...suppression, since: formatTimestamp(since), until: until === undefined ? null : formatTimestamp(until) };
}

function entryToJson(entry: HistoryEntry): object {
  if (entry.kind === 'change') return { kind: entry.kind, ...changeToJson(entry) };
  const { at, ...rest } = entry;
  return { at: formatTimestamp(at), ...rest };
}
