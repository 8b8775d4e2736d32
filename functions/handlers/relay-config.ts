import * as z from 'zod/mini';
import { normalizeDomain } from '../../shared/domain/address.ts';
import {
  readVariables,
  reputationTable,
  stackName,
  suppressionsTable,
  topicPattern,
  type Variables,
} from './config.ts';

const text = z.string().check(z.minLength(1));

/** SES would send the email to the internet, and perhaps to itself. */
const hostOfSes = /^(email-smtp|inbound-smtp|feedback-smtp)\.|\.(amazonses|amazonaws)\.com(\.cn)?$/i;

const relayVariables = z.pipe(
  z.object({
    ...suppressionsTable,
    ...reputationTable,
    ...stackName,
    /** The host name or the IP address of the mail server. Empty if every recipient receives reports. */
    RELAY_HOST: z.string().check(
      z.regex(/^[\w.:-]{0,253}$/, 'must be the host name of your mail server'),
      z.refine((host) => !hostOfSes.test(host), 'must not be SES: it would send the email on, or receive it again'),
    ),
    RELAY_PORT: z.pipe(z.string().check(z.regex(/^\d{1,5}$/, 'must be a port')), z.transform(Number)),
    RELAY_TLS: z.enum(['starttls', 'tls', 'opportunistic', 'none']),
    /** The name of the parameter of Systems Manager with the login. Empty: no login. */
    RELAY_SECRET: z._default(z.string(), ''),
    /** The bucket of inbound emails: the beginning of its name, before account and Region. */
    RELAY_BUCKET: text,
    /** The prefix of their keys. */
    RELAY_PREFIX: text,
    /** The names of the queues. */
    RELAY_QUEUE: text,
    RELAY_DEAD_LETTER_QUEUE: text,
    /** Domains whose email consists of reports, separated by commas. */
    RETURN_PATH_DOMAINS: z._default(z.string(), ''),
    /** The alarm topic: its ARN, or its name if it is in the function's own account. */
    ALARM_TOPIC: z.string().check(z.regex(topicPattern, 'not the name or ARN of an SNS topic')),
  }),
  z.transform((variables) => ({
    suppressionsTable: variables.SUPPRESSIONS_TABLE,
    reputationTable: variables.REPUTATION_TABLE,
    stack: variables.STACK,
    host: variables.RELAY_HOST,
    port: variables.RELAY_PORT,
    encryption: variables.RELAY_TLS,
    secret: variables.RELAY_SECRET,
    bucket: variables.RELAY_BUCKET,
    prefix: variables.RELAY_PREFIX,
    queue: variables.RELAY_QUEUE,
    deadLetterQueue: variables.RELAY_DEAD_LETTER_QUEUE,
    returnPathDomains: variables.RETURN_PATH_DOMAINS.split(',').flatMap(
      (domain) => normalizeDomain(domain.trim()) || [],
    ),
    alarmTopic: variables.ALARM_TOPIC,
  })),
);

/**
 * Reads the environment variables of the function that relays inbound email.
 *
 * @throws Error that names each variable that is missing or invalid
 */
export const readRelayConfig = (variables: Variables) => readVariables(relayVariables, variables);
