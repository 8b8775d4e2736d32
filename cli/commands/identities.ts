import { describeFinding, isWell } from '../doctor/format-findings.ts';
import { checkIdentitySetup } from '../identities/check-identity.ts';
import {
  describeCreated,
  describeDkim,
  describeRecords,
  identitiesCommand,
  toIdentityJson,
} from '../identities/describe-identity.ts';
import { requiredRecords, toRecordJson } from '../identities/dns-records.ts';
import { formatRecords, type RecordFormat } from '../identities/format-records.ts';
import { kindOf, parseDomainName, parseIdentity, parseMailFrom } from '../identities/parse-identity.ts';
import { type AccountOptions, openAccount } from '../io/account-options.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { NotFoundError, UsageError } from '../io/errors.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { formatTable, tableWidth } from '../io/table.ts';
import type { Clients } from '../stack/clients.ts';
import {
  createIdentity,
  type EmailIdentity,
  readEmailIdentities,
  readEmailIdentity,
  resendVerification,
  setDkimSigning,
  setMailFrom,
  startEasyDkim,
} from '../stack/email-identities.ts';

export type IdentityOptions = AccountOptions & { readonly json?: true };
export type IdentityListOptions = IdentityOptions & { readonly kind?: 'domain' | 'address'; readonly verified?: true };
export type IdentityCreateOptions = IdentityOptions & { readonly mailFrom?: string; readonly replace?: true };
export type IdentityRecordsOptions = IdentityOptions & {
  readonly format: RecordFormat;
  readonly inbound?: true;
  readonly backupRegion?: readonly string[];
};
export type IdentityCheckOptions = IdentityOptions & {
  readonly inbound?: true;
  readonly dnsServer?: string;
  readonly testEmail?: true;
};
export type IdentityDkimOptions = IdentityOptions & { readonly enable?: true };

/** Version of the JSON that the commands print. */
const schemaVersion = 1;

/** Runs the command `identities list`. Exit code 3: there is none. */
export async function identitiesListCommand(
  { kind, verified, json, ...options }: IdentityListOptions,
  io: CliIO,
): Promise<ExitCode> {
  const { clients, region } = await openAccount(options, io);
  const identities = (await readEmailIdentities(clients.ses))
    .map(({ name, isVerified }) => ({ name, kind: kindOf(name), isVerified }))
    .filter((identity) => (kind === undefined || identity.kind === kind) && (!verified || identity.isVerified));
  if (json) io.stdout.write(sanitizeJson({ schemaVersion, region, identities }));
  else if (identities.length === 0)
    io.stdout.write(
      `SES has no such identity in ${region}. To create one: npx ses-feedback identities create DOMAIN\n`,
    );
  else {
    const columns = [
      { heading: 'identity', text: ({ name }: (typeof identities)[number]) => name },
      { heading: 'kind', text: (identity: (typeof identities)[number]) => identity.kind },
      {
        heading: 'state',
        text: ({ isVerified }: (typeof identities)[number]) => (isVerified ? 'verified' : 'not verified'),
      },
    ];
    io.stdout.write(`${formatTable(identities, columns, tableWidth(io.stdout)).join('\n')}\n`);
  }
  return identities.length === 0 ? 3 : 0;
}

/** Runs the command `identities create`. It changes nothing that is set up already. */
export async function identitiesCreateCommand(
  text: string,
  { mailFrom, replace, json, ...options }: IdentityCreateOptions,
  io: CliIO,
): Promise<ExitCode> {
  const name = parseIdentity(text);
  const subdomain = mailFrom === undefined ? undefined : parseMailFrom(mailFrom, name);
  const { clients, region } = await openAccount(options, io);
  const before = await readEmailIdentity(clients.ses, name);
  const changes: string[] = [];
  if (before === undefined) {
    await createIdentity(clients.ses, name);
    changes.push(
      name.includes('@') ? `created; SES has sent an email with a link to ${name}` : 'created, with Easy DKIM',
    );
  }
  const current = before?.mailFrom;
  if (subdomain !== undefined && (current?.domain !== subdomain || current.status === 'FAILED')) {
    if (current !== undefined && current.domain !== subdomain && !replace)
      throw new UsageError(
        `${name} already has the MAIL FROM domain ${current.domain}. To change it, pass --replace: emails are sent with amazonses.com until SES finds the records of the new one.`,
      );
    await setMailFrom(clients.ses, name, subdomain);
    changes.push(`MAIL FROM domain ${subdomain}`);
  }
  const identity = await readExisting(clients, name, region);
  if (json) io.stdout.write(sanitizeJson({ schemaVersion, changes, ...toIdentityJson(identity, region) }));
  else io.stdout.write(`${describeCreated(identity, changes, region).map(sanitize).join('\n')}\n`);
  return 0;
}

