import type { Readable } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { OutgoingEmail } from '../relay/ports.ts';
import { hasEightBitContent } from './content-stream.ts';
import type { SmtpError } from './smtp-errors.ts';

/** How to reach the mail server. */
export type MailServerOptions = {
  readonly host: string;
  readonly port: number;
  /** `starttls`: TLS after connecting, or no email is sent. `tls`: from the first byte. `opportunistic`: if the server offers it. `none`: never. */
  readonly encryption: 'starttls' | 'tls' | 'opportunistic' | 'none';
  readonly login?: { readonly user: string; readonly password: string };
  /** Which certificates are accepted. @default those that Node trusts, for this host */
  readonly tls?: ConnectionOptions;
  /** Returns the milliseconds that are left. The connection ends when none are. */
  readonly remaining: () => number;
  /** How long the server may take for an answer, in milliseconds. @default 60,000 */
  readonly timeoutMs?: number;
};

/** A connection, and what the server offers on it. */
export type Session = { readonly connection: SMTPConnection; readonly hasEightBit: boolean; readonly hasUtf8: boolean };

/**
 * Connects and logs in.
 *
 * @throws SmtpError if the server cannot be reached, offers no TLS, or does not accept the login
 */
export async function connect(options: MailServerOptions): Promise<Session> {
  const { host, port, encryption, login, tls, timeoutMs = 60_000 } = options;
  const connection = new SMTPConnection({
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    connectionTimeout: Math.min(15_000, timeoutMs),
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...(tls && { tls }),
  });
  // After a failure, a late event of the socket has no listener of its own.
  connection.on('error', () => {});
  try {
    await withDeadline<void>(connection, options, (done) => connection.connect((error) => done(error)));
    const offers = String(connection.lastServerResponse);
    if (login !== undefined) {
      const credentials = { user: login.user, pass: login.password };
      await withDeadline<void>(connection, options, (done) =>
        connection.login({ credentials }, (error) => done(error)),
      );
    }
    return { connection, hasEightBit: /[ -]8BITMIME\b/i.test(offers), hasUtf8: /[ -]SMTPUTF8\b/i.test(offers) };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Returns why the server cannot take an email, or `undefined` if it can. The email must not be changed, so an extension that it needs and the
 * server does not offer is a refusal.
 */
export async function missingExtension(
  { hasEightBit, hasUtf8 }: Session,
  email: OutgoingEmail,
): Promise<string | undefined> {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
  const isAscii = [email.sender, ...email.recipients].every((address) => /^[\x00-\x7f]*$/.test(address));
  if (!hasUtf8 && !isAscii)
    return '550 5.6.7 the mail server does not offer SMTPUTF8, which an address of this email needs';
  if (!hasEightBit && (await hasEightBitContent(email)))
    return '554 5.6.3 the mail server does not offer 8BITMIME, which this email needs';
  return undefined;
}

type Envelope = { readonly sender: string; readonly recipients: readonly string[]; readonly size: number };

/**
 * Sends one email.
 *
 * @returns the errors of the recipients that the server did not accept
 * @throws SmtpError if it accepted none
 */
export async function sendOn(
  { connection }: Session,
  { sender, recipients, size }: Envelope,
  content: Readable,
  options: MailServerOptions,
): Promise<readonly SmtpError[]> {
  const envelope = { from: sender, to: [...recipients], size, use8BitMime: true };
  const info = await withDeadline<{ rejectedErrors?: readonly SmtpError[] | undefined }>(connection, options, (done) =>
    connection.send(envelope, content, (error, sent) => done(error, sent)),
  );
  return info?.rejectedErrors ?? [];
}

/** Waits for an answer, for as long as there is time. */
async function withDeadline<Result>(
  connection: SMTPConnection,
  { remaining }: Pick<MailServerOptions, 'remaining'>,
  work: (done: (error: Error | null | undefined, result?: Result) => void) => void,
): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      clearTimeout(timer);
      connection.off('error', fail);
      reject(error);
    };
    const timer = setTimeout(
      () => {
        connection.close();
        fail(new Error('the mail server was too slow'));
      },
      Math.max(0, Math.min(remaining(), 2 ** 31 - 1)),
    );
    connection.once('error', fail);
    work((error, result) => {
      if (error) return fail(error);
      clearTimeout(timer);
      connection.off('error', fail);
      resolve(result);
    });
  });
}
