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

/** Where SES puts an account under review, and where it may pause it: https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html */
export const awsLines = {
  review: { bounceRate: 0.05, complaintRate: 0.001 },
  pause: { bounceRate: 0.1, complaintRate: 0.005 },
} as const;

const reviewLines = z.strictObject({
  bounceRate: z._default(share, awsLines.review.bounceRate),
  complaintRate: z._default(share, awsLines.review.complaintRate),
});
const someLines = z.partial(z.strictObject({ bounceRate: share, complaintRate: share }));

/** Lines of one scope that differ from those of all. */
const ownLines = z.strictObject({
  reviewLines: z.prefault(someLines, {}),
  pauseLines: z.prefault(someLines, {}),
});

/** As {@link scopesOf} names them. */
const scopeName = z
  .string()
  .check(
    z.regex(
      /^(?=.{1,120}$)(account|(identity|configuration-set|tenant|tag):.+)$/,
      'not a scope: account, identity:<domain>, configuration-set:<name>, tenant:<name> or tag:<name>=<value>',
    ),
  );

/** When SES's own rates, as CloudWatch has them, are near the review line: shares of it. */
const headroom = z
  .strictObject({
    approaching: z._default(z.number().check(z.minimum(0.1), z.maximum(1)), 0.6),
    critical: z._default(z.number().check(z.minimum(0.1), z.maximum(1)), 0.9),
  })
  .check(
    z.refine(({ approaching, critical }) => approaching < critical, {
      error: 'approaching has to be below critical',
      path: ['approaching'],
    }),
  );

const brake = z.strictObject({
  /** Whether a configuration set whose rate turns critical is paused. Sending has to be resumed by hand. */
  pauseOnCritical: z._default(z.boolean(), false),
  /** …but not before it has sent so many mails in the time the excess has grown. */
  atLeastSends: z._default(z.int().check(z.minimum(1000)), 1000),
});

/** SES's account-level suppression list: https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html */
const accountList = z.strictObject({
  /** `always`: whom we suppress for good is put on it. `missing`: not where SES does so by itself. `off`: only a release is told it, by the command itself. */
  mode: z._default(z.enum(['always', 'missing', 'off']), 'always'),
  /** Regions whose lists are written to beside that of the stack's own Region. */
  regions: z._default(z.array(z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'not a Region'))), []).check(
    z.maxLength(3),
    z.refine((regions) => new Set(regions).size === regions.length, 'names a Region twice'),
  ),
});

const shape = z.strictObject({
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
  /** The lines the alarms on the sending watch; SES's own rates are held against AWS's in any case. Gmail asks never to reach 0.3 % of complaints. */
  reviewLines: z.prefault(reviewLines, {}),
  /** The second line, which notices measure the headroom to once the first is reached. AWS's 10 % and 0.5 %, or twice a higher review line. */
  pauseLines: z.prefault(someLines, {}),
  /** Scopes with lines of their own. */
  scopes: z._default(z.record(scopeName, ownLines), {}),
  headroom: z.prefault(headroom, {}),
  brake: z.prefault(brake, {}),
  /** Scopes that have their rates in CloudWatch, beside the account: each costs some two dollars a month. */
  metricScopes: z._default(z.array(scopeName).check(z.maxLength(20)), []),
  /** Where the number of sends comes from: Send events, or for the account alone SES's own statistics in CloudWatch. */
  sendsFrom: z._default(z.enum(['events', 'ses']), 'events'),
  /** What SES's own list is told of whom we suppress, and where. */
  accountList: z.prefault(accountList, {}),
  /** Accounts that send on our behalf (sending authorization). Feedback of any other account is not ours. */
  delegates: z._default(z.array(z.string().check(z.regex(/^\d{12}$/, 'not a 12-digit account id'))), []),
});

const policySchema = shape.check(
  z.superRefine((policy, context) => {
    // No scope is called '': it has the lines of all.
    for (const scope of ['', ...Object.keys(policy.scopes)]) {
      const { review, pause } = linesOf(policy, scope);
      for (const rate of ['bounceRate', 'complaintRate'] as const) {
        if (review[rate] < pause[rate]) continue;
        context.addIssue({
          // Stryker disable next-line StringLiteral: whatever it is called, it is told by its message
          code: 'custom',
          message: 'the review line has to be below the pause line',
          path: scope === '' ? ['reviewLines', rate] : ['scopes', scope, 'reviewLines', rate],
        });
      }
    }
  }),
);

/** What is done about feedback. One value, all of it in `policy.json`; what is left out there has the default of its comment here. */
export type Policy = z.infer<typeof shape>;

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

type Lines = { readonly bounceRate: number; readonly complaintRate: number };

/** The lines of one scope: its own where it has some, those of all for the rest. */
export function linesOf(
  { reviewLines, pauseLines, scopes }: Pick<Policy, 'reviewLines' | 'pauseLines' | 'scopes'>,
  scope: string,
): { readonly review: Lines; readonly pause: Lines } {
  const own = Object.hasOwn(scopes, scope) ? scopes[scope] : undefined;
  const reviewOf = (rate: keyof Lines) => own?.reviewLines[rate] ?? reviewLines[rate];
  const pauseOf = (rate: keyof Lines) =>
    own?.pauseLines[rate] ?? pauseLines[rate] ?? Math.max(awsLines.pause[rate], 2 * reviewOf(rate));
  return {
    review: { bounceRate: reviewOf('bounceRate'), complaintRate: reviewOf('complaintRate') },
    pause: { bounceRate: pauseOf('bounceRate'), complaintRate: pauseOf('complaintRate') },
  };
}
