import { Readable } from 'node:stream';
import type { OutgoingEmail } from '../../shared/relay/ports.ts';
import { createMailServer } from '../../shared/smtp/mail-server.ts';
import type { MailServerOptions } from '../../shared/smtp/session.ts';

/** The relay's side of a connection to a test server. */
export const server = (port: number, options: Partial<MailServerOptions> = {}) =>
  createMailServer({
    host: '127.0.0.1',
    port,
    encryption: 'opportunistic',
    tls: { rejectUnauthorized: false },
    remaining: () => 20_000,
    timeoutMs: 5000,
    ...options,
  });

/** An email to send, of bytes or Latin-1 text. */
export function email(content: Buffer | string, more: Partial<OutgoingEmail> = {}): OutgoingEmail {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content, 'latin1');
  return {
    sender: 'sam@example.com',
    recipients: ['ann@shop.example'],
    prefix: '',
    size: bytes.length,
    read: async () => Readable.from([bytes], { objectMode: false }),
    ...more,
  };
}

export const simple = 'From: sam@example.com\r\n\r\nHello.\r\n';
export const accepted = { kind: 'answered', results: [{ kind: 'accepted' }] };
