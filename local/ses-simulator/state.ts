import type { ListReason, SuppressedEntry } from './list-entry.ts';
import type { ReputationRule } from './reputation-rates.ts';
import type { SuppressionScope, Tenant } from './tenant.ts';

/** The account settings GetAccount returns. They decide which emails SES accepts. */
export type Account = {
  isSandbox: boolean;
  /** `SHUTDOWN` stops sending, as `isSendingEnabled: false` does. */
  enforcementStatus: string;
  isSendingEnabled: boolean;
  /** The reasons for which SES adds addresses to the list, and for which it does not send to a listed address. */
  suppressedReasons: ListReason[];
  /** The settings of Auto Validation. A call that leaves them out removes them (assumed). */
  validation?: object;
};

/** The emails of 15 minutes. `at` is in epoch milliseconds. */
export type SimulatedSends = {
  readonly at: number;
  readonly sends: number;
  readonly bounces: number;
  readonly complaints: number;
  readonly rejects: number;
};

/** A domain or an address that emails are sent from. */
export type Identity = {
  isVerified: boolean;
  /** Topics of the identity notifications (ARNs). */
  bounceTopic?: string;
  complaintTopic?: string;
  deliveryTopic?: string;
  /** Used for an email that names no configuration set. */
  configurationSet?: string;
  /**
   * Whether SES forwards bounces and complaints by email.
   * @default true
   */
  isForwardingFeedback?: boolean;
  /**
   * The state of Easy DKIM.
   * @default set up successfully
   */
  dkim?: SimulatedDkim;
  /** The MAIL FROM domain. Its status is that of the search for its MX record. */
  mailFrom?: { domain: string; status: string };
  /** How often SES has sent the email with the verification link. */
  verificationEmails?: number;
};

export type SimulatedDkim = {
  status: string;
  tokens: string[];
  /** @default true */
  isEnabled?: boolean;
  /** Whether the key is one of the account itself (BYODKIM). */
  isOwnKey?: boolean;
  /** As the API has it: `RSA_2048_BIT`. */
  keyLength?: string;
};

export type ConfigurationSet = {
  /**
   * Returned by GetConfigurationSet. Does not stop sends in the simulator.
   * @default true
   */
  isSendingEnabled?: boolean;
  /** The reasons for which SES does not send to a listed address with this set, in place of the account's. */
  suppressedReasons?: ListReason[];
  /** In place of the tenant's. */
  suppressionScope?: SuppressionScope;
  destinations: EventDestination[];
};

/** An event destination of a configuration set. */
export type EventDestination = {
  isEnabled: boolean;
  /** In the API's form: `BOUNCE`, `DELIVERY_DELAY`. */
  types: string[];
  /** The SNS topic. Nothing is published to a destination of another kind. */
  topicArn?: string;
  /** The name of the field in which the API returns a destination of another kind. */
  otherKind?: 'EventBridgeDestination' | 'KinesisFirehoseDestination' | 'CloudWatchDestination';
};

