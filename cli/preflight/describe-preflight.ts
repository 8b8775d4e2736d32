import { formatCount, formatPercent } from '../../shared/domain/reputation/format-rate.ts';
import { formatQuantity } from '../io/format.ts';
import type { DomainReport } from './check-domains.ts';
import type { Expectation, MailingForecast } from './estimate.ts';
import type { RecipientProblem } from './recipients.ts';

export type PreflightReport = {
  readonly rows: number;
  readonly duplicates: number;
  /** Different addresses that are not malformed. */
  readonly addresses: number;
  readonly problems: Readonly<Record<RecipientProblem, number>>;
  readonly domains: DomainReport;
  readonly expected: Expectation;
  /** AWS's bounce rate after the mailing. */
  readonly bounceRate: MailingForecast;
  /** The same, if the addresses that are expected to bounce are left out. */
  readonly withoutUndeliverable: MailingForecast;
};

/** The text names this many of the domains that accept no email. */
const maxDomains = 3;

const problemTexts: readonly (readonly [RecipientProblem, string])[] = [
  ['malformed', 'not an address: SES rejects the email'],
  ['suppressed', 'suppressed: not sent'],
  ['bounced-before', 'bounced before, and no delivery since: expected to bounce'],
  ['no-mail-server', 'at domains that accept no email: expected to bounce'],
  ['disposable', 'at disposable domains: counted like the others'],
];

/** Returns what the command prints, line by line. */
export function describePreflight(
  report: PreflightReport,
  { file, isRateGiven }: { readonly file: string; readonly isRateGiven: boolean },
): string[] {
  const { rows, duplicates, addresses, problems, domains, expected, bounceRate } = report;
  const { unanswered } = domains;
  const repeated = duplicates === 0 ? '' : `, ${formatQuantity(duplicates, 'duplicate')}`;
  const share = `${formatPercent(expected.baseRate)}${isRateGiven ? ' of the others, as given' : " of the others, as of the account's emails of 30 days"}`;
  return [
    `${file}: ${formatQuantity(rows, 'row')}, ${formatQuantity(addresses, 'address', 'addresses')}${repeated}`,
    '',
    ...problemTexts
      .filter(([problem]) => problems[problem] > 0)
      .map(([problem, text]) =>
        line(problems[problem], problem === 'no-mail-server' ? `${text}${named(domains)}` : text),
      ),
    ...(unanswered.addresses === 0
      ? []
      : [
          line(
            unanswered.addresses,
            `at ${formatQuantity(unanswered.domains, 'domain')} whose DNS did not answer: counted like the others`,
          ),
        ]),
    line(expected.sends, 'emails to send'),
    '',
    `Expected bounces: ${formatCount(expected.bounces)} (${formatCount(expected.undeliverable)} of the addresses above, and ${share})`,
    '',
    ...describeRates(bounceRate),
    ...conclude(report),
  ];
}

function line(count: number, text: string): string {
  return `  ${formatCount(count).padStart(11)}  ${text}`;
}

function named({ dead }: DomainReport): string {
  const more = dead.length > maxDomains ? ', …' : '';
  return ` (${dead.slice(0, maxDomains).join(', ')}${more})`;
}

function describeRates({ isWindowKnown, reason, estimates, thresholds }: MailingForecast): string[] {
  const heading = isWindowKnown
    ? "AWS's bounce rate, over its window as inferred from its figures:"
    : `AWS's bounce rate. Its window is not known (${reason}), so this is a range:`;
  return [
    heading,
    ...estimates.map(({ window, before, after }) => {
      const now = before === undefined ? 'nothing sent yet' : `${formatPercent(before)} now`;
      return `  over ${window}: ${now}, ${formatPercent(after)} after the mailing`;
    }),
    `  review at ${formatPercent(thresholds.review)}, pause at ${formatPercent(thresholds.pause)}`,
  ];
}

function conclude({ bounceRate, withoutUndeliverable, expected }: PreflightReport): string[] {
  if (bounceRate.reaches === undefined) return ['', '✓ The mailing keeps the rate below the review threshold.'];
  const lines = ['', `✗ The mailing would take the rate to the ${bounceRate.reaches} threshold.`];
  if (expected.undeliverable === 0)
    return [...lines, '    → Send fewer emails at a time, and to addresses that have had email lately.'];
  const after = Math.max(...withoutUndeliverable.estimates.map((one) => one.after));
  const isEnough = withoutUndeliverable.reaches === undefined;
  return [
    ...lines,
    `    → Without the ${formatCount(expected.undeliverable)} that are expected to bounce, it would be ${formatPercent(after)}${isEnough ? '' : ', which is still too high'}. --problems FILE writes them to a file.`,
  ];
}
