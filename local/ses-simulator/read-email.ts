import { defined } from '../../shared/domain/defined.ts';
import { bareAddress, validateAddress } from './address.ts';
import { type Json, objectOf, stringsOf, textOf } from './json.ts';
import { headerValues, readHeaders, splitMailboxes } from './raw-headers.ts';
import { type ApiResponse, badRequest } from './response.ts';
import type { EmailHeader, SentEmail } from './state.ts';

const maxRecipients = 50;

/** The parts of a SendEmail request that say who sends what to whom. */
export type EmailRequest = Pick<SentEmail, 'source' | 'destination' | 'headers' | 'tags'> & {
  /** The set the request names. The identity may have a default one. */
  readonly configurationSet?: string;
  readonly tenant?: string;
};

/**
 * Reads a SendEmail request. Returns the error response if the request is invalid, whatever the state of the account.
 */
export function readEmail(input: Json): EmailRequest | { readonly rejection: ApiResponse } {
  const { Simple, Raw, Template, ...others } = objectOf(input.Content);
  const contents = [Simple, Raw, Template].filter((content) => content !== undefined);
  if (contents.length !== 1 || Object.keys(others).length > 0)
    return rejected('Content must be Simple, Raw or Template.');
  const email = Raw === undefined ? readComposed(input, objectOf(Simple)) : readRaw(input, objectOf(Raw));
  if (email.source === '') return rejected('There is no sender.');
  if (email.destination.length === 0) return rejected('There is no recipient.');
  if (email.destination.length > maxRecipients) return rejected(`Recipient count exceeds ${maxRecipients}.`);
  for (const text of [email.source, ...email.destination]) {
    const problem = validateAddress(bareAddress(text));
    if (problem !== undefined) return rejected(problem);
  }
  const tags = readTags(input.EmailTags);
  if (tags === undefined) return rejected('A tag has a name or a value that is not allowed.');
  const [configurationSet, tenant] = [textOf(input.ConfigurationSetName), textOf(input.TenantName)];
  return { ...email, tags, ...defined({ configurationSet, tenant }) };
}

function readComposed(input: Json, simple: Json) {
  const { ToAddresses, CcAddresses, BccAddresses } = objectOf(input.Destination);
  const [to, cc] = [stringsOf(ToAddresses), stringsOf(CcAddresses)];
  const source = textOf(input.FromEmailAddress) ?? '';
  const subject = textOf(objectOf(simple.Subject).Data);
  const added = Array.isArray(simple.Headers) ? simple.Headers.map(objectOf) : [];
  const headers: EmailHeader[] = [
    { name: 'From', value: source },
    ...(to.length > 0 ? [{ name: 'To', value: to.join(', ') }] : []),
    ...(cc.length > 0 ? [{ name: 'Cc', value: cc.join(', ') }] : []),
    ...(subject === undefined ? [] : [{ name: 'Subject', value: subject }]),
    ...added.map(({ Name, Value }) => ({ name: String(Name), value: String(Value) })),
  ];
  return { source, destination: [...to, ...cc, ...stringsOf(BccAddresses)], headers };
}

/**
 * Takes the sender and the recipients from the request, or from the headers of the raw message if the request has none.
 */
function readRaw(input: Json, raw: Json) {
  const headers = readHeaders(Buffer.from(String(raw.Data), 'base64').toString('latin1'));
  const { ToAddresses, CcAddresses, BccAddresses } = objectOf(input.Destination);
  const inRequest = [ToAddresses, CcAddresses, BccAddresses].flatMap(stringsOf);
  const inHeaders = ['To', 'Cc', 'Bcc'].flatMap((name) => headerValues(headers, name).flatMap(splitMailboxes));
  return {
    source: textOf(input.FromEmailAddress) ?? headerValues(headers, 'From')[0] ?? '',
    destination: inRequest.length > 0 ? inRequest : inHeaders,
    headers: headers.filter(({ name }) => name.toLowerCase() !== 'bcc'),
  };
}

/** Returns `undefined` if a tag is invalid. */
function readTags(value: unknown): Record<string, string[]> | undefined {
  const tags: Record<string, string[]> = {};
  for (const { Name, Value } of Array.isArray(value) ? value.map(objectOf) : []) {
    // A name cannot have a colon: SES reserves the prefix "ses:".
    if (typeof Name !== 'string' || typeof Value !== 'string') return undefined;
    if (!/^[\w-]{1,256}$/.test(Name) || Value.length > 256) return undefined;
    tags[Name] = [...(tags[Name] ?? []), Value];
  }
  return tags;
}

function rejected(message: string) {
  return { rejection: badRequest(message) };
}
