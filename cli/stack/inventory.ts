import type { SuppressionValidationAttributes } from '@aws-sdk/client-sesv2';
import type { KeyDetails } from './kms-key.ts';
import type { ActiveRuleSet } from './receipt-rules.ts';
import type { Stack, Stream } from './stack.ts';

/** An inspected value, or the error that prevented the inspection. */
export type Inspected<Value> = { readonly value: Value } | { readonly error: string };

/** A deployed stack and the SES settings around it, as AWS describes them at one moment. */
export type StackInventory = {
  readonly stack: Stack;
  readonly streams: Readonly<Record<Stream, Inspected<StreamDetails>>>;
  /** Subscribers to the alarm topic. */
  readonly subscribers: Inspected<readonly Subscriber[]>;
  readonly account: Inspected<AccountDetails>;
  readonly configurationSets: Inspected<readonly ConfigurationSetDetails[]>;
  readonly identities: Inspected<readonly IdentityDetails[]>;
  readonly traffic: Inspected<Traffic>;
  /** Names of the stack's tables that do not exist. */
  readonly missingTables: Inspected<readonly string[]>;
  /** Missing if not inspected. */
  readonly tenants?: Inspected<TenantsDetails>;
  /** What the Virtual Deliverability Manager recommends, and global endpoints. Missing if not inspected. */
  readonly advice?: Inspected<readonly Recommendation[]>;
  readonly globalEndpoints?: Inspected<readonly GlobalEndpoint[]>;
  /** Pending updates of the SES account suppression list, one entry per Region. Missing if not inspected or turned off. */
  readonly accountLists?: Inspected<readonly AccountListDetails[]>;
  /** What SES does with the email that it receives. Missing if the stack has no relay. */
  readonly inbound?: Inspected<InboundDetails>;
};

/** The outbox of one Region: addresses whose entry on the SES account suppression list is out of date. */
export type AccountListDetails = {
  readonly region: string;
  /** Number of addresses; counting stops at 1,001. */
  readonly pending: number;
  /** How long the oldest of them has been due, in milliseconds. */
  readonly oldestMs: number;
  /** Set after a failed import job: until then addresses are updated one at a time. Epoch milliseconds. */
  readonly failedUntil?: number;
};

/** The topics of a stream, its queue, and the path between them. */
export type StreamDetails = {
  /** In the order of the stack: its own topic first. */
  readonly topics: readonly TopicDetails[];
  /** URLs of the stream's queues that do not exist. */
  readonly missingQueues?: readonly string[];
  readonly queueArn: string;
  /** JSON. */
  readonly queuePolicy: string;
  /** Number of messages in the dead-letter queue. */
  readonly deadLetters: number;
  readonly deadLetterQueueArn: string;
  /** Event source mappings that pass the queue's messages to a function. */
  readonly triggers: readonly { readonly id: string; readonly isEnabled: boolean }[];
  /** Age of the oldest message in seconds. Missing if CloudWatch has no recent value. */
  readonly oldestSeconds?: number;
};

export type TopicDetails = {
  readonly arn: string;
  /** Set if the topic does not exist. */
  readonly isMissing?: true;
  /** JSON. */
  readonly policy: string;
  /** The key the topic is encrypted with, if any. */
  readonly key?: Inspected<KeyDetails>;
  /** The subscription of the stream's queue to the topic. Missing if there is none. */
  readonly subscription?: {
    readonly arn: string;
    readonly isConfirmed: boolean;
    /** Whether SNS delivers messages without its envelope. */
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
  /** The reasons for which SES adds addresses to its account suppression list: `BOUNCE`, `COMPLAINT`. */
  readonly suppressedReasons: readonly string[];
  /** The settings of Auto Validation, if the account uses it. */
  readonly validation?: SuppressionValidationAttributes;
  /** Emails per 24 hours and per second that the account may send, and those of the last 24 hours. */
  readonly quota?: { readonly perDay: number; readonly perSecond: number; readonly sentInDay: number };
};

export type ConfigurationSetDetails = {
  readonly name: string;
  readonly isSendingEnabled: boolean;
  /** The reasons for which SES does not send to a listed address, in place of the account's. Missing if those of the account apply. */
  readonly suppressedReasons?: readonly string[];
  /** Whose suppression list SES looks at, in place of what the tenant says. */
  readonly suppressionScope?: string;
  readonly destinations: readonly {
    /** ARN. Missing if the destination is not an SNS topic. */
    readonly topic?: string;
    /** What the destination is, if it is not an SNS topic: `EventBridge`. */
    readonly otherKind?: string;
    readonly isEnabled: boolean;
    readonly types: readonly string[];
  }[];
};

/** The SES tenants of the account in the Region of the stack. */
export type TenantsDetails = {
  readonly names: readonly string[];
  /** The tenants that may send with the configuration set of the stack. */
  readonly associated: readonly string[];
  /** Tenants that are paused, or about which SES has findings. */
  readonly conspicuous: readonly TenantStatus[];
  /** Whose suppression list SES looks at for a tenant: `ACCOUNT` or `TENANT`. Read for the first tenants only. */
  readonly scopes: Readonly<Record<string, string>>;
};

export type TenantStatus = {
  readonly name: string;
  /** Who has paused it. Missing if it is not paused. */
  readonly pausedBy?: 'SES' | 'you';
  readonly cause?: string;
  readonly impact?: string;
};

export type Recommendation = {
  /** The identity, or another resource by its ARN. */
  readonly resource: string;
  readonly type: string;
  readonly impact: string;
  readonly description: string;
};

export type GlobalEndpoint = { readonly name: string; readonly regions: readonly string[] };

export type IdentityDetails = {
  /** A domain or an email address. */
  readonly name: string;
  readonly isVerified: boolean;
  /** Name of the default configuration set. */
  readonly configurationSet?: string;
  /** ARNs of the topics that are set on the identity itself. */
  readonly bounceTopic?: string;
  readonly complaintTopic?: string;
  /** Whether SES forwards bounces and complaints by email. */
  readonly isForwarding: boolean;
  /** CNAME records that DKIM still needs in DNS. Empty if DKIM works or is turned off. */
  readonly missingRecords: readonly string[];
};

/** The receipt rule set that SES uses in the Region of the stack. Missing if there is none. */
export type InboundDetails = { readonly active?: ActiveRuleSet };

/** What SES counted, compared with what the stack received. */
export type Traffic = {
  /** The last 24 hours, or the time since the stack was created. */
  readonly day: TrafficWindow;
  /** The last few hours of the day. */
  readonly recent: TrafficWindow;
};

export type TrafficWindow = {
  /** Length in completed hours. */
  readonly hours: number;
  readonly sends: { readonly ses: number; readonly received: number };
  /** Recipients with a bounce. */
  readonly bounceRate: { readonly ses: number; readonly received: number };
  /** Recipients with a complaint. */
  readonly complaintRate: { readonly ses: number; readonly received: number };
};
