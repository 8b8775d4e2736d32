import * as z from 'zod/mini';
import { describeIssues } from '../../shared/domain/schema-errors.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const tableName = z.string().check(z.regex(/^[a-zA-Z0-9_.-]{3,255}$/, 'not the name of a DynamoDB table'));

const schema = z.object({
  /** Table of suppressed addresses. */
  SUPPRESSIONS_TABLE: tableName,
  /** Table of counters. */
  REPUTATION_TABLE: tableName,
  /** Topics that are ours, with commas: their names, if they are in the function's own account, or their ARNs. Empty: the topic is not checked. */
  TOPICS: z._default(z.string(), ''),
  /** `json` for CloudWatch, `text` for a terminal. */
  LOG_FORMAT: z._default(z.enum(['json', 'text']), 'json'),
});

const reputationSchema = z.object({
  REPUTATION_TABLE: tableName,
  /** Topic of the alarms: its ARN, or its name if it is in the function's own account; empty: notices are printed. */
  ALARM_TOPIC: z
    .string()
    .check(z.regex(/^(arn:[^:]+:sns:[^:]+:\d{12}:)?[\w-]{0,256}$/, 'not the name or ARN of an SNS topic')),
  LOG_FORMAT: z._default(z.enum(['json', 'text']), 'json'),
  /** Name of the queue of volume events; empty: there is none to wait for. */
  VOLUME_QUEUE: z._default(z.string(), ''),
  /** Name of the stack: where CloudWatch has its metrics, and what the commands of notices name. */
  STACK: z._default(z.string().check(z.minLength(1)), 'ses-feedback'),
});

const accountListSchema = z.object({
  SUPPRESSIONS_TABLE: tableName,
  REPUTATION_TABLE: tableName,
  /** Where files for SES's import jobs are put: the name of the bucket, without account and Region. */
  IMPORT_BUCKET: z.string().check(z.minLength(1)),
  LOG_FORMAT: z._default(z.enum(['json', 'text']), 'json'),
  STACK: z._default(z.string().check(z.minLength(1)), 'ses-feedback'),
});

/** What the functions that take feedback are told by their environment variables, checked. */
export type FeedbackEnvironment = {
  readonly suppressionsTable: string;
  readonly reputationTable: string;
  /** Names or ARNs. */
  readonly topics?: readonly string[];
  readonly logFormat: 'json' | 'text';
};

/** The same of the function that looks at the rates. */
export type ReputationEnvironment = {
  readonly reputationTable: string;
  readonly alarmTopic: string;
  readonly logFormat: 'json' | 'text';
  readonly volumeQueue?: string;
  readonly stack: string;
};

/** The same of the functions that tell and read SES's own list. */
export type AccountListEnvironment = {
  readonly suppressionsTable: string;
  readonly reputationTable: string;
  readonly importBucket: string;
  readonly logFormat: 'json' | 'text';
  readonly stack: string;
};

/**
 * Reads what serverless.yml gives the functions.
 * @throws Error that names each variable that is missing or wrong
 */
export function readFeedbackEnvironment(variables: Variables): FeedbackEnvironment {
  const { SUPPRESSIONS_TABLE, REPUTATION_TABLE, TOPICS, LOG_FORMAT } = check(schema, variables);
  const topics = TOPICS.split(',').flatMap((topic) => topic.trim() || []);
  return {
    suppressionsTable: SUPPRESSIONS_TABLE,
    reputationTable: REPUTATION_TABLE,
    ...(topics.length > 0 && { topics }),
    logFormat: LOG_FORMAT,
  };
}

/** @throws Error that names each variable that is missing or wrong */
export function readReputationEnvironment(variables: Variables): ReputationEnvironment {
  const { REPUTATION_TABLE, ALARM_TOPIC, LOG_FORMAT, VOLUME_QUEUE, STACK } = check(reputationSchema, variables);
  return {
    reputationTable: REPUTATION_TABLE,
    alarmTopic: ALARM_TOPIC,
    logFormat: LOG_FORMAT,
    stack: STACK,
    ...(VOLUME_QUEUE !== '' && { volumeQueue: VOLUME_QUEUE }),
  };
}

/** @throws Error that names each variable that is missing or wrong */
export function readAccountListEnvironment(variables: Variables): AccountListEnvironment {
  const { SUPPRESSIONS_TABLE, REPUTATION_TABLE, IMPORT_BUCKET, LOG_FORMAT, STACK } = check(
    accountListSchema,
    variables,
  );
  return {
    suppressionsTable: SUPPRESSIONS_TABLE,
    reputationTable: REPUTATION_TABLE,
    importBucket: IMPORT_BUCKET,
    logFormat: LOG_FORMAT,
    stack: STACK,
  };
}

function check<Value>(expected: z.ZodMiniType<Value>, variables: Variables): Value {
  const result = expected.safeParse(variables, { jitless: true });
  if (result.success) return result.data;
  const faults = describeIssues(result.error);
  throw new Error(
    `The function's environment is not complete: ${faults.join('; ')}. See "environment" in serverless.yml.`,
  );
}
