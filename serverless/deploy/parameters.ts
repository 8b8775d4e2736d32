import * as z from 'zod/mini';
import { describeIssues } from '../../shared/domain/schema-errors.ts';

const none = z.literal('');
/** As SES takes it: IDNA labels in punycode, no literals, no root dot. */
const domain = z.string().check(z.regex(/^([\w-]+\.)+[a-z][a-z\d-]+$/i));
/** Not a union: of a part that fails zod tells its own fault, and of several none. */
const text = (message: string, ...kinds: readonly z.ZodMiniType[]) =>
  z.string().check(z.refine((value) => kinds.some((kind) => kind.safeParse(value).success), message));
const number = (message: string, isRight: (value: number) => boolean) =>
  z.pipe(
    // CloudFormation is given what stands here, so nothing that only JavaScript takes for a number.
    z.transform((value) => (value === '' ? '' : /^\d+(\.\d+)?$/.test(String(value)) ? Number(value) : Number.NaN)),
    z.union([none, z.number().check(z.refine(isRight, message))], message),
  );
const topics = z.pipe(
  z.transform(listOf),
  z.array(
    z
      .string()
      .check(
        z.regex(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/, 'not the ARN of a standard topic (SES takes no FIFO topics)'),
      ),
  ),
);

const logRetentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const shape = z.strictObject({
  alarmEmail: text('not an e-mail address', none, z.email()),
  identity: text('not a domain (an address is verified in the console of SES)', none, domain),
  mailFrom: text('not a domain', none, domain),
  bounceTopics: topics,
  complaintTopics: topics,
  volumeTopics: topics,
  encryptionKey: text(
    'neither aws, nor create, nor the ARN of a KMS key',
    z.enum(['aws', 'create']),
    z.string().check(z.regex(/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/)),
  ),
  tables: z.enum(['create', 'use']),
  dailySendsAbove: number('not a number of mails', (mails) => Number.isInteger(mails) && mails > 0),
  bounceRateAbove: number("not a share below AWS's line of 0.05 (0.03 is 3 %)", (share) => share > 0 && share < 0.05),
  removes: z.pipe(z.transform(listOf), z.array(z.string().check(z.regex(/^\w+$/, 'not the name of a resource')))),
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
        z.refine((days) => logRetentions.includes(days), `CloudWatch keeps logs for ${logRetentions.join(', ')} days`),
      ),
  ),
});

/** What a deployment is told in serverless.yml or with --param, checked. */
export type Parameters = z.infer<typeof shape>;

const schema = shape.check(
  z.superRefine((parameters, context) => {
    const contradiction = (path: keyof Parameters, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const { identity, mailFrom, onRemoval, deletionProtection } = parameters;
    // An address is told as such already, and is not repeated.
    const own = identity.slice(identity.lastIndexOf('@') + 1).toLowerCase();
    if (mailFrom !== '' && identity === '') contradiction('mailFrom', 'is of an identity, and none is given');
    else if (mailFrom !== '' && !isBelow(mailFrom.toLowerCase(), own))
      contradiction('mailFrom', `not a subdomain of ${own}, nor of its parent`);
    if (onRemoval === 'Delete' && deletionProtection === 'true')
      contradiction('onRemoval', 'Delete needs deletionProtection false: protected tables cannot be deleted');
    const streams = ['bounceTopics', 'complaintTopics', 'volumeTopics'] as const;
    for (const stream of streams) {
      const others = streams.filter((other) => other !== stream).flatMap((other) => parameters[other]);
      if (parameters[stream].some((topic) => others.includes(topic)))
        contradiction(stream, 'a topic belongs to one stream; any of the functions takes any event');
    }
  }),
);

/** SES takes a subdomain of the identity's domain, or of that one's parent, but not the domain itself. */
function isBelow(mailFrom: string, own: string): boolean {
  const parent = own.slice(own.indexOf('.') + 1);
  const domains = parent.includes('.') ? [own, parent] : [own];
  return mailFrom !== own && domains.some((domain) => mailFrom.endsWith(`.${domain}`));
}

/**
 * Checks the parameters of a deployment.
 * @throws Error that names each parameter that is unknown, wrong, or contradicts another
 */
export function readParameters(values: Readonly<Record<string, unknown>>): Parameters {
  const unknown = Object.keys(values).filter((name) => !(name in shape.shape));
  if (unknown.length > 0)
    throw new Error(`No such parameter: ${unknown.join(', ')}. There are ${Object.keys(shape.shape).join(', ')}.`);
  const result = schema.safeParse(values, { jitless: true });
  if (result.success) return result.data;
  throw new Error(
    `The parameters are not right: ${describeIssues(result.error).join('; ')}. See "params" in serverless.yml.`,
  );
}

/** One text, with commas: that is all the command line can give. */
function listOf(value: unknown): string[] {
  return String(value)
    .split(',')
    .flatMap((item) => item.trim() || []);
}
