import * as z from 'zod/mini';
import { normaliseDomain } from '../address.ts';
import type { Policy } from './policy.ts';
import { awsThresholds, thresholdsFor } from './thresholds.ts';

const days = z.int().check(z.minimum(1), z.maximum(365));

/** As keys hold it: `Bücher.example` is `xn--bcher-kva.example` there. */
const domainSchema = z.pipe(
  z.string().check(z.refine((text) => normaliseDomain(text) !== undefined, 'not a domain')),
  z.transform((text) => normaliseDomain(text) ?? text),
);

const softSchema = z
  .strictObject({
    strikes: z._default(z.int().check(z.minimum(1), z.maximum(20)), 5),
    withinDays: z._default(z.int().check(z.minimum(1), z.maximum(30)), 30),
    onDays: z._default(z.int().check(z.minimum(1), z.maximum(20)), 3),
    endedByDelivery: z._default(z.boolean(), false),
    suppressDays: z._default(days, 30),
  })
  .check(
    z.refine((soft) => soft.onDays <= soft.strikes && soft.onDays <= soft.withinDays, {
      error: 'onDays can be larger than neither strikes nor withinDays, or nobody would ever be suppressed',
      path: ['onDays'],
    }),
  );

const share = z.number().check(z.minimum(0.00001), z.maximum(0.5));

const reviewThresholds = z.strictObject({
  bounceRate: z._default(share, awsThresholds.review.bounceRate),
  complaintRate: z._default(share, awsThresholds.review.complaintRate),
});
const someLines = z.partial(z.strictObject({ bounceRate: share, complaintRate: share }));

const ownLines = z.strictObject({
  reviewThresholds: z.prefault(someLines, {}),
  pauseThresholds: z.prefault(someLines, {}),
});

const scopeName = z
  .string()
  .check(
    z.regex(
      /^(?=.{1,120}$)(account|(identity|configuration-set|tenant|tag):.+)$/,
      'not a scope: account, identity:<domain>, configuration-set:<name>, tenant:<name> or tag:<name>=<value>',
    ),
  );

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

const autoPause = z.strictObject({
  enabled: z._default(z.boolean(), false),
  minSends: z._default(z.int().check(z.minimum(1000)), 1000),
});

const accountList = z.strictObject({
  mode: z._default(z.enum(['always', 'missing', 'off']), 'always'),
  regions: z._default(z.array(z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'not a Region'))), []).check(
    z.maxLength(3),
    z.refine((regions) => new Set(regions).size === regions.length, 'names a Region twice'),
  ),
});

const shape = z.strictObject({
  soft: z.prefault(softSchema, {}),
  policyBlockDays: z._default(days, 14),
  simulatorHours: z._default(z.int().check(z.minimum(1), z.maximum(24)), 1),
  ownDomains: z._default(z.array(domainSchema), []),
  scopeTags: z._default(z.array(z.string().check(z.minLength(1))).check(z.maxLength(4)), []),
  reviewThresholds: z.prefault(reviewThresholds, {}),
  pauseThresholds: z.prefault(someLines, {}),
  scopes: z._default(z.record(scopeName, ownLines), {}),
  headroom: z.prefault(headroom, {}),
  autoPause: z.prefault(autoPause, {}),
  metricScopes: z._default(z.array(scopeName).check(z.maxLength(20)), []),
  sendsFrom: z._default(z.enum(['events', 'ses']), 'events'),
  accountList: z.prefault(accountList, {}),
  allowedAccounts: z._default(z.array(z.string().check(z.regex(/^\d{12}$/, 'not a 12-digit account id'))), []),
});

/** Bounds and defaults of a {@link Policy}, which says what each setting is. */
export const policySchema = shape.check(
  z.superRefine((policy, context) => {
    // No scope is called '': it has the lines of all.
    for (const scope of ['', ...Object.keys(policy.scopes)]) {
      const { review, pause } = thresholdsFor(policy, scope);
      for (const rate of ['bounceRate', 'complaintRate'] as const) {
        if (review[rate] < pause[rate]) continue;
        context.addIssue({
          // Stryker disable next-line StringLiteral: whatever it is called, it is told by its message
          code: 'custom',
          message: 'the review line has to be below the pause line',
          path: scope === '' ? ['reviewThresholds', rate] : ['scopes', scope, 'reviewThresholds', rate],
        });
      }
    }
  }),
);

// A policy has what the schema reads, all of it and nothing else. Compared readonly, as a policy is.
type Read<T> = T extends object ? { readonly [Key in keyof T]: Read<T[Key]> } : T;
type Output = Read<z.infer<typeof shape>>;
undefined as unknown as Output satisfies Policy;
undefined as unknown as Policy satisfies Output;
