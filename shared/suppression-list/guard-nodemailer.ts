import { parseAddress } from '../domain/address.ts';
import { defined } from '../domain/defined.ts';
import { checkRecipients } from './check-recipients.ts';
import type { GuardOptions } from './options.ts';
import type { CheckAll } from './verdict.ts';

/** A plugin for nodemailer's step `stream`: `transporter.use('stream', …)`. */
export type NodemailerPlugin = (mail: NodemailerMail, callback: (error?: Error | null) => void) => void;

type NamedAddress = { readonly address?: string; readonly name?: string };
type Envelope = { readonly from: unknown; readonly to: readonly string[] };

/** The part of nodemailer's `MailMessage` that the plugin uses. */
export type NodemailerMail = {
  // biome-ignore lint/suspicious/noExplicitAny: nodemailer's own type depends on its transports
  readonly data: any;
  // biome-ignore lint/suspicious/noExplicitAny: nodemailer's own type is a class that is not exported
  readonly message?: any;
};

const recipientFields = ['to', 'cc', 'bcc'] as const;

/**
 * Removes suppressed recipients from an email that nodemailer has parsed: from the envelope, which decides who receives the email, and from
 * the headers, which show the recipients to people.
 *
 * @throws AllRecipientsSuppressedError, InvalidAddressError or NoRecipientsError if the email must not be sent
 */
export async function filterRecipients(
  { data, message }: NodemailerMail,
  checkAll: CheckAll,
  { onDropped }: GuardOptions = {},
): Promise<void> {
  if (!message)
    throw new TypeError("Register the plugin for nodemailer's step 'stream': transporter.use('stream', …).");
  const envelope: Envelope = message.getEnvelope();
  const verdicts = await checkAll(envelope.to, defined({ signal: data.signal, tenant: tenantOf({ data, message }) }));
  const refusal = checkRecipients(verdicts);
  if (refusal !== undefined) throw refusal;
  const dropped = verdicts.filter(({ kind }) => kind !== 'allowed');
  if (dropped.length === 0) return;
  await onDropped?.(dropped);
  // An envelope that the application sets may write an address differently from the headers.
  const droppedKeys = new Set(dropped.map(({ address }) => keyOf(address)));
  const isKept = (address = '') => !droppedKeys.has(keyOf(address));
  const headers: Partial<Record<string, NamedAddress[]>> = message.getAddresses();
  for (const field of recipientFields) {
    const kept = headers[field]?.filter(({ address }) => isKept(address));
    if (kept?.length === headers[field]?.length) continue;
    message.setHeader(field, kept);
    data[field] = kept;
  }
  data.envelope = { ...envelope, to: envelope.to.filter(isKept) };
  message.setEnvelope(data.envelope);
}

/** Returns the tenant that the SES transport passes on, or that the header for SES's SMTP endpoint names. */
function tenantOf({ data, message }: NodemailerMail): string | undefined {
  return data.ses?.TenantName ?? message.getHeader('X-SES-TENANT')?.trim();
}

function keyOf(address: string): string {
  return parseAddress(address)?.key ?? address;
}
