/** Why an address is on the list: SES knows no other reasons. */
export type ListReason = 'BOUNCE' | 'COMPLAINT';

/** One entry of the account's suppression list. */
export type ListEntry = {
  /** As it was put, or as the mail was addressed: SES compares spellings in every call of the API. */
  readonly emailAddress: string;
  readonly reason: ListReason;
  /** Epoch milliseconds. */
  readonly lastUpdateTime: number;
  /** Only where SES added the entry by itself, for a mail it sent. */
  readonly attributes?: { readonly messageId: string; readonly feedbackId: string };
};

/** What GetAccount tells, and what decides whether a mail is taken. */
export type Account = {
  isSandbox: boolean;
  /** `SHUTDOWN` stops sending as `sendingEnabled: false` does. */
  enforcement: string;
  sendingEnabled: boolean;
  /** The reasons for which SES adds addresses to the list, and for which it does not send. */
  suppressedReasons: ListReason[];
};

/** A domain or an address mail is sent from, with the topics of identity notifications. */
export type Identity = {
  isVerified: boolean;
  bounceTopic?: string;
  complaintTopic?: string;
  deliveryTopic?: string;
  /** Used where a mail names none. */
  configurationSet?: string;
};

/** An event destination of a configuration set. */
export type EventDestination = {
  isEnabled: boolean;
  /** As the API spells them: `BOUNCE`, `DELIVERY_DELAY`. */
  types: string[];
  topicArn: string;
};

/** A mail SES took, whatever became of it. */
export type SentMail = {
  readonly messageId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The sender, as written. */
  readonly source: string;
  /** The name of the identity it was sent from. */
  readonly identity: string;
  readonly configurationSet?: string;
  /** To, Cc and Bcc, as written. */
  readonly destination: readonly string[];
  /** Without Bcc. */
  readonly headers: readonly MailHeader[];
  /** The EmailTags, without those SES adds. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
};

export type MailHeader = { readonly name: string; readonly value: string };

/** A line of an import file that was not applied. */
export type FailedRecord = { readonly record: string; readonly error: string };

/** An import job, in the state it had when last looked at. */
export type ImportJob = {
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

/** One call that was taken, also where it was refused. */
export type TakenCall = {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly operation: string;
  /** The HTTP status that was answered; 0 where nothing was (yet). */
  readonly status: number;
  /** The address the call is about; of SendEmail the first recipient. */
  readonly address?: string;
};

/** A message a topic did not take. */
export type LostMessage = { readonly topicArn: string; readonly message: string; readonly error: unknown };

/** What happens to a call instead. `lost answer`: it is done, and nobody hears of it. `hang`: no answer until the end. */
export type CallFault = 'throttle' | 'unavailable' | 'denied' | 'hang' | 'lost answer';

/** What SES holds of one account in one Region. Tests read it, and write what has no call of its own here. */
export type SesState = {
  readonly account: Account;
  /** By name: a domain or an address, lower-cased. */
  readonly identities: Record<string, Identity>;
  /** By name. */
  readonly configurationSets: Record<string, EventDestination[]>;
  /** By exact spelling. */
  readonly list: Map<string, ListEntry>;
  /** Recipients elsewhere that bounce or complain, by lower-cased address. All others take their mail. */
  readonly mailboxes: Record<string, 'bounce' | 'complaint'>;
  readonly jobs: ImportJob[];
  readonly calls: TakenCall[];
  readonly sent: SentMail[];
  /** What could not be published. */
  readonly lost: LostMessage[];
  /** Asked when a job is due: `fail` fails it, `stick` leaves it in PROCESSING as long as it is set. */
  jobFault?: 'fail' | 'stick' | undefined;
  /** Asked before each call. */
  fault?: ((call: { readonly operation: string; readonly address?: string }) => CallFault | undefined) | undefined;
};

/** All an operation works with. */
export type Ses = {
  readonly state: SesState;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly newId: () => string;
  readonly publish: (topicArn: string, message: string, subject?: string) => void | Promise<void>;
  readonly readObject: (bucket: string, key: string) => Promise<Uint8Array | undefined>;
  readonly accountId: string;
  readonly region: string;
  /** Milliseconds from a job's creation to its end. */
  readonly jobTime: number;
  /** Where the lines of a job that failed can be read. */
  readonly failedRecordsUrl: (jobId: string) => string;
  /** Does it after the delay between a send and its events. */
  readonly later: (work: () => Promise<void>) => Promise<void>;
};

/** A new account: out of the sandbox, in good standing, with nothing in it. */
export function newState(): SesState {
  return {
    account: {
      isSandbox: false,
      enforcement: 'HEALTHY',
      sendingEnabled: true,
      suppressedReasons: ['BOUNCE', 'COMPLAINT'],
    },
    identities: {},
    configurationSets: {},
    list: new Map(),
    mailboxes: {},
    jobs: [],
    calls: [],
    sent: [],
    lost: [],
  };
}
