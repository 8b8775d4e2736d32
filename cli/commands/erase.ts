import { createRateLimiter } from '../../shared/account-list/rate-limiter.ts';
import { type Address, parseAddress } from '../../shared/domain/address.ts';
import { defined } from '../../shared/domain/defined.ts';
import { maskAddress } from '../../shared/domain/mask-address.ts';
import { homeRegion } from '../../shared/domain/suppression/account-list-state.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { type EraseReport, eraseEverywhere, SyncPendingError } from '../../shared/operator/erase-address.ts';
import type { KeptSuppression } from '../../shared/operator/erasures.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { confirm, isInteractive } from '../io/confirm.ts';
import { reasonWords } from '../io/describe-history.ts';
import { CommandError, NotFoundError, UsageError } from '../io/errors.ts';
import { loadPolicy } from '../io/files.ts';
import { formatQuantity, formatTime } from '../io/format.ts';
import { explainInterrupt } from '../io/interrupt.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { openStackResources, type StackResources } from '../io/stack-resources.ts';
import { callerOf } from '../stack/caller.ts';
import { commandsFor, type Stack } from '../stack/stack.ts';

export type EraseOptions = StackOptions & {
  readonly note: string;
  readonly by?: string;
  readonly yes?: true;
  readonly json?: true;
  readonly policy?: string;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

type Attribution = { readonly by: string; readonly note: string };

/**
 * Runs the command `erase`. Exit code 3: nothing is stored of the address. 6: SES could not be changed, and nothing was deleted in the table. 75:
 * a sync with SES is under way.
 */
export async function eraseCommand(given: string, options: EraseOptions, io: CliIO): Promise<ExitCode> {
  const address = parseAddress(given);
  if (address === undefined) throw new UsageError(`${sanitize(given)}: not a valid email address`);
  const { json, yes } = options;
  const { stack } = await openStack(options, io);
  const resources = openStackResources(stack, await loadPolicy(options.policy, io));
  const attribution = { by: options.by ?? (await callerOf(stack.region)), note: options.note };
  if (!yes) {
    if (!isInteractive(io)) throw new UsageError('Erasing cannot be undone. To erase without being asked, pass --yes.');
    io.stderr.write(`${warning}\n`);
    if (!(await confirm(`Erase ${sanitize(address.original)}?`, io))) {
      io.stdout.write('Nothing was erased.\n');
      return 0;
    }
  }
  const report = await erase(address, attribution, resources, io);
  if (
    report.erased === undefined &&
    !report.isIncomplete &&
    report.regions.every(({ removed }) => removed.length === 0)
  )
    throw new NotFoundError(
      report.kept.length > 0
        ? `${address.key}: its data was erased already. Its keyed hash is still suppressed.`
        : `${address.key}: nothing is stored of it, in the table or on the SES account suppression list.`,
    );
  if (json) io.stdout.write(sanitizeJson(toJson(report, attribution, stack)));
  else io.stdout.write(`${describe(report, attribution, stack).map(sanitize).join('\n')}\n`);
  return report.isIncomplete ? 6 : 0;
}

const warning = `This deletes what is stored of the address, and cannot be undone: its records,
evidence and history in the table, and its entries on the account suppression
lists of SES. If it is suppressed, a keyed hash remains, so that applications
that ask isSuppressed still do not send to it. Others can send to it again.`;

async function erase(
  address: Address,
  attribution: Attribution,
  resources: StackResources,
  { stderr }: CliIO,
): Promise<EraseReport> {
  const lists = new Map(
    [...resources.lists].map(([region, list]) => [region, { list, rateLimiter: createRateLimiter(resources) }]),
  );
  const progress = createProgress(stderr);
  const onWait = (remainingMs: number) =>
    progress.showCount(
      'first erasure of this stack: waiting until every application looks for hashes, seconds',
      Math.ceil(remainingMs / 1000),
    );
  try {
    return await explainInterrupt(
      stderr,
      () => 'The address may be erased in part. Run the command again: it does the rest.',
      () => eraseEverywhere(address, attribution, { ...resources, lists, onWait }),
    );
  } catch (error) {
    if (error instanceof SyncPendingError) throw new CommandError(`${address.key}: ${error.message}.`, 75);
    throw error;
  } finally {
    progress.clear();
  }
}

/** Copies that the command cannot delete, and when they end. */
function copiesOf({ address }: EraseReport, stack: Stack): readonly string[] {
  const masked = maskAddress(address as Address['key']);
  return [
    `logs of the functions: only ${masked}, for logRetentionInDays of serverless.yml`,
    `dead-letter queues: whole messages, at most 14 days (${commandsFor(stack).deadLetters})`,
    'the import bucket: lists for the sync with SES, at most 2 days',
    'backups of the table: at most 35 days (point-in-time recovery)',
    'evidence of other addresses, if a server quoted this one; your own exports, and the logs of your applications',
  ];
}

function describe(report: EraseReport, { by, note }: Attribution, stack: Stack): string[] {
  const { address, at, erased, regions, kept, hash, isIncomplete } = report;
  const table = erased
    ? `${formatQuantity(erased.records, 'record')} and ${formatQuantity(erased.otherItems, 'other item')} deleted`
    : isIncomplete
      ? 'nothing was deleted, because SES could not be changed; run the command again'
      : 'had nothing';
  return [
    `${address}: ${isIncomplete ? 'not erased' : 'erased'} ${formatTime(at)}, by ${by}: ${note}`,
    `  table: ${table}`,
    ...regions.map((one) => `  ${listNameOf(one)} in ${nameOf(one.region, stack)}: ${describeRemoval(one)}`),
    ...(kept.length === 0
      ? ['  It was not suppressed: nothing of it is kept.']
      : kept.map((one) => describeKept(one, hash))),
    ...(isIncomplete
      ? []
      : ['Copies that this command cannot delete:', ...copiesOf(report, stack).map((copy) => `  ${copy}`)]),
  ];
}

const listNameOf = ({ tenant }: EraseReport['regions'][number]) =>
  tenant === undefined ? 'SES account suppression list' : `SES list of tenant ${tenant}`;

const nameOf = (region: string, stack: Stack) => (region === homeRegion ? stack.region : region);

function describeRemoval({ removed, error }: EraseReport['regions'][number]): string {
  const done = removed.length === 0 ? 'not on the list' : `removed (${[...new Set(removed)].join(', ')})`;
  return error === undefined || error.kind === 'rejected' ? done : `not changed (${error.kind})`;
}

function describeKept({ list, reason, until }: KeptSuppression, hash: string): string {
  const end = until === undefined ? 'permanently' : `until ${formatTime(until)}`;
  return `  kept: ${hash}, suppressed ${end} on the list ${list} (${reasonWords[reason]})`;
}

function toJson(report: EraseReport, attribution: Attribution, stack: Stack): object {
  const { address, at, erased, regions, kept, hash, isIncomplete } = report;
  return {
    schemaVersion,
    address,
    stack: stack.name,
    at: formatTimestamp(at),
    ...attribution,
    isComplete: !isIncomplete,
    deleted: erased ?? { records: 0, otherItems: 0 },
    regions: regions.map(({ region, tenant, removed, error }) => ({
      region: nameOf(region, stack),
      ...defined({ tenant }),
      removed,
      error: error?.kind ?? null,
    })),
    hash: kept.length === 0 ? null : hash,
    kept: kept.map(({ since, until, ...rest }) => ({
      ...rest,
      since: formatTimestamp(since),
      until: until === undefined ? null : formatTimestamp(until),
    })),
    copies: copiesOf(report, stack),
  };
}
