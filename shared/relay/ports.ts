import type { Readable } from 'node:stream';
import type { DeliveryState, RecipientResult } from './delivery-state.ts';

/** The emails that SES stored. The methods throw if S3 does not answer. */
export type InboundStore = {
  /** Returns the size of an email in bytes, or `undefined` if it no longer exists. */
  size(key: string): Promise<number | undefined>;
  /** Returns the content of an email. The stream fails if the content is cut off. */
  read(key: string): Promise<Readable>;
};

/** Remembers how far each delivery is. The methods throw if the table does not answer. */
export type DeliveryLog = {
  /**
   * Takes an email, so that no other invocation delivers it until `until` (epoch milliseconds).
   *
   * @returns its state, or `undefined` if another invocation has it
   */
  claim(id: string, until: number): Promise<DeliveryState | undefined>;
  /**
   * Stores the state of an email that was taken.
   *
   * @param isFinal whether the email is given back
   */
  save(id: string, state: DeliveryState, isFinal: boolean): Promise<void>;
};

/** The queue of the relay. The methods throw if SQS does not answer. */
export type RelayQueue = {
  /** Hides a message for a time, after which it is delivered again. */
  delay(receipt: string, milliseconds: number): Promise<void>;
  /** Puts a message into the dead-letter queue, unchanged, with the reasons as an attribute. */
  giveUp(body: string, reasons: readonly string[]): Promise<void>;
};

/** An email to send. */
export type OutgoingEmail = {
  readonly sender: string;
  readonly recipients: readonly string[];
  /** Fields to put in front of the email, each with its CRLF. */
  readonly prefix: string;
  /** Size of the email in bytes, without the prefix. */
  readonly size: number;
  /** Called each time that the content has to be read from its start. */
  read(): Promise<Readable>;
};

/** What the mail server says. */
export type SendOutcome =
  /** One result for each recipient, in their order. */
  | { readonly kind: 'answered'; readonly results: readonly RecipientResult[] }
  | {
      readonly kind: 'unreachable';
      readonly words: string;
      /** Whether the server may have accepted the email: the connection ended after the last byte, before its answer. */
      readonly isUncertain: boolean;
    };

/** The mail server that the emails are for. */
export type SmtpServer = {
  /** Sends one email, on the connection of the previous one if there is one. Never throws. */
  send(email: OutgoingEmail): Promise<SendOutcome>;
  close(): Promise<void>;
};
