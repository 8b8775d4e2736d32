import * as z from 'zod/mini';
import { describeIssues } from '../../shared/domain/schema-errors.ts';
import { contradictionsOf, relayParameters } from './relay-parameters.ts';

const empty = z.literal('');
/** A domain as SES accepts it: internationalized labels in Punycode, no IP address in brackets, no trailing dot. */
const domain = z.string().check(z.regex(/^([\w-]+\.)+[a-z][a-z\d-]+$/i));
/** Not a union of Zod: its message depends on how many of its options fail, and can miss the one given here. */
const oneOf = (message: string, ...kinds: readonly z.ZodMiniType[]) =>
  z.string().check(z.refine((value) => kinds.some((kind) => kind.safeParse(value).success), message));
const optionalNumber = (message: string, isValid: (value: number) => boolean) =>
  z.pipe(
    // CloudFormation receives the text as it is, so a number that only JavaScript understands (0x10) is rejected.
    z.transform((value) => (value === '' ? '' : /^\d+(\.\d+)?$/.test(String(value)) ? Number(value) : Number.NaN)),
    z.union([empty, z.number().check(z.refine(isValid, message))], message),
  );
const topics = z.pipe(
  z.transform(splitList),
  z.array(
    z
      .string()
      .check(
        z.regex(
          /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/,
          'not the ARN of a standard topic (SES does not publish to FIFO topics)',
        ),
      ),
  ),
);

/** The retention times that CloudWatch Logs supports, in days. */
const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const shape = z.strictObject({
  alarmEmail: oneOf('not an email address', empty, z.email()),
  identity: oneOf('not a domain (verify a single address in the SES console)', empty, domain),
  mailFrom: oneOf('not a domain', empty, domain),
  bounceTopics: topics,
  complaintTopics: topics,
  volumeTopics: topics,
  encryptionKey: oneOf(
    'must be aws, create, or the ARN of a KMS key',
    z.enum(['aws', 'create']),
    z.string().check(z.regex(/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/)),
  ),
  tables: z.enum(['create', 'use']),
  dailySendsAbove: optionalNumber(
    'must be a whole number of emails above 0',
    (emails) => Number.isInteger(emails) && emails > 0,
  ),
  bounceRateAbove: optionalNumber(
    'must be above 0 and below the AWS review threshold of 0.05 (0.03 means 3 %)',
    (rate) => rate > 0 && rate < 0.05,
  ),
  ...relayParameters,
  removes: z.pipe(
    z.transform(splitList),
    z.array(z.string().check(z.regex(/^\w+$/, 'not the logical id of a resource'))),
  ),
  onRemoval: z.enum(['Retain', 'Delete']),
  deletionProtection: z.pipe(
    z.transform((value) => String(value)),
    z.enum(['true', 'false']),
  ),
  logRetentionInDays: z.pipe(
    z.transform((value) => Number(value)),
    z
      .number()
      .check(
        z.refine(
          (days) => logRetentions.includes(days),
          `CloudWatch Logs supports retention times of ${logRetentions.join(', ')} days`,
        ),
      ),
  ),
});

/** The parameters of a deployment, from serverless.yml and `--param`, after validation. */
export type Parameters = z.infer<typeof shape>;

const schema = shape.check(
  z.superRefine((parameters, context) => {
    const addIssue = (parameter: keyof Parameters, message: string) =>
      context.addIssue({ code: 'custom', path: [parameter], message });
    const { identity, mailFrom, onRemoval, deletionProtection } = parameters;
    // An email address is reported as an invalid identity already. Only its domain is repeated in a message.
    const identityDomain = identity.slice(identity.lastIndexOf('@') + 1).toLowerCase();
    if (mailFrom !== '' && identity === '') addIssue('mailFrom', 'requires the parameter identity');
    else if (mailFrom !== '' && !isMailFromOf(identityDomain, mailFrom.toLowerCase()))
      addIssue('mailFrom', `must be a subdomain of ${identityDomain} or of its parent domain`);
    if (onRemoval === 'Delete' && deletionProtection === 'true')
      addIssue('onRemoval', 'Delete requires deletionProtection: false, because protected tables cannot be deleted');
    for (const { parameter, message } of contradictionsOf(parameters)) addIssue(parameter, message);
    const streams = ['bounceTopics', 'complaintTopics', 'volumeTopics'] as const;
    for (const stream of streams) {
      const others = streams.filter((other) => other !== stream).flatMap((other) => parameters[other]);
      if (parameters[stream].some((topic) => others.includes(topic)))
        addIssue(
          stream,
          'contains a topic that another parameter lists as well; list each topic once, because every function accepts every event',
        );
    }
  }),
);

/** SES accepts a subdomain of the identity's domain or of the parent of that domain, but not the domain itself. */
function isMailFromOf(identityDomain: string, mailFrom: string): boolean {
  const parent = identityDomain.slice(identityDomain.indexOf('.') + 1);
  const domains = parent.includes('.') ? [identityDomain, parent] : [identityDomain];
  return mailFrom !== identityDomain && domains.some((each) => mailFrom.endsWith(`.${each}`));
}

/**
 * Validates the parameters of a deployment.
 * @throws Error that names every parameter that is unknown or invalid, or that contradicts another one
 */
export function readParameters(values: Readonly<Record<string, unknown>>): Parameters {
  const unknown = Object.keys(values).filter((name) => !(name in shape.shape));
  if (unknown.length > 0)
    throw new Error(
      `Unknown parameters: ${unknown.join(', ')}. The valid parameters are ${Object.keys(shape.shape).join(', ')}.`,
    );
  const result = schema.safeParse(values, { jitless: true });
  if (result.success) return result.data;
  throw new Error(`Invalid parameters: ${describeIssues(result.error).join('; ')}. See "params" in serverless.yml.`);
}

/** Splits a list with commas, which is the only kind of list that fits on the command line. */
function splitList(value: unknown): string[] {
  return String(value)
    .split(',')
    .flatMap((item) => item.trim() || []);
}
