import * as z from 'zod/mini';
import { normaliseDomain } from '../shared/feedback/address.ts';
import { describeFaults } from '../shared/feedback/schema-fault.ts';

const domain = z.string().check(z.refine((text) => normaliseDomain(text) !== undefined, 'not a domain'));
const optional = <Schema extends z.ZodMiniType>(schema: Schema) => z.union([z.literal(''), schema]);
const number = (least: number, below: number, message: string) =>
  z.pipe(
    z.transform((value) => (value === '' ? '' : Number(value))),
    z.union([z.literal(''), z.number().check(z.minimum(least), z.lt(below))], message),
  );
const topics = z.pipe(
  z.transform((value) =>
    String(value)
      .split(',')
      .flatMap((arn) => arn.trim() || []),
  ),
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
  alarmEmail: optional(z.email('not an e-mail address')),
  identity: optional(z.union([z.email(), domain], 'neither a domain nor an address')),
  mailFrom: optional(domain),
  bounceTopics: topics,
  complaintTopics: topics,
  volumeTopics: topics,
  encryptionKey: z.union(
    [z.enum(['aws', 'create']), z.string().check(z.regex(/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/))],
    'neither aws, nor create, nor the ARN of a KMS key',
  ),
  tables: z.enum(['create', 'use'], 'neither create nor use'),
  dailySendsAbove: number(1, Number.POSITIVE_INFINITY, 'not a number of mails'),
  bounceRateAbove: number(0.0001, 0.05, "not a share below AWS's line of 0.05 (0.03 is 3 %)"),
  onRemoval: z.enum(['Retain', 'Delete'], 'neither Retain nor Delete'),
  deletionProtection: z.pipe(
    z.transform((value) => String(value)),
    z.enum(['true', 'false'], 'neither true nor false'),
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
    const own = identity.slice(identity.lastIndexOf('@') + 1);
    if (mailFrom !== '' && identity === '') contradiction('mailFrom', 'is of an identity, and none is given');
    else if (mailFrom !== '' && !mailFrom.endsWith(`.${own}`)) contradiction('mailFrom', `not a subdomain of ${own}`);
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
    `The parameters are not right: ${describeFaults(result.error).join('; ')}. See "params" in serverless.yml.`,
  );
}
