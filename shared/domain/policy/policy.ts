import * as z from 'zod/mini';
import { describeIssues } from '../schema-errors.ts';
import { policySchema } from './policy-schema.ts';

/** Shares of what was sent: 0.05 is 5 %. From 0.00001 to 0.5. */
export type RateThresholds = { readonly bounceRate: number; readonly complaintRate: number };

/** Some of them; the others are as everywhere else. */
export type PartialRateThresholds = { readonly [rate in keyof RateThresholds]?: RateThresholds[rate] | undefined };

/** What is done about feedback. One value, all of it in `policy.json`; what is left out there has its default. */
export type Policy = {
  /** When soft bounces suppress. */
  readonly soft: {
    /**
     * Soft bounces until the address is suppressed. At most 20.
     * @default 5
     */
    readonly strikes: number;
    /**
     * …all of them within this many days… At most 30: older mail gives no strike.
     * @default 30
     */
    readonly withinDays: number;
    /**
     * …and on at least this many different days (UTC), so one bad afternoon of a mail server suppresses nobody. At most 20, and no more
     * than `strikes` and `withinDays`.
     * @default 3
     */
    readonly onDays: number;
    /**
     * Whether a delivery ends the streak. Needs Delivery events, which are as many as mails: the volume function reads half a unit each.
     * @default false
     */
    readonly endedByDelivery: boolean;
    /**
     * How long the suppression lasts, from the last strike. At most 365.
     * @default 30
     */
    readonly suppressDays: number;
  };
  /**
   * How long a bounce that says something of the sender (blocked, listed) suppresses: the block ends, the address lives on. At most 365.
   * @default 14
   */
  readonly policyBlockDays: number;
  /**
   * How long the mailbox simulator's addresses stay suppressed, so that the next test run can use them again. At most 24.
   * @default 1
   */
  readonly simulatorHours: number;
  /**
   * Our own verified domains, subdomains included. SES counts mail to them in no rate; neither do we.
   * @default []
   */
  readonly ownDomains: readonly string[];
  /**
   * Names of message tags that get rates of their own, beside account, identity, configuration set and tenant. At most 4.
   * @default []
   */
  readonly scopeTags: readonly string[];
  /**
   * The lines the alarms on the sending watch; SES's own rates are held against AWS's in any case. Gmail asks never to reach 0.3 % of
   * complaints.
   * @default {"bounceRate":0.05,"complaintRate":0.001}
   */
  readonly reviewThresholds: RateThresholds;
  /**
   * The second line, which notices measure the headroom to once the first is reached. AWS's 10 % and 0.5 %, or twice a higher review line.
   * @default {}
   */
  readonly pauseThresholds: PartialRateThresholds;
  /**
   * Scopes with lines of their own, by name: `account`, `identity:<domain>`, `configuration-set:<name>`, `tenant:<name>`,
   * `tag:<name>=<value>`.
   * @default {}
   */
  readonly scopes: Readonly<
    Record<
      string,
      { readonly reviewThresholds: PartialRateThresholds; readonly pauseThresholds: PartialRateThresholds }
    >
  >;
  /**
   * When SES's own rates, as CloudWatch has them, are near the review line: shares of it, from 0.1 to 1.
   * @default {"approaching":0.6,"critical":0.9}
   */
  readonly headroom: { readonly approaching: number; readonly critical: number };
  readonly autoPause: {
    /**
     * Whether a configuration set whose rate turns critical is paused. Sending has to be resumed by hand.
     * @default false
     */
    readonly enabled: boolean;
    /**
     * …but not before it has sent so many mails in the time the excess has grown. At least 1000.
     * @default 1000
     */
    readonly minSends: number;
  };
  /**
   * Scopes that have their rates in CloudWatch, beside the account: each costs some two dollars a month. At most 20.
   * @default []
   */
  readonly metricScopes: readonly string[];
  /**
   * Where the number of sends comes from: Send events, or for the account alone SES's own statistics in CloudWatch.
   * @default "events"
   */
  readonly sendsFrom: 'events' | 'ses';
  /**
   * What SES's own list is told of whom we suppress, and where.
   * @see https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html
   */
  readonly accountList: {
    /**
     * `always`: whom we suppress for good is put on it. `missing`: not where SES does so by itself. `off`: only a release is told it, by
     * the command itself.
     * @default "always"
     */
    readonly mode: 'always' | 'missing' | 'off';
    /**
     * Regions whose lists are written to beside that of the stack's own Region. At most 3.
     * @default []
     */
    readonly regions: readonly string[];
  };
  /**
   * Accounts that send on our behalf (sending authorization). Feedback of any other account is not ours.
   * @default []
   */
  readonly allowedAccounts: readonly string[];
};

/** The policy with every default: transactional mail's usual. */
// Marked pure, so that a function that does not use it does not work it out at every start.
// Stryker disable next-line ObjectLiteral,BooleanLiteral: it decides how fast it is read, not what
export const defaultPolicy: Policy = /* @__PURE__ */ z.parse(policySchema, {}, { jitless: true });

/**
 * Checks a policy and fills in the defaults. A setting nobody reads is an error, not a comment.
 * @throws Error that names each setting and what is wrong with it
 * @example readPolicy({ soft: { strikes: 3 } }).soft // { strikes: 3, withinDays: 30, onDays: 3, … }
 */
export function readPolicy(value: unknown): Policy {
  // Read once a process: compiling the schema first would take longer than reading it.
  // Stryker disable next-line ObjectLiteral,BooleanLiteral: it decides how fast it is read, not what
  const result = policySchema.safeParse(value, { jitless: true });
  if (result.success) return result.data;
  throw new Error(`The policy is not valid: ${describeIssues(result.error).join('; ')}.`);
}
