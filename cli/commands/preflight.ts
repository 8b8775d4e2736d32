import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createReputationTable } from '../../shared/aws/dynamodb/reputation-table.ts';
import { openStateReader } from '../../shared/aws/dynamodb/state-reader.ts';
import { defaultListName, listOfTenant } from '../../shared/domain/suppression/list-name.ts';
import { createDns } from '../identities/dns.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { UsageError } from '../io/errors.ts';
import { loadPolicy } from '../io/files.ts';
import { createProgress } from '../io/progress.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { checkDomains, type DomainReport } from '../preflight/check-domains.ts';
import { describePreflight, type PreflightReport } from '../preflight/describe-preflight.ts';
import { expectBounces, forecastMailing, recentBounceRate } from '../preflight/estimate.ts';
import { lookUpRecipients } from '../preflight/look-up.ts';
import { countProblems, createRecipients, type Recipients, readRecipients } from '../preflight/recipients.ts';
import { writeProblems } from '../preflight/write-problems.ts';
import type { Stack } from '../stack/stack.ts';

export type MailingPreflightOptions = StackOptions & {
  readonly tenant?: string;
  readonly list?: readonly string[];
  /** A share: 0.02 is 2 %. */
  readonly bounceRate?: number;
  readonly dns: boolean;
  readonly dnsServer?: string;
  readonly problems?: string;
  readonly json?: true;
  readonly policy?: string;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** Runs the command `preflight`, which changes nothing. Exit code 3: the mailing would take a rate to a threshold. */
export async function preflightCommand(file: string, options: MailingPreflightOptions, io: CliIO): Promise<ExitCode> {
  const policy = await loadPolicy(options.policy, io);
  const { stack } = await openStack(options, io);
  const now = Date.now();
  const { region, reputationTable } = stack;
  const account = await createReputationTable({
    client: createDynamoDBClient({ region }),
    reputationTable,
    clock: () => now,
  }).read('account', now);
  const baseRate = options.bounceRate ?? recentBounceRate(account, now);
  if (baseRate === undefined)
    throw new UsageError(
      'The account has sent fewer than 1,000 emails in 30 days, which says little about the next ones. Pass the share that you expect to bounce, for example --bounce-rate 2.',
    );

  const recipients = createRecipients();
  const domains = await checkRecipients(file, recipients, { stack, options, now }, io);
  if (options.problems !== undefined) await writeProblems(options.problems, recipients);

  const problems = countProblems(recipients);
  const sends = recipients.found.size - problems.suppressed;
  const undeliverable = problems['bounced-before'] + problems['no-mail-server'];
  const expected = expectBounces({ sends, undeliverable, baseRate });
  const cleaned = expectBounces({ sends: sends - undeliverable, undeliverable: 0, baseRate });
  const report: PreflightReport = {
    rows: recipients.rows,
    duplicates: recipients.duplicates,
    addresses: recipients.found.size,
    problems,
    domains,
    expected,
    bounceRate: forecastMailing(account, expected, { policy, now }),
    withoutUndeliverable: forecastMailing(account, cleaned, { policy, now }),
  };
  if (options.json) io.stdout.write(sanitizeJson({ schemaVersion, stack: stack.name, region, ...report }));
  else
    io.stdout.write(
      `${describePreflight(report, { file, isRateGiven: options.bounceRate !== undefined })
        .map(sanitize)
        .join('\n')}\n`,
    );
  return report.bounceRate.reaches === undefined ? 0 : 3;
}

type CheckOptions = { readonly stack: Stack; readonly options: MailingPreflightOptions; readonly now: number };

/** Reads the file, looks each address up in the table, and asks DNS about their domains. */
async function checkRecipients(
  file: string,
  recipients: Recipients,
  { stack: { suppressionsTable: tableName, region }, options, now }: CheckOptions,
  io: CliIO,
): Promise<DomainReport> {
  const progress = createProgress(io.stderr);
  const ofTenant = options.tenant === undefined ? [] : [listOfTenant(options.tenant)];
  await lookUpRecipients(readRecipients(file, recipients, io), recipients, {
    read: openStateReader({ tableName, region }),
    lists: [...new Set([defaultListName, ...(options.list ?? []), ...ofTenant])],
    now,
    onProgress: (done) => progress.showCount('Looked up', done),
  });
  if (recipients.withAddress === 0)
    throw new Error(`${file} has no addresses. Expected one for each line, or a column such as email or address.`);
  const domains = await checkDomains(recipients, {
    dns: options.dns ? createDns(options.dnsServer) : undefined,
    onProgress: (done) => progress.showCount('Asked DNS for domains', done),
  });
  progress.clear();
  return domains;
}
