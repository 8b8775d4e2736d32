import { userInfo } from 'node:os';
import { normaliseDomain } from '../../shared/domain/address.ts';
import type { Reason } from '../../shared/domain/feedback/recipient-event.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import { releaseAddress } from '../../shared/operator/release-address.ts';
import type { ReleaseReport } from '../../shared/operator/release-everywhere.ts';
import {
  defaultReleaseReasons,
  type Selected,
  type Selection,
  selectRecords,
} from '../../shared/operator/select-records.ts';
import { loadPolicy } from '../io/files.ts';
import { openStackResources, type StackResources } from '../io/open-stack.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions, showCount, showProgress } from '../io/stack-options.ts';
import { releaseWith } from './release.ts';

export type ReleaseManyOptions = StackOptions & {
  readonly note: string;
  readonly by?: string;
  readonly domain?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly reason?: readonly Reason[];
  readonly yes?: true;
  readonly json?: true;
  readonly policy?: string;
};

/** So many writes at once: the table takes them, and a thousand addresses take seconds. */
const atOnce = 10;

/**
 * The command `release-many`: counts the suppressions of a domain or a time, and with --yes lets them go. SES's own list is told by the
 * function account-list. Interrupted, it has let go some; done again, it counts and lets go the rest.
 */
export async function releaseManyCommand({ policy: file, ...options }: ReleaseManyOptions): Promise<void> {
  const { note, by = userInfo().username, domain, since, until, reason, yes, json, ...ofStack } = options;
  if (domain === undefined && since === undefined) throw new Error('Which? Say --domain or --since, or both.');
  const selection = readSelection({ ...(domain !== undefined && { domain }), since, until, reason });
  const policy = await loadPolicy(file);
  const { stack } = await openStack(ofStack);
  const lists = openStackResources(stack, policy);
  let looked = 0;
  const counting = async function* () {
    for await (const page of lists.records()) {
      looked += page.length;
      showCount('records looked at', looked);
      yield page;
    }
  };
  const selected = await selectRecords(counting(), selection, lists.clock());
  showCount();
  const print = (line: string) => void (json || process.stdout.write(`${sanitize(line)}\n`));
  for (const line of describe(selected, selection)) print(line);
  const { counts, leftOut } = selected;
  const report = { selection: shown(selection), counts, leftOut, released: 0, failed: 0 };
  if (yes && selected.records.length > 0) {
    Object.assign(report, await releaseAll(selected, { lists, by, note }));
    print(`${report.released.toLocaleString('en-US')} let go.`);
    if (report.failed > 0)
      print(`${report.failed} could not be let go everywhere; run it again, or release them by name.`);
    if (policy.accountList.mode !== 'off')
      print("SES's own list is told by account-list: some forty a minute, or with an import job above a thousand.");
    process.exitCode = report.failed === 0 ? 0 : 1;
  } else if (selected.records.length > 0) print('Nothing was changed. To let them go, add --yes.');
  if (json) process.stdout.write(sanitizeJson(report));
}

function readSelection(given: {
  domain?: string;
  since?: Date | undefined;
  until?: Date | undefined;
  reason?: readonly Reason[] | undefined;
}): Selection {
  const { since, until, reason = defaultReleaseReasons } = given;
  const domain = given.domain === undefined ? undefined : normaliseDomain(given.domain);
  if (given.domain !== undefined && domain === undefined) throw new Error(`${sanitize(given.domain)} is not a domain.`);
  if (since !== undefined && until !== undefined && since >= until)
    throw new Error('--since has to be before --until.');
  return {
    reasons: reason,
    ...(domain !== undefined && { domain }),
    ...(since !== undefined && { since: since.getTime() }),
    ...(until !== undefined && { until: until.getTime() }),
  };
}

const examples = 5;

function describe({ records, counts, leftOut }: Selected, selection: Selection): string[] {
  const list = (tally: Selected['counts']) =>
    Object.entries(tally)
      .map(([reason, count]) => `${count.toLocaleString('en-US')} ${reason}`)
      .join(', ');
  const { domain, since, until } = shown(selection);
  const where = [domain && `of ${domain}`, since && `suppressed since ${since}`, until && `and before ${until}`];
  const what = ['addresses', ...where.filter(Boolean)].join(' ');
  const others = Object.keys(leftOut).length === 0 ? [] : [`Left out: ${list(leftOut)} (--reason selects by reason)`];
  if (records.length === 0) return [`No ${what}.`, ...others];
  const some = records.slice(0, examples).map(({ address }) => `  ${address}`);
  const more = records.length > examples ? [`  and ${(records.length - examples).toLocaleString('en-US')} more`] : [];
  return [`${records.length.toLocaleString('en-US')} ${what}: ${list(counts)}`, ...some, ...more, ...others];
}

function shown({ since, until, ...rest }: Selection) {
  return {
    ...rest,
    ...(since !== undefined && { since: formatTimestamp(since) }),
    ...(until !== undefined && { until: formatTimestamp(until) }),
  };
}

function isRemoved({ regions }: ReleaseReport): boolean {
  return regions.every(({ error }) => error === undefined);
}

async function releaseAll(
  { records }: Selected,
  { lists, by, note }: { lists: StackResources; by: string; note: string },
): Promise<{ released: number; failed: number }> {
  // Where SES's list is nobody else's to tell, each is removed there at once: a second each.
  const letOneGo = releaseWith(lists, { by, note });
  const isOff = lists.policy.accountList.mode === 'off';
  let [released, failed, next] = [0, 0, 0];
  const work = async () => {
    for (let record = records[next++]; record !== undefined; record = records[next++]) {
      const { address } = record;
      try {
        if (!isOff) await releaseAddress(lists, address, { by, note });
        else if (!isRemoved(await letOneGo({ key: address, original: address })))
          throw new Error('SES could not be told');
        released++;
      } catch {
        failed++;
      }
      showProgress('let go', released + failed - 1, records.length);
    }
  };
  await Promise.all(Array.from({ length: isOff ? 1 : atOnce }, work));
  return { released, failed };
}
