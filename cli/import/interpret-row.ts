// cspell:disable -- the columns and words of exports
import { type Address, parseAddress } from '../../shared/domain/address.ts';

/** A row of a list: its cells by the name of the column, in lower case and without punctuation. */
export type ListRow = { readonly cells: Readonly<Record<string, string>>; readonly line: number };

/** What a row says. */
export type Interpretation =
  | {
      readonly kind: 'entry';
      readonly address: Address;
      readonly reason: ImportReason;
      /** Epoch milliseconds. Missing if the row has no date. */
      readonly at?: number;
      readonly diagnosticCode?: string;
    }
  | { readonly kind: 'invalid'; readonly why: string };

/** Why the other service does not send to an address. `temporary` and `unsubscribed` are not reasons to suppress all email. */
export type ImportReason = 'hard' | 'complaint' | 'unsubscribed' | 'manual' | 'temporary';

/** A service whose lists can be imported, recognized by the columns of its export. */
export type ListFormat = {
  readonly name: string;
  readonly label: string;
  /** Columns that only this format has, all of them. */
  readonly columns: readonly string[];
  readonly reasonOf: (cells: ListRow['cells']) => ImportReason | undefined;
};

const ofStatusCode = (code = ''): ImportReason => (/^4/.test(code.trim()) ? 'temporary' : 'hard');

/** The most specific formats first. */
export const listFormats: readonly ListFormat[] = [
  {
    // https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListSuppressedDestinations.html
    name: 'ses',
    label: 'Amazon SES',
    columns: ['emailaddress', 'reason', 'lastupdatetime'],
    reasonOf: ({ reason }) => reasonIn(reason),
  },
  {
    // https://postmarkapp.com/developer/api/suppressions-api
    name: 'postmark',
    label: 'Postmark',
    columns: ['emailaddress', 'suppressionreason'],
    reasonOf: ({ suppressionreason }) => reasonIn(suppressionreason),
  },
  // https://mailchimp.com/help/view-export-contacts/
  { name: 'mailchimp', label: 'Mailchimp', columns: ['emailaddress', 'cleantime'], reasonOf: () => 'hard' },
  { name: 'mailchimp', label: 'Mailchimp', columns: ['emailaddress', 'unsubtime'], reasonOf: () => 'unsubscribed' },
  {
    // https://documentation.mailgun.com/docs/mailgun/api-reference/openapi-final/tag/Bounces/
    name: 'mailgun',
    label: 'Mailgun',
    columns: ['address', 'code', 'error'],
    reasonOf: ({ code }) => ofStatusCode(code),
  },
  { name: 'mailgun', label: 'Mailgun', columns: ['address', 'tags', 'createdat'], reasonOf: () => 'unsubscribed' },
  {
    // https://www.twilio.com/docs/sendgrid/api-reference/bounces-api
    name: 'sendgrid',
    label: 'SendGrid',
    columns: ['status', 'reason', 'email', 'created'],
    reasonOf: ({ status }) => ofStatusCode(status),
  },
  { name: 'sendgrid', label: 'SendGrid', columns: ['email', 'ip', 'created'], reasonOf: () => 'complaint' },
  { name: 'sendgrid', label: 'SendGrid', columns: ['email', 'reason', 'created'], reasonOf: () => 'hard' },
  {
    name: 'resend',
    label: 'Resend',
    columns: ['email', 'origin'],
    reasonOf: ({ origin }) => reasonIn(origin),
  },
  {
    name: 'csv',
    label: 'a list',
    columns: [],
    reasonOf: ({ reason, status, type, state, event }) =>
      [reason, status, type, state, event].map(reasonIn).find((found) => found !== undefined),
  },
];

/** Returns the format that the columns belong to. The last one fits every list that has addresses. */
export function findFormat(columns: readonly string[]): ListFormat {
  const fits = (format: ListFormat) => format.columns.every((column) => columns.includes(column));
  return listFormats.find(fits) as ListFormat;
}

/** Returns the name of a column as formats have it: `Email Address`, `email_address` and `EmailAddress` are one. */
export function columnName(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^a-z\d]/g, '');
}

const addressColumns = ['emailaddress', 'email', 'address', 'recipient', 'mail'];
const dateColumns = [
  'lastupdatetime',
  'createdat',
  'created',
  'cleantime',
  'unsubtime',
  'since',
  'date',
  'timestamp',
  'time',
  'bouncedat',
  'dateadded',
  'updatedat',
  'lastactivity',
];
const textColumns = ['error', 'reason', 'description', 'diagnosticcode', 'message', 'comments'];

const firstOf = (cells: ListRow['cells'], names: readonly string[]) =>
  names.map((name) => cells[name]).find((cell) => cell !== undefined && cell.trim() !== '');

/** Returns the text in the column of the address, or `undefined` if there is none. */
export function addressIn({ cells }: ListRow): string | undefined {
  return firstOf(cells, addressColumns);
}

/**
 * Reads a row.
 *
 * @param given the reason for rows that do not say it
 */
export function interpretRow(
  row: ListRow,
  format: ListFormat,
  given: 'hard' | 'complaint' | undefined,
  now: number,
): Interpretation {
  const { cells } = row;
  const text = addressIn(row);
  const address = text === undefined ? undefined : parseAddress(text.trim());
  if (address === undefined) return { kind: 'invalid', why: 'no valid email address' };
  const reason = format.reasonOf(cells) ?? given;
  if (reason === undefined) return { kind: 'invalid', why: 'no reason; pass --reason for rows that do not have one' };
  const date = firstOf(cells, dateColumns);
  const at = date === undefined ? undefined : parseDate(date);
  if (date !== undefined && at === undefined) return { kind: 'invalid', why: `"${date.slice(0, 40)}" is not a date` };
  const diagnosticCode = firstOf(cells, textColumns);
  return {
    kind: 'entry',
    address,
    reason,
    // A date in the future is one of a clock that is ahead.
    ...(at !== undefined && { at: Math.min(at, now) }),
    ...(diagnosticCode !== undefined && reasonIn(diagnosticCode) === undefined && { diagnosticCode }),
  };
}

const words: readonly (readonly [ImportReason, RegExp])[] = [
  ['complaint', /^(complain|spam|abuse|fbl)|^reported/],
  ['unsubscribed', /^(unsub|optout|optedout)/],
  ['temporary', /^(soft|block|defer|temp|transient|policyblock)/],
  ['manual', /^(manual|admin)/],
  ['hard', /^(hard|bounce|permanent|invalid|clean|undeliver|suppressbounce)/],
];

/** Returns the reason that a single word says: `HardBounce`, `SPAM_COMPLAINT`, `bounced`. */
function reasonIn(text: string | undefined): ImportReason | undefined {
  const word = columnName(text ?? '');
  return word.length > 24 ? undefined : words.find(([, pattern]) => pattern.test(word))?.[0];
}

/** Parses a date in the forms that exports have: ISO 8601, RFC 5322, `2026-11-20 14:05:00` (UTC), or a number of seconds or milliseconds. */
function parseDate(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d{9,10}$/.test(trimmed)) return 1000 * Number(trimmed);
  if (/^\d{12,13}$/.test(trimmed)) return Number(trimmed);
  const isLocal = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(trimmed);
  const time = Date.parse(isLocal ? `${trimmed.replace(' ', 'T')}Z` : trimmed);
  return Number.isNaN(time) || time < 0 ? undefined : time;
}
