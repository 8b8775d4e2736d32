import * as z from 'zod/mini';
import { describeIssues } from '../schema-errors.ts';
import { policySchema } from './policy-schema.ts';
import type { RelayPolicy } from './relay-policy.ts';
import { describeRenamedSettings } from './renamed-settings.ts';
import type { PartialRateThresholds, RateThresholds, ThresholdSettings } from './thresholds.ts';

/** The settings in `policy.json`: how feedback takes effect. A setting that is left out has its default. */
export type Policy = {
  /** When soft bounces suppress an address, and for how long. */
  readonly soft: {
    /**
     * Number of strikes that suppress the address. From 1 to 20.
     * @default 5
     */
    readonly strikes: number;
    /**
     * Number of days (UTC) within which the strikes must occur. The default is enough for five monthly emails. From 1 to
     * 365.
     * @default 150
     */
    readonly withinDays: number;
    /**
     * Number of different days (UTC) on which the strikes must occur, so that a server that fails for one afternoon
     * suppresses no address. From 1 to 20, and at most `strikes` and `withinDays`.
     * @default 3
     */
    readonly onDays: number;
    /**
     * Whether a delivery to the address resets its strikes. Requires Delivery events. There is one for almost every
     * email, and the function for volume events uses half a DynamoDB read unit for each. A soft bounce that is
     * processed more than a day late is then no strike, because a delivery since then may not have been noticed.
     * @default false
     */
    readonly endedByDelivery: boolean;
    /**
     * Number of days that the suppression lasts, from the last strike. From 1 to 365.
     * @default 30
     */
    readonly suppressDays: number;
  };
  /** When permanent bounces that are the recipient's fault suppress an address permanently. */
  readonly hard: {
    /**
     * Number of days that the first such bounce suppresses the address. A bounce after that, within a year, suppresses
     * it permanently. With 0, the first one does. From 0 to 30.
     * @default 0
     */
    readonly firstDays: number;
    /**
     * Number of hours that a permanent bounce suppresses an address if it arrived during an outage of its provider (rule `provider-outage`).
     * One after the outage suppresses permanently. With 0, each does. From 0 to 720.
     * @default 72
     */
    readonly incidentHours: number;
  };
  /**
   * Number of days that an address stays suppressed after a permanent bounce in which the server refuses the sender, for
   * example because of a block list. The block ends, and the address remains valid. From 1 to 365.
   * @default 14
   */
  readonly policyBlockDays: number;
  /** Number of days of the other suppressions that end. SES's own entry for the address is deleted then. */
  readonly suppressDays: {
    /**
     * After a permanent bounce in which the server refuses the message, for its content or its size. From 1 to 365.
     * @default 1
     */
    readonly message: number;
    /**
     * After a permanent bounce for a reason that ends by itself, such as a full mailbox. It is also a strike. From 1 to
     * 365.
     * @default 3
     */
    readonly temporary: number;
    /**
     * After SES refused to send, because the address bounced for another SES customer. SES forgets such an address after
     * 14 days at most. From 1 to 365.
     * @default 14
     */
    readonly globalList: number;
    /**
     * After a complaint that any of several recipients may have made. From 1 to 365.
     * @default 30
     */
    readonly suspectedComplaint: number;
  };
  /**
   * Number of hours that an address of the mailbox simulator stays suppressed. Afterwards the next test run can use the
   * address again. From 1 to 24.
   * @default 1
   */
  readonly simulatorHours: number;
  /**
   * Verified domains of the account. SES does not count emails to them and to their subdomains in any rate, so they are
   * not counted here either.
   * @default []
   */
  readonly ownDomains: readonly string[];
  /**
   * Names of message tags whose values become scopes with rates of their own, in addition to the account, the
   * identities, the configuration sets and the tenants. At most 4.
   * @default []
   */
  readonly scopeTags: readonly string[];
  /**
   * A rate that is significantly above its threshold raises an alarm. The alarms on SES's own rates use the thresholds of
   * AWS where those are lower. Gmail asks senders to stay below 0.001 and never reach 0.003.
   * @default {"bounceRate":0.05,"complaintRate":0.001}
   */
  readonly reviewThresholds: RateThresholds;
  /**
   * Once a rate has reached its review threshold, notices state the headroom to its pause threshold. A rate that is left
   * out has the pause threshold of AWS (0.1 for bounces, 0.005 for complaints), or twice its review threshold if that is
   * higher.
   * @default {}
   */
  readonly pauseThresholds: PartialRateThresholds;
  /**
   * Thresholds for single scopes, by the name of the scope: `account`, `identity:<domain>`, `configuration-set:<name>`,
   * `tenant:<name>` or `tag:<name>=<value>`.
   * @default {}
   */
  readonly scopes: ThresholdSettings['scopes'];
  /**
   * The shares of the review threshold at which SES's own rates, as CloudWatch reports them, raise an alarm. From 0.1
   * to 1.
   * @default {"approaching":0.6,"critical":0.9}
   */
  readonly headroom: {
    /** @default 0.6 */
    readonly approaching: number;
    /** @default 0.9 */
    readonly critical: number;
  };
  /** Whether and when the sending of a configuration set or a tenant is paused automatically. */
  readonly autoPause: {
    /**
     * Whether to pause the sending of a configuration set or a tenant when one of its rates becomes critical. An operator must
     * resume it manually.
     * @default false
     */
    readonly enabled: boolean;
    /**
     * Number of emails that a configuration set or a tenant must have sent since its rate began to rise, before it can be paused.
     * At least 1000.
     * @default 1000
     */
    readonly minSends: number;
  };
  /** Whether feedback and Send events that SES counts, and that do not arrive, raise an alarm. */
  readonly missingFeedback: {
    /** @default true */
    readonly enabled: boolean;
    /**
     * The share of what SES counts in this account and Region that must arrive. Lower it if others send from the
     * account, or set `enabled` to false. From 0.05 to 0.95.
     * @default 0.8
     */
    readonly minShare: number;
  };
  /**
   * Scopes whose rates are published to CloudWatch, in addition to the account. Each one costs about 0.90 US dollars a
   * month. At most 20.
   * @default []
   */
  readonly metricScopes: readonly string[];
  /**
   * The source of the number of sends: `events` counts Send events; `ses` takes the number for the account from SES's
   * own statistics in CloudWatch.
   * @default "events"
   */
  readonly sendsFrom: 'events' | 'ses';
  /**
   * Which suppressions are written to the SES account suppression list, and in which Regions.
   * @see https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html
   */
  readonly accountList: {
    /**
     * `missing` adds what SES does not add itself, such as manual suppressions. `always` adds every address that is
     * suppressed permanently, also those that SES lists already: SES then forgets for which email it did. With `off`,
     * the stack does not change the list. Only the command `release` does: it removes the addresses that it releases.
     * @default "missing"
     */
    readonly mode: 'always' | 'missing' | 'off';
    /**
     * Further Regions whose lists are written, in addition to the Region of the stack. At most 3.
     * @default []
     */
    readonly regions: readonly string[];
  };
  /**
   * Which SES tenants have a suppression list of their own. SES decides that by the `SuppressionScope` of the tenant, which no bounce or
   * complaint names: `doctor` compares the two.
   * @see https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list-tenant-level.html
   */
  readonly tenants: {
    /**
     * Names of the tenants whose `SuppressionScope` at SES is `TENANT`, or `*` for all tenants. Their bounces and complaints suppress
     * addresses for that tenant only. Those of other tenants suppress for the whole account.
     * @default []
     */
    readonly ownLists: readonly string[];
    /**
     * What suppresses an address for the whole account although it happened to a tenant with its own list: `hard` (the mailbox does not
     * exist) and `complaint`.
     * @default []
     */
    readonly sharedReasons: readonly ('hard' | 'complaint')[];
  };
  /** How the relay delivers inbound email. Without the relay, it has no effect. */
  readonly relay: RelayPolicy;
  /**
   * Whether each change of an address's status is published to the stack's status topic, for applications that act on
   * it. The topic exists only if this is set when the stack is deployed.
   * @default false
   */
  readonly publishStatusChanges: boolean;
  /**
   * Whether the stack remembers for one to two months which addresses emails were delivered to, three bytes for each address.
   * It then finds within minutes that a provider refuses addresses that exist (an outage), and distinguishes that from a
   * bad list. SES has to publish Delivery events. docs/deploy.md has the cost.
   * @default false
   */
  readonly rememberDeliveries: boolean;
  /**
   * IDs of accounts that send on behalf of this account (sending authorization). Feedback from any other account is
   * ignored.
   * @default []
   */
  readonly allowedAccounts: readonly string[];
};

