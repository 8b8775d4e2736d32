import * as z from 'zod/mini';
import policyFile from '../../policy.json' with { type: 'json' };
import { type Policy, readPolicy } from '../../shared/domain/policy/policy.ts';
import { describeIssues } from '../../shared/domain/schema-errors.ts';

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The options of every handler. The defaults are right in Lambda. */
export type HandlerOptions = {
  /** @default process.env */
  readonly variables?: Variables;
  /** @default policy.json, as bundled with the function */
  readonly policy?: Policy;
  /** Returns the current time in epoch milliseconds. @default Date.now */
  readonly clock?: () => number;
};

/**
 * Reads policy.json.
 *
 * @throws Error that names each invalid setting
 */
export function readPolicyFile(): Policy {
  return readPolicy(policyFile);
}

const tableName = z.string().check(z.regex(/^[a-zA-Z0-9_.-]{3,255}$/, 'not the name of a DynamoDB table'));
export const topicPattern = /^(arn:[^:]+:sns:[^:]+:\d{12}:)?[\w-]{0,256}$/;

export const suppressionsTable = {
  /** The table of suppression records. */
  SUPPRESSIONS_TABLE: tableName,
};

export const reputationTable = {
  /** The table of counters, alarms, leases and import jobs. */
  REPUTATION_TABLE: tableName,
};

const logging = {
  /** `json` for CloudWatch, `text` for a terminal. */
  LOG_FORMAT: z._default(z.enum(['json', 'text']), 'json'),
};

export const stackName = {
  /** The name of the stack: the namespace of its metrics in CloudWatch, and the stack named by commands in notices. */
  STACK: z._default(z.string().check(z.minLength(1)), 'ses-feedback'),
};

const feedbackVariables = z.pipe(
  z.object({
    ...suppressionsTable,
    ...reputationTable,
    ...logging,
    /**
     * The trusted topics, separated by commas: names, for topics in the function's own account, or ARNs. Empty: any
     * topic is trusted.
     */
    TOPICS: z._default(z.string(), ''),
    /**
     * The bucket for the memory of deliveries: the beginning of its name, before account and Region. Used only if the
     * policy remembers deliveries.
     */
    IMPORT_BUCKET: z._default(z.string(), ''),
  }),
  z.transform(({ SUPPRESSIONS_TABLE, REPUTATION_TABLE, LOG_FORMAT, TOPICS, IMPORT_BUCKET }) => ({
    suppressionsTable: SUPPRESSIONS_TABLE,
    reputationTable: REPUTATION_TABLE,
    logFormat: LOG_FORMAT,
    importBucket: IMPORT_BUCKET,
    topics: TOPICS.split(',').flatMap((topic) => topic.trim() || []),
  })),
);

const reputationVariables = z.pipe(
  z.object({
    ...reputationTable,
    ...logging,
    ...stackName,
    /**
     * The alarm topic: its ARN, or its name if it is in the function's own account. Empty: notices are written to the
     * log.
     */
    ALARM_TOPIC: z.string().check(z.regex(topicPattern, 'not the name or ARN of an SNS topic')),
    /** The name of the queue of volume events. Empty: the stack has none. */
    VOLUME_QUEUE: z._default(z.string(), ''),
  }),
  z.transform(({ REPUTATION_TABLE, LOG_FORMAT, STACK, ALARM_TOPIC, VOLUME_QUEUE }) => ({
    reputationTable: REPUTATION_TABLE,
    logFormat: LOG_FORMAT,
    stack: STACK,
    alarmTopic: ALARM_TOPIC,
    ...(VOLUME_QUEUE !== '' && { volumeQueue: VOLUME_QUEUE }),
  })),
);

const accountListVariables = z.pipe(
  z.object({
    ...suppressionsTable,
    ...reputationTable,
    ...logging,
    ...stackName,
    /** The bucket for the files of SES import jobs: the beginning of its name, before account and Region. */
    IMPORT_BUCKET: z.string().check(z.minLength(1)),
    /**
     * The topic of changes of status: its ARN, or its name if it is in the function's own account. Used only if the
     * policy publishes them.
     */
    STATUS_TOPIC: z._default(z.string().check(z.regex(topicPattern, 'not the name or ARN of an SNS topic')), ''),
  }),
  z.transform(({ SUPPRESSIONS_TABLE, REPUTATION_TABLE, LOG_FORMAT, STACK, IMPORT_BUCKET, STATUS_TOPIC }) => ({
    suppressionsTable: SUPPRESSIONS_TABLE,
    reputationTable: REPUTATION_TABLE,
    logFormat: LOG_FORMAT,
    stack: STACK,
    importBucket: IMPORT_BUCKET,
    statusTopic: STATUS_TOPIC,
  })),
);

/**
 * Reads the environment variables of the functions that process bounces, complaints and volume events.
 *
 * @throws Error that names each variable that is missing or invalid
 */
export const readFeedbackConfig = (variables: Variables) => readVariables(feedbackVariables, variables);

/**
 * Reads the environment variables of the function that evaluates the rates.
 *
 * @throws Error that names each variable that is missing or invalid
 */
export const readReputationConfig = (variables: Variables) => readVariables(reputationVariables, variables);

/**
 * Reads the environment variables of the functions that sync, publish and reconcile the SES account suppression list.
 *
 * @throws Error that names each variable that is missing or invalid
 */
export const readAccountListConfig = (variables: Variables) => readVariables(accountListVariables, variables);

/** @throws Error that names each variable that is missing or invalid */
export function readVariables<Config>(schema: z.ZodMiniType<Config>, variables: Variables): Config {
  const result = schema.safeParse(variables, { jitless: true });
  if (result.success) return result.data;
  const problems = describeIssues(result.error).join('; ');
  throw new Error(`Invalid environment variables: ${problems}. Set them under "environment" in serverless.yml.`);
}