/** Runs the command `identities verify`: starts what is not verified, or starts it again after SES has given up. */
export async function identitiesVerifyCommand(
  text: string,
  { json, ...options }: IdentityOptions,
  io: CliIO,
): Promise<ExitCode> {
  const name = parseIdentity(text);
  const { clients, region } = await openAccount(options, io);
  const before = await readEmailIdentity(clients.ses, name);
  const action = await startVerification(clients, name, before);
  const identity = await readExisting(clients, name, region);
  if (json) io.stdout.write(sanitizeJson({ schemaVersion, action, ...toIdentityJson(identity, region) }));
  else {
    const records = identity.isVerified ? [] : describeRecords(identity, region);
    io.stdout.write(`${[`${name}: ${action}`, ...records].map(sanitize).join('\n')}\n`);
  }
  return 0;
}

async function startVerification(clients: Clients, name: string, before?: EmailIdentity): Promise<string> {
  if (before?.isVerified && (name.includes('@') || before.dkim.status === 'SUCCESS')) return 'is verified';
  const isAddress = name.includes('@');
  if (before === undefined) await createIdentity(clients.ses, name);
  else if (isAddress) await resendVerification(clients, name);
  else if (before.dkim.isOwnKey) return 'SES searches for the key that you made (BYODKIM)';
  else if (before.dkim.status === 'PENDING') return 'SES is searching for its DNS records';
  else await startEasyDkim(clients.ses, name);
  return isAddress
    ? 'SES has sent an email with a link to the address'
    : 'SES searches for its DNS records, for 3 days';
}

/** Runs the command `identities records`, which only reads. */
export async function identitiesRecordsCommand(
  text: string,
  { format, inbound, backupRegion, json, ...options }: IdentityRecordsOptions,
  io: CliIO,
): Promise<ExitCode> {
  if (backupRegion !== undefined && !inbound) throw new UsageError('--backup-region needs --inbound.');
  const name = parseDomainName(text);
  const { clients, region } = await openAccount(options, io);
  const identity = await readExisting(clients, name, region);
  const records = requiredRecords(identity, {
    region,
    inbound: inbound === true,
    ...(backupRegion && { backupRegions: backupRegion }),
  });
  if (json) io.stdout.write(sanitizeJson({ schemaVersion, name, region, records: records.map(toRecordJson) }));
  else io.stdout.write(formatRecords(records, format, name));
  if (identity.dkim.isOwnKey && io.stderr.isTTY)
    io.stderr.write('The key of DKIM is your own (BYODKIM), and SES does not return its record.\n');
  return 0;
}

/** Runs the command `identities check`. Exit code 1: something is missing, or could not be checked. */
export async function identitiesCheckCommand(
  text: string,
  { json, inbound, dnsServer, testEmail, ...options }: IdentityCheckOptions,
  io: CliIO,
): Promise<ExitCode> {
  const name = parseDomainName(text);
  const { clients, region } = await openAccount(options, io);
  const identity = await readExisting(clients, name, region);
  const findings = await checkIdentitySetup(
    identity,
    { clients, region, progress: createProgress(io.stderr).show },
    { inbound: inbound === true, dnsServer, testEmail: testEmail === true },
  );
  const isComplete = isWell(findings);
  if (json) io.stdout.write(sanitizeJson({ schemaVersion, name, region, isWell: isComplete, findings }));
  else io.stdout.write(`${findings.flatMap(describeFinding).map(sanitize).join('\n')}\n`);
  return isComplete ? 0 : 1;
}

/** Runs the command `identities dkim`. */
export async function identitiesDkimCommand(
  text: string,
  { enable, json, ...options }: IdentityDkimOptions,
  io: CliIO,
): Promise<ExitCode> {
  const name = parseDomainName(text);
  const { clients, region } = await openAccount(options, io);
  let identity = await readExisting(clients, name, region);
  const { dkim } = identity;
  if (enable && !dkim.isOwnKey && ['NOT_STARTED', 'FAILED'].includes(dkim.status))
    await startEasyDkim(clients.ses, name);
  if (enable && !dkim.isEnabled) await setDkimSigning(clients.ses, name, true);
  if (enable) identity = await readExisting(clients, name, region);
  if (json) io.stdout.write(sanitizeJson({ schemaVersion, ...toIdentityJson(identity, region) }));
  else {
    const records = identity.dkim.status === 'SUCCESS' ? [] : describeRecords(identity, region);
    io.stdout.write(`${[...describeDkim(identity, region), ...records].map(sanitize).join('\n')}\n`);
  }
  return identity.dkim.isEnabled ? 0 : 3;
}

/** @throws NotFoundError if SES does not have the identity in this Region */
async function readExisting({ ses }: Clients, name: string, region: string): Promise<EmailIdentity> {
  const identity = await readEmailIdentity(ses, name);
  if (identity !== undefined) return identity;
  const create = identitiesCommand(region)(`create ${name}`);
  throw new NotFoundError(`SES has no identity ${name} in ${region}. To create it: ${create}`);
}
