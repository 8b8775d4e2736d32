import type { KeyDetails } from './kms-key.ts';
import type { Stack, Stream } from './stack.ts';

/** A fact, or why it could not be had. */
export type Inspected<Fact> = { readonly value: Fact } | { readonly error: string };

/** Everything the doctor looks at, as it was found. */
export type StackInventory = {
  readonly stack: Stack;
  readonly streams: Readonly<Record<Stream, Inspected<StreamDetails>>>;
  /** Who is subscribed to the alarms. */
  readonly subscribers: Inspected<readonly Subscriber[]>;
  readonly account: Inspected<AccountDetails>;
  readonly configurationSets: Inspected<readonly ConfigurationSetDetails[]>;
  readonly identities: Inspected<readonly IdentityDetails[]>;
  readonly traffic: Inspected<Traffic>;
  /** Names of tables that are gone. */
  readonly missingTables: Inspected<readonly string[]>;
  /** By Region: what SES's own lists have still to be told; missing: was not asked for, or they are told nothing. */
  readonly accountLists?: Inspected<readonly AccountListDetails[]>;
};

/** The outbox of one Region. */
export type AccountListDetails = {
  readonly region: string;
  /** More than a thousand are not counted. */
  readonly pending: number;
  /** For how long the oldest of them has been. Milliseconds. */
  readonly oldestMs: number;
  /** An import job that failed: until when all is told one by one, epoch milliseconds. */
  readonly failedUntil?: number;
};

/** Topics, their queue, and the way from the ones to the other. */
export type StreamDetails = {
  /** As the stack lists them: its own comes first. */
  readonly topics: readonly TopicDetails[];
  /** Queues that are not there any more, by URL. */
  readonly missingQueues?: readonly string[];
  readonly queueArn: string;
  readonly queuePolicy: string;
  /** Messages in the dead-letter queue. */
  readonly deadLetters: number;
  readonly deadLetterQueueArn: string;
  /** What hands the queue's messages to a function. */
  readonly triggers: readonly { readonly id: string; readonly isEnabled: boolean }[];
  /** Age of the oldest message, seconds; missing where CloudWatch has no word of it. */
  readonly oldestSeconds?: number;
};

export type TopicDetails = {
  readonly arn: string;
  /** There is no such topic any more. */
  readonly isMissing?: true;
  readonly policy: string;
  /** What it is encrypted with, if it is. */
  readonly key?: Inspected<KeyDetails>;
  /** Of our queue to it; missing if there is none. */
  readonly subscription?: {
    readonly arn: string;
    readonly isConfirmed: boolean;
    readonly isRaw: boolean;
    readonly hasDeadLetterQueue: boolean;
  };
};

export type Subscriber = { readonly protocol: string; readonly endpoint: string; readonly isConfirmed: boolean };

export type AccountDetails = {
  readonly isInSandbox: boolean;
  readonly isSendingEnabled: boolean;
  /** `HEALTHY`, `PROBATION` or `SHUTDOWN`. */
  readonly enforcementStatus: string;
  /** What SES puts addresses on its own list for: `BOUNCE`, `COMPLAINT`. */
  readonly suppressedReasons: readonly string[];
};

export type ConfigurationSetDetails = {
  readonly name: string;
  readonly isSendingEnabled: boolean;
  readonly destinations: readonly {
    readonly topic?: string;
    readonly isEnabled: boolean;
    readonly types: readonly string[];
  }[];
};

export type IdentityDetails = {
  /** A domain, or an address. */
  readonly name: string;
  readonly isVerified: boolean;
  readonly configurationSet?: string;
  /** ARNs of the topics that are set on the identity itself. */
  readonly bounceTopic?: string;
  readonly complaintTopic?: string;
  /** Whether bounces and complaints are forwarded by e-mail. */
  readonly isForwarding: boolean;
  /** CNAME records that DNS still has to have; none once DKIM works, or where it is not asked for. */
  readonly missingRecords: readonly string[];
};

/** What SES counted, and what came in here. */
export type Traffic = {
  /** The last 24 hours, or since the stack was created. */
  readonly day: TrafficWindow;
  /** The last hours of it. */
  readonly recent: TrafficWindow;
};

export type TrafficWindow = {
  /** How long it is, in whole hours that are over. */
  readonly hours: number;
  readonly sends: { readonly ses: number; readonly received: number };
  /** Recipients of bounces and complaints. */
  readonly feedback: { readonly ses: number; readonly received: number };
};
