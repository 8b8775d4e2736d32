import * as z from 'zod/mini';
import { normaliseDomain } from './address.ts';
import { describeFaults } from './schema-fault.ts';

const days = z.int().check(z.minimum(1), z.maximum(365));

/** As keys hold it: `Bücher.example` is `xn--bcher-kva.example` there. */
const domainSchema = z.pipe(
  z.string().check(z.refine((text) => normaliseDomain(text) !== undefined, 'not a domain')),
  z.transform((text) => normaliseDomain(text) ?? text),
);

const softSchema = z
  .strictObject({
    /** Soft bounces until the address is suppressed. */
    strikes: z._default(z.int().check(z.minimum(1), z.maximum(20)), 5),
    /** …all of them within this many days… (at most 30: older mail gives no strike) */
    withinDays: z._default(z.int().check(z.minimum(1), z.maximum(30)), 30),
    /** …and on at least this many different days (UTC), so one bad afternoon of a mail server suppresses nobody. */
    onDays: z._default(z.int().check(z.minimum(1), z.maximum(20)), 3),
    /** Whether a delivery ends the streak. Needs Delivery events, which are as many as mails: the volume function reads half a unit each. */
    endedByDelivery: z._default(z.boolean(), false),
    /** How long the suppression lasts, from the last strike. */
    suppressDays: z._default(days, 30),
  })
  .check(
    z.refine((soft) => soft.onDays <= soft.strikes && soft.onDays <= soft.withinDays, {
      error: 'onDays can be larger than neither strikes nor withinDays, or nobody would ever be suppressed',
      path: ['onDays'],
    }),
  );

/** A share of what was sent: 0.05 is 5 %. */
const share = z.number().check(z.minimum(0.00001), z.maximum(0.5));

/** Where SES puts an account under review: https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html */
const reviewLines = z.strictObject({
  bounceRate: z._default(share, 0.05),
  complaintRate: z._default(share, 0.001),
});

const policySchema = z.strictObject({
  /** When soft bounces suppress. */
  soft: z.prefault(softSchema, {}),
  /** How long a bounce that says something of the sender (blocked, listed) suppresses: the block ends, the address lives on. */
  policyBlockDays: z._default(days, 14),
  /** How long the mailbox simulator's addresses stay suppressed, so that the next test run can use them again. */
  simulatorHours: z._default(z.int().check(z.minimum(1), z.maximum(24)), 1),
  /** Our own verified domains, subdomains included. SES counts mail to them in no rate; neither do we. */
  ownDomains: z._default(z.array(domainSchema), []),
  /** Names of message tags that get rates of their own, beside account, identity, configuration set and tenant. */
  scopeTags: z._default(z.array(z.string().check(z.minLength(1))).check(z.maxLength(4)), []),
  /** The lines the alarms on the rates watch. (Gmail asks to stay below 0.1 % and never to reach 0.3 % of complaints.) */
  reviewLines: z.prefault(reviewLines, {}),
  /** Accounts that send on our behalf (sending authorization). Feedback of any other account is not ours. */
  delegates: z._default(z.array(z.string().check(z.regex(/^\d{12}$/, 'not a 12-digit account id'))), []),
});

/** What is done about feedback. One value, all of it in `policy.json`; what is left out there has the default of its comment here. */
export type Policy = z.infer<typeof policySchema>;

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
  throw new Error(`The policy is not valid: ${describeFaults(result.error).join('; ')}.`);
}
