import * as z from 'zod/mini';
import { describeFaults } from '../feedback/schema-fault.ts';

const tableName = z.string().check(z.regex(/^[a-zA-Z0-9_.-]{3,255}$/, 'not the name of a DynamoDB table'));

const schema = z.object({
  /** Table of suppressed addresses. */
  SUPPRESSIONS_TABLE: tableName,
  /** Table of counters. */
  REPUTATION_TABLE: tableName,
  /** ARNs of the topics that are ours, with commas; empty: the topic is not checked. */
  TOPIC_ARNS: z._default(z.string(), ''),
  /** `json` for CloudWatch, `text` for a terminal. */
  LOG_FORMAT: z._default(z.enum(['json', 'text']), 'json'),
});

/** What the functions are told by their environment variables, checked. */
export type Environment = {
  readonly suppressionsTable: string;
  readonly reputationTable: string;
  readonly topicArns?: readonly string[];
  readonly logFormat: 'json' | 'text';
};

/**
 * Reads what serverless.yml gives the functions.
 * @throws Error that names each variable that is missing or wrong
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const result = schema.safeParse(variables, { jitless: true });
  if (!result.success) {
    const faults = describeFaults(result.error);
    throw new Error(
      `The function's environment is not complete: ${faults.join('; ')}. See "environment" in serverless.yml.`,
    );
  }
  const { SUPPRESSIONS_TABLE, REPUTATION_TABLE, TOPIC_ARNS, LOG_FORMAT } = result.data;
  const topicArns = TOPIC_ARNS.split(',').flatMap((arn) => arn.trim() || []);
  return {
    suppressionsTable: SUPPRESSIONS_TABLE,
    reputationTable: REPUTATION_TABLE,
    ...(topicArns.length > 0 && { topicArns }),
    logFormat: LOG_FORMAT,
  };
}
