import { Readable } from 'node:stream';
import type { OutgoingEmail } from '../relay/ports.ts';

/** The content of an email as it goes to the server. */
export type ContentStream = {
  readonly stream: Readable;
  /** Whether the server has asked for the content. */
  hasStarted(): boolean;
  /** Whether the last byte was handed over, so that the server may have accepted the email. */
  hasEnded(): boolean;
};

/** Returns the content of an email, with its tags in front. It is downloaded when it is read, and fails if it is cut off. */
export function createContentStream({
  prefix,
  size,
  read,
}: Pick<OutgoingEmail, 'prefix' | 'size' | 'read'>): ContentStream {
  let [hasStarted, hasEnded] = [false, false];
  async function* content() {
    hasStarted = true;
    if (prefix !== '') yield Buffer.from(prefix, 'latin1');
    let sent = 0;
    for await (const chunk of await read()) {
      sent += chunk.length;
      yield chunk;
    }
    // A server that got a part of it would deliver a part of it.
    if (sent !== size) throw new Error(`the content of the email was cut off after ${sent} of ${size} bytes`);
    hasEnded = true;
  }
  const stream = Readable.from(content(), { objectMode: false });
  return { stream, hasStarted: () => hasStarted, hasEnded: () => hasEnded };
}

/** Returns whether an email contains other bytes than ASCII, which a server without 8BITMIME does not accept (RFC 6152). */
export async function hasEightBitContent({ read }: Pick<OutgoingEmail, 'read'>): Promise<boolean> {
  for await (const chunk of await read()) {
    if (chunk.some((byte: number) => byte > 0x7f)) return true;
  }
  return false;
}
