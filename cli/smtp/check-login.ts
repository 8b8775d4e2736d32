import type { ConnectionOptions } from 'node:tls';
import { createTransport } from 'nodemailer';
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
export async function checkLogin(
  { host, port, username, password }: Omit<SmtpAccount, 'configurationSet'>,
  { tls, timeoutMs = 10_000 }: LoginOptions = {},
): Promise<LoginOutcome> {
  const transport = createTransport({
    host,
    port,
    secure: isImplicitTls(port),
    // Never sends the password over a connection that is not encrypted.
    requireTLS: true,
    auth: { user: username, pass: password },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...(tls && { tls }),
  });
  try {
    await transport.verify();
    return { kind: 'accepted' };
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return { kind: code === 'EAUTH' ? 'rejected' : 'unreachable', reason: message };
  } finally {
    transport.close();
  }
}
