import { parseAddress } from '../domain/address.ts';
import { checkRecipients } from './check-recipients.ts';
import type { CheckAll, GuardOptions } from './guard-ses.ts';

/** To be used at nodemailer's step `stream`: `transporter.use('stream', …)`. */
export type NodemailerPlugin = (mail: NodemailerMail, callback: (error?: Error | null) => void) => void;

type Named = { readonly address?: string; readonly name?: string };
type Envelope = { readonly from: unknown; readonly to: readonly string[] };

/** What is needed of nodemailer's `MailMessage`. */
export type NodemailerMail = {
  // biome-ignore lint/suspicious/noExplicitAny: nodemailer's own type depends on its transports
  readonly data: any;
  // biome-ignore lint/suspicious/noExplicitAny: nodemailer's own type is a class of its own
  readonly message?: any;
};

const fields = ['to', 'cc', 'bcc'] as const;

/**
 * Takes out whom a mail may not go to. Works on what nodemailer has read itself: the envelope decides who gets the mail, the headers say
 * so to people.
 */
export async function filterRecipients(
  { data, message }: NodemailerMail,
  checkAll: CheckAll,
  { onDropped }: GuardOptions = {},
): Promise<void> {
  if (!message) throw new TypeError("Use it at nodemailer's step 'stream': transporter.use('stream', …).");
  const envelope: Envelope = message.getEnvelope();
  const verdicts = await checkAll(envelope.to, data.signal);
  const refusal = checkRecipients(verdicts);
  if (refusal !== undefined) throw refusal;
  const dropped = verdicts.filter(({ kind }) => kind !== 'allowed');
  if (dropped.length === 0) return;
  await onDropped?.(dropped);
  // An envelope of the application's own may spell them as no header does.
  const gone = new Set(dropped.map(({ address }) => keyOf(address)));
  const isKept = (address = '') => !gone.has(keyOf(address));
  const headers: Partial<Record<string, Named[]>> = message.getAddresses();
  for (const field of fields) {
    const kept = headers[field]?.filter(({ address }) => isKept(address));
    if (kept?.length === headers[field]?.length) continue;
    message.setHeader(field, kept);
    data[field] = kept;
  }
  data.envelope = { ...envelope, to: envelope.to.filter(isKept) };
  message.setEnvelope(data.envelope);
}

function keyOf(address: string): string {
  return parseAddress(address)?.key ?? address;
}
