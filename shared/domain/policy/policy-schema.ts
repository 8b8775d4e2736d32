import * as z from 'zod/mini';
import { normalizeDomain } from '../address.ts';
import { awsThresholds, thresholdsFor } from './thresholds.ts';

const days = z.int().check(z.minimum(1), z.maximum(365));

/** Converts a domain to the form that address keys contain: `Bücher.example` becomes `xn--bcher-kva.example`. */
const domain = z.pipe(
  z.string().check(z.refine((text) => normalizeDomain(text) !== undefined, 'must be a domain, such as example.com')),
  z.transform((text) => normalizeDomain(text) ?? text),
);

/** Returns a schema for these settings. An unknown setting is an error that lists the valid ones. */
function settings<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  // Of the errors that an object can have, only unknown settings are described with this text.
  return z.strictObject(shape, { error: () => `valid settings: ${Object.keys(shape).join(', ')}` });
}

const soft = settings({
  strikes: z._default(z.int().check(z.minimum(1), z.maximum(20)), 5),
  withinDays: z._default(z.int().check(z.minimum(1), z.maximum(365)), 150),
  onDays: z._default(z.int().check(z.minimum(1), z.maximum(20)), 3),
  endedByDelivery: z._default(z.boolean(), false),
  suppressDays: z._default(days, 30),
}).check(
  z.refine(({ strikes, withinDays, onDays }) => onDays <= strikes && onDays <= withinDays, {
    error: 'must be at most strikes and at most withinDays, because a higher value would never suppress an address',
    path: ['onDays'],
  }),
);

const rate = z.number().check(z.minimum(0.00001), z.maximum(0.5));

const reviewThresholds = settings({
  bounceRate: z._default(rate, awsThresholds.review.bounceRate),
  complaintRate: z._default(rate, awsThresholds.review.complaintRate),
});
const partialThresholds = z.partial(settings({ bounceRate: rate, complaintRate: rate }));

const scopeThresholds = settings({
  reviewThresholds: z.prefault(partialThresholds, {}),
  pauseThresholds: z.prefault(partialThresholds, {}),
});

const scopeName = z
  .string()
  .check(
    z.regex(
      /^(?=.{1,120}$)(account|(identity|configuration-set|tenant|tag):.+)$/,
      'must be a scope of at most 120 characters: ' +
        'account, identity:<domain>, configuration-set:<name>, tenant:<name> or tag:<name>=<value>',
    ),
  );

const headroom = settings({
  approaching: z._default(z.number().check(z.minimum(0.1), z.maximum(1)), 0.6),
  critical: z._default(z.number().check(z.minimum(0.1), z.maximum(1)), 0.9),
}).check(
  z.refine(({ approaching, critical }) => approaching < critical, {
    error: 'must be lower than headroom.critical',
    path: ['approaching'],
  }),
);

const autoPause = settings({
  enabled: z._default(z.boolean(), false),
  minSends: z._default(z.int().check(z.minimum(1000)), 1000),
});

const missingFeedback = settings({
  enabled: z._default(z.boolean(), true),
  minShare: z._default(z.number().check(z.minimum(0.05), z.maximum(0.95)), 0.8),
});

const region = z
  .string()
  .check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be the name of an AWS Region, such as eu-west-1'));

const accountList = settings({
  mode: z._default(z.enum(['always', 'missing', 'off']), 'missing'),
  regions: z._default(z.array(region), []).check(
    z.maxLength(3),
    z.refine((regions) => new Set(regions).size === regions.length, 'must not contain a Region twice'),
  ),
});

const tenantName = z
  .string()
  .check(z.regex(/^(\*|[\w-]{1,64})$/, 'must be the name of an SES tenant, or * for all of them'));

const tenants = settings({
  ownLists: z._default(z.array(tenantName), []),
  sharedReasons: z._default(z.array(z.enum(['hard', 'complaint'])), []),
});

const scanPolicy = z._default(z.enum(['drop', 'tag', 'pass']), 'tag');

const relay = settings({
  tries: z._default(z.int().check(z.minimum(1), z.maximum(10)), 3),
  unreachableHours: z._default(z.int().check(z.minimum(1), z.maximum(96)), 24),
  spam: scanPolicy,
  virus: scanPolicy,
});

const accountId = z.string().check(z.regex(/^\d{12}$/, 'must be an AWS account ID of 12 digits'));

const hard = settings({
  firstDays: z._default(z.int().check(z.minimum(0), z.maximum(30)), 0),
  incidentHours: z._default(z.int().check(z.minimum(0), z.maximum(720)), 72),
});

const suppressDays = settings({
  message: z._default(days, 1),
  temporary: z._default(days, 3),
  globalList: z._default(days, 14),
  suspectedComplaint: z._default(days, 30),
});

const shape = settings({
  soft: z.prefault(soft, {}),
  hard: z.prefault(hard, {}),
  policyBlockDays: z._default(days, 14),
  suppressDays: z.prefault(suppressDays, {}),
  simulatorHours: z._default(z.int().check(z.minimum(1), z.maximum(24)), 1),
  ownDomains: z._default(z.array(domain), []),
  scopeTags: z._default(z.array(z.string().check(z.minLength(1))).check(z.maxLength(4)), []),
  reviewThresholds: z.prefault(reviewThresholds, {}),
  pauseThresholds: z.prefault(partialThresholds, {}),
  scopes: z._default(z.record(scopeName, scopeThresholds), {}),
  headroom: z.prefault(headroom, {}),
  autoPause: z.prefault(autoPause, {}),
  missingFeedback: z.prefault(missingFeedback, {}),
  metricScopes: z._default(z.array(scopeName).check(z.maxLength(20)), []),
  sendsFrom: z._default(z.enum(['events', 'ses']), 'events'),
  accountList: z.prefault(accountList, {}),
  tenants: z.prefault(tenants, {}),
  relay: z.prefault(relay, {}),
  publishStatusChanges: z._default(z.boolean(), false),
  rememberDeliveries: z._default(z.boolean(), false),
  allowedAccounts: z._default(z.array(accountId), []),
});

/** Limits and defaults of the settings. The type `Policy` documents each setting. */
export const policySchema = shape.check(
  z.superRefine((policy, context) => {
    // No scope has the name '', so it stands for the general thresholds.
    for (const scope of ['', ...Object.keys(policy.scopes)]) {
      const { review, pause } = thresholdsFor(policy, scope);
      for (const name of ['bounceRate', 'complaintRate'] as const) {
        if (review[name] < pause[name]) continue;
        context.addIssue({
          // Stryker disable next-line StringLiteral: the error shows only the message, not the code
          code: 'custom',
          message: `must be lower than the pause threshold, which is ${pause[name]}`,
          path: scope === '' ? ['reviewThresholds', name] : ['scopes', scope, 'reviewThresholds', name],
        });
      }
    }
  }),
);