/** An email that SES accepted, delivered or not. */
export type SentEmail = {
  readonly messageId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The sender, as written in the request. */
  readonly source: string;
  /** The name of the identity the email was sent from. */
  readonly identity: string;
  readonly configurationSet?: string;
  readonly tenant?: string;
  /** To, Cc and Bcc, as written in the request. */
  readonly destination: readonly string[];
  /** Without Bcc. */
  readonly headers: readonly EmailHeader[];
  /** The EmailTags of the request, without the tags SES adds. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
};

export type EmailHeader = { readonly name: string; readonly value: string };

/** A line of an import file that was not applied. */
export type FailedRecord = { readonly record: string; readonly error: string };

/** An import job, in the state of the last update. */
export type SimulatedImportJob = {
  readonly jobId: string;
  readonly action: 'PUT' | 'DELETE';
  readonly format: 'CSV' | 'JSON';
  readonly s3Url: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  status: 'CREATED' | 'PROCESSING' | 'COMPLETED' | 'FAILED';
  completedAt?: number;
  processedCount: number;
  failedRecords: readonly FailedRecord[];
  errorMessage?: string;
};

/** A call the simulator received, rejected or not. */
export type ReceivedCall = {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly operation: string;
  /** The HTTP status of the response, or 0 if there is none (yet). */
  readonly status: number;
  /** The address the call is about. For SendEmail, the first recipient. */
  readonly address?: string;
};

/** A message that could not be published to its topic. */
export type UnpublishedMessage = { readonly topicArn: string; readonly message: string; readonly error: unknown };

/**
 * A failure injected into a call. `lost response`: the call is performed, but the connection is closed without a
 * response. `hang`: the call is not performed, and the connection stays open until the simulator is closed. The others:
 * the call is rejected.
 */
export type CallFault = 'throttle' | 'unavailable' | 'denied' | 'hang' | 'lost response';

/** A receipt rule set, as far as the simulator knows it: the names and recipients of its rules. */
export type ReceiptRuleSet = {
  readonly rules: readonly { readonly name: string; readonly recipients: readonly string[] }[];
};

/** The state of one account in one Region. Tests read it, and set what has no API call in the simulator. */
export type SesState = {
  readonly account: Account;
  /** What GetSendStatistics returns: the 15 minutes that start at a time. The simulator does not count its own emails. */
  readonly sendStatistics: SimulatedSends[];
  /** The rule by which SES computes its rates of the emails in `sendStatistics`. Missing: it shows none. */
  reputationRule?: ReputationRule;
  /** Receipt rule sets by name. */
  readonly receiptRuleSets: Record<string, ReceiptRuleSet>;
  /** The name of the active receipt rule set. Missing if there is none. */
  activeRuleSet?: string;
  /** By name: a domain or an address, in lower case. */
  readonly identities: Record<string, Identity>;
  /** By name. */
  readonly configurationSets: Record<string, ConfigurationSet>;
  /** By name. */
  readonly tenants: Record<string, Tenant>;
  /** What the Virtual Deliverability Manager recommends for resources that are no tenants. */
  readonly recommendations: {
    readonly resource: string;
    readonly type: string;
    readonly impact: 'LOW' | 'HIGH';
    readonly description: string;
  }[];
  /** Global endpoints, which split emails over Regions. */
  readonly multiRegionEndpoints: { readonly name: string; readonly regions: readonly string[] }[];
  /** The account suppression list, by exact address. */
  readonly list: Map<string, SuppressedEntry>;
  /** Recipients that bounce or complain, by lower-case address. All others accept their emails. */
  readonly mailboxes: Record<string, 'bounce' | 'complaint'>;
  readonly jobs: SimulatedImportJob[];
  readonly calls: ReceivedCall[];
  readonly sent: SentEmail[];
  readonly unpublished: UnpublishedMessage[];
  /** Read when a job is due: `fail` makes it fail, `stick` keeps it in PROCESSING for as long as this is set. */
  jobFault?: 'fail' | 'stick' | undefined;
  /** Called before each API call. Returns the failure to inject, if any. */
  fault?: ((call: { readonly operation: string; readonly address?: string }) => CallFault | undefined) | undefined;
};

/** Everything an operation needs. */
export type Ses = {
  readonly state: SesState;
  /** Returns epoch milliseconds. */
  readonly clock: () => number;
  readonly newId: () => string;
  readonly publish: (topicArn: string, message: string, subject?: string) => void | Promise<void>;
  readonly readObject: (bucket: string, key: string) => Promise<Uint8Array | undefined>;
  readonly accountId: string;
  readonly region: string;
  /** From the creation of an import job to its end. */
  readonly jobDurationMs: number;
  /** Signs the page tokens of this simulator. */
  readonly secret: string;
  /** Returns the URL of the records of a job that failed. */
  readonly failedRecordsUrl: (jobId: string) => string;
  /** Runs a task after the delay between a send and its events. */
  readonly schedule: (task: () => Promise<void>) => Promise<void>;
};

/** Returns the state of an account outside the sandbox, in good standing and empty. */
export function initialState(): SesState {
  return {
    sendStatistics: [],
    receiptRuleSets: {},
    account: {
      isSandbox: false,
      enforcementStatus: 'HEALTHY',
      isSendingEnabled: true,
      suppressedReasons: ['BOUNCE', 'COMPLAINT'],
    },
    identities: {},
    configurationSets: {},
    tenants: {},
    recommendations: [],
    multiRegionEndpoints: [],
    list: new Map(),
    mailboxes: {},
    jobs: [],
    calls: [],
    sent: [],
    unpublished: [],
  };
}