// The schema must read exactly the settings of a policy. Compared as readonly, because a policy is readonly.
type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;
type Output = DeepReadonly<z.infer<typeof policySchema>>;
undefined as unknown as Output satisfies Policy;
undefined as unknown as Policy satisfies Output;

/**
 * The policy with the default of every setting. The defaults suit transactional email.
 *
 * @example classify(event, defaultPolicy)
 */
// Marked pure, so that a bundle that does not use it does not parse it at every start.
// Stryker disable next-line ObjectLiteral,BooleanLiteral: the option changes only the speed
export const defaultPolicy: Policy = /* @__PURE__ */ z.parse(policySchema, {}, { jitless: true });

/**
 * Validates a policy and adds the defaults. An unknown setting is an error, because it would have no effect.
 *
 * @throws Error that names each invalid setting and what is allowed. For a setting with a name of an earlier version it
 * gives the new name.
 * @example readPolicy({ soft: { strikes: 3 } }).soft // { strikes: 3, withinDays: 30, onDays: 3, … }
 */
export function readPolicy(value: unknown): Policy {
  // A process reads one policy: compiling the schema first would take longer than parsing without it.
  // Stryker disable next-line ObjectLiteral,BooleanLiteral: the option changes only the speed
  const result = policySchema.safeParse(value, { jitless: true });
  if (result.success) return result.data;
  const renamed = describeRenamedSettings(value);
  const problems = renamed.length > 0 ? renamed : describeIssues(result.error, 'the policy');
  throw new Error(`The policy is not valid: ${problems.join('; ')}.`);
}
