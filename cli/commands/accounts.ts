import { defined } from '../../shared/domain/defined.ts';
import { formatCount } from '../../shared/domain/reputation/format-rate.ts';
import { explainAwsError } from '../io/aws-errors.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { CommandError, CredentialsError } from '../io/errors.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { formatTable, tableWidth } from '../io/table.ts';
import { type AccountInRegion, findProfiles, type Profile, readAccount } from '../stack/accounts.ts';

export type AccountsOptions = {
  /** Of all profiles if missing. */
  readonly profiles?: readonly string[];
  /** Instead of the Region of each profile. */
  readonly regions?: readonly string[];
  readonly json?: true;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

type Row = {
  readonly profile?: string;
  readonly region: string;
  readonly state: AccountInRegion | { readonly error: string; readonly exitCode: number };
};

/**
 * Runs the command `accounts`, which only reads. Exit code 6: an account could not be read. 4: none could be, because of credentials or rights.
 */
export async function accountsCommand({ profiles, regions, json }: AccountsOptions, io: CliIO): Promise<ExitCode> {
  const selected = await selectProfiles(profiles);
  const pairs = selected.flatMap(({ name, region }) =>
    regionsOf(region, regions).map((one) => ({ name, region: one })),
  );
  const rows = await Promise.all(pairs.map(({ name, region }) => readRow(name, region)));
  if (json) io.stdout.write(sanitizeJson({ schemaVersion, accounts: rows.map(toJson) }));
  else io.stdout.write(`${describe(rows, tableWidth(io.stdout)).join('\n')}\n`);
  const failed = rows.flatMap(({ state }) => ('error' in state ? state.exitCode : []));
  if (failed.length === 0) return 0;
  return failed.length === rows.length && failed.every((code) => code === 4) ? 4 : 6;
}

async function selectProfiles(names: readonly string[] | undefined): Promise<readonly Profile[]> {
  const found = await findProfiles();
  if (names === undefined) {
    if (found.length > 0) return found;
    throw new CredentialsError(
      'No profile in your AWS configuration, and no credentials in the environment. Create one with: aws configure sso',
    );
  }
  return names.map((name) => {
    const profile = found.find((one) => one.name === name);
    if (profile !== undefined) return profile;
    const known = found.flatMap((one) => one.name ?? []).join(', ');
    throw new CredentialsError(`No profile "${name}" in your AWS configuration. It has: ${known || 'none'}.`);
  });
}

function regionsOf(configured: string | undefined, regions: readonly string[] | undefined): readonly string[] {
  if (regions !== undefined) return regions;
  const region = configured ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  // Without a Region, the row says so.
  return [region ?? ''];
}

async function readRow(profile: string | undefined, region: string): Promise<Row> {
  const row = { region, ...defined({ profile }) };
  if (region === '') return { ...row, state: { error: 'no Region configured; pass --region', exitCode: 2 } };
  try {
    return { ...row, state: await readAccount(profile, region) };
  } catch (error) {
    const explained = explainAwsError(error, { profile, region });
    const message = explained instanceof Error ? explained.message : String(explained);
    return { ...row, state: { error: message, exitCode: explained instanceof CommandError ? explained.exitCode : 1 } };
  }
}

const profileOf = ({ profile }: Row) => profile ?? '(environment)';

function describe(rows: readonly Row[], width: number): string[] {
  const of = (text: (account: AccountInRegion) => string) => (row: Row) =>
    'error' in row.state ? '–' : text(row.state);
  const columns = [
    { heading: 'profile', text: profileOf },
    { heading: 'Region', text: ({ region }: Row) => region || '–' },
    { heading: 'account', text: of(({ account }) => account) },
    { heading: 'sending', text: of(({ sending }) => describeSending(sending)) },
    { heading: 'sent in 24 h', text: of(({ sending }) => describeQuota(sending)), align: 'right' as const },
    {
      heading: 'stack',
      text: of(({ stacks }) => (stacks === undefined ? 'not allowed to list' : stacks.join(', ') || 'none')),
    },
  ];
  const errors = rows.flatMap((row) =>
    'error' in row.state ? sanitize(`✗ ${profileOf(row)}, ${row.region || 'no Region'}: ${row.state.error}`) : [],
  );
  return [...formatTable(rows, columns, width), ...(errors.length > 0 ? ['', ...errors] : [])];
}

type Sending = AccountInRegion['sending'];

function describeSending({ isSendingEnabled, isInSandbox, enforcementStatus }: Sending): string {
  if (!isSendingEnabled) return 'paused';
  if (enforcementStatus !== 'HEALTHY') return enforcementStatus.toLowerCase();
  return isInSandbox ? 'sandbox' : 'enabled';
}

const describeQuota = ({ quota }: Sending) =>
  quota === undefined ? 'unknown' : `${formatCount(quota.sentInDay)} of ${formatCount(quota.perDay)}`;

function toJson({ profile, region, state }: Row): object {
  const common = { profile: profile ?? null, region: region || null };
  if ('error' in state) return { ...common, error: state.error };
  const { account, sending, stacks } = state;
  const { isSendingEnabled, isInSandbox, enforcementStatus, quota } = sending;
  return {
    ...common,
    account,
    isSendingEnabled,
    isInSandbox,
    enforcementStatus,
    quota: quota ?? null,
    stacks: stacks ?? null,
  };
}
