import { bareAddress, faultOfAddress } from './address.ts';
import { type Json, objectOf, stringsOf, textOf } from './json.ts';
import { headerValues, readHeaders, splitMailboxes } from './raw-headers.ts';
import { type Answer, badRequest } from './response.ts';
import type { MailHeader, SentMail } from './state.ts';

const maxRecipients = 50;

/** A request of SendEmail, as far as it says who mails whom. */
export type MailRequest = Pick<SentMail, 'source' | 'destination' | 'headers' | 'tags'> & {
  /** The one named; the identity may have one of its own. */
  readonly configurationSet?: string;
};

/** Reads a request of SendEmail. @returns the refusal, where SES would not take it whoever sent it */
export function readMail(input: Json): MailRequest | { readonly refused: Answer } {
  const { Simple, Raw, Template, ...others } = objectOf(input.Content);
  const contents = [Simple, Raw, Template].filter((content) => content !== undefined);
  if (contents.length !== 1 || Object.keys(others).length > 0)
    return refused('Content must be Simple, Raw or Template.');
  const mail = Raw === undefined ? readComposed(input, objectOf(Simple)) : readRaw(input, objectOf(Raw));
  if (mail.source === '') return refused('There is no sender.');
  if (mail.destination.length === 0) return refused('There is no recipient.');
  if (mail.destination.length > maxRecipients) return refused(`Recipient count exceeds ${maxRecipients}.`);
  for (const text of [mail.source, ...mail.destination]) {
    const fault = faultOfAddress(bareAddress(text));
    if (fault !== undefined) return refused(fault);
  }
  const tags = readTags(input.EmailTags);
  if (tags === undefined) return refused('A tag has a name or a value that is not allowed.');
  const configurationSet = textOf(input.ConfigurationSetName);
  return { ...mail, tags, ...(configurationSet !== undefined && { configurationSet }) };
}

function readComposed(input: Json, simple: Json) {
  const { ToAddresses, CcAddresses, BccAddresses } = objectOf(input.Destination);
  const [to, cc] = [stringsOf(ToAddresses), stringsOf(CcAddresses)];
  const source = textOf(input.FromEmailAddress) ?? '';
  const subject = textOf(objectOf(simple.Subject).Data);
  const added = Array.isArray(simple.Headers) ? simple.Headers.map(objectOf) : [];
  const headers: MailHeader[] = [
    { name: 'From', value: source },
    ...(to.length > 0 ? [{ name: 'To', value: to.join(', ') }] : []),
    ...(cc.length > 0 ? [{ name: 'Cc', value: cc.join(', ') }] : []),
    ...(subject === undefined ? [] : [{ name: 'Subject', value: subject }]),
    ...added.map(({ Name, Value }) => ({ name: String(Name), value: String(Value) })),
  ];
  return { source, destination: [...to, ...cc, ...stringsOf(BccAddresses)], headers };
}

/** A raw message names its sender and recipients itself, unless the request does. */
function readRaw(input: Json, raw: Json) {
  const headers = readHeaders(Buffer.from(String(raw.Data), 'base64').toString('latin1'));
  const { ToAddresses, CcAddresses, BccAddresses } = objectOf(input.Destination);
  const named = [ToAddresses, CcAddresses, BccAddresses].flatMap(stringsOf);
  const inHeaders = ['To', 'Cc', 'Bcc'].flatMap((name) => headerValues(headers, name).flatMap(splitMailboxes));
  return {
    source: textOf(input.FromEmailAddress) ?? headerValues(headers, 'From')[0] ?? '',
    destination: named.length > 0 ? named : inHeaders,
    headers: headers.filter(({ name }) => name.toLowerCase() !== 'bcc'),
  };
}

function readTags(value: unknown): Record<string, string[]> | undefined {
  const tags: Record<string, string[]> = {};
  for (const { Name, Value } of Array.isArray(value) ? value.map(objectOf) : []) {
    // No colon: "ses:" is the prefix of SES's own.
    if (typeof Name !== 'string' || typeof Value !== 'string') return undefined;
    if (!/^[\w-]{1,256}$/.test(Name) || Value.length > 256) return undefined;
    tags[Name] = [...(tags[Name] ?? []), Value];
  }
  return tags;
}

function refused(message: string) {
  return { refused: badRequest(message) };
}
