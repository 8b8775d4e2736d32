import type { ConnectionOptions } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { isImplicitTls, type SmtpAccount } from './mail-server-config.ts';

/** `rejected`: the server does not accept the credentials. `unreachable`: no connection, or none that is encrypted. */
export type LoginOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected' | 'unreachable'; readonly reason: string };

export type LoginOptions = {
  /** Which certificates are accepted. @default those that Node trusts, for this host */
  readonly tls?: ConnectionOptions;
  /** Milliseconds. @default 10,000 */
  readonly timeoutMs?: number;
};

/** Connects to the server with TLS and logs in. Sends no email. */
export function checkLogin(
  { host, port, username, password }: Omit<SmtpAccount, 'configurationSet'>,
  { tls, timeoutMs = 10_000 }: LoginOptions = {},
): Promise<LoginOutcome> {
  const connection = new SMTPConnection({
    host,
    port,
    secure: isImplicitTls(port),
    // Never sends the password over a connection that is not encrypted.
    requireTLS: true,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...(tls && { tls }),
  });
  return new Promise((resolve) => {
    const fail = ({ code, message }: Error & { readonly code?: string | undefined }) => {
      connection.close();
      resolve({ kind: code === 'EAUTH' ? 'rejected' : 'unreachable', reason: message });
    };
    connection.on('error', fail);
    connection.connect((broken) => {
      if (broken) return fail(broken);
      connection.login({ credentials: { user: username, pass: password } }, (refused) => {
        if (refused) return fail(refused);
        connection.quit();
        resolve({ kind: 'accepted' });
      });
    });
  });
}
