import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Who may use a desk: the person to whom the address with the token was shown, from this computer, through the desk's own pages. */
export type Access = {
  /** The token for the first visit. It works once. */
  readonly token: string;
  /** Proves that a form was sent from a page of this desk. */
  readonly formToken: string;
  /** Returns the value of the header `Set-Cookie` if this is the token and it was not used, and `undefined` otherwise. */
  open(token: string): string | undefined;
  /** Returns why a request is refused, or `undefined` if it is allowed. */
  refusal(request: DeskVisit): Refusal | undefined;
};

/** `host`: a page of another site, or DNS rebinding. `session`: no session, or one of an earlier desk. `origin`: a form of another site. */
export type Refusal = 'host' | 'session' | 'origin';

export type DeskVisit = {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly port: number;
  /** Of a form. */
  readonly formToken?: string;
  /** Whether this is the first visit, which has no session yet. */
  readonly isOpening: boolean;
};

const cookieName = 'ses_feedback_desk';

/** @param random returns as many random bytes as asked for */
export function createAccess(random: (bytes: number) => Buffer = randomBytes): Access {
  const secret = () => random(32).toString('base64url');
  const [token, session, formToken] = [secret(), secret(), secret()];
  let isUsed = false;
  return {
    token,
    formToken,
    open(given) {
      if (isUsed || !isEqual(given, token)) return undefined;
      isUsed = true;
      return `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    },
    refusal({ method, headers, port, formToken: given = '', isOpening }) {
      // A name that resolves to 127.0.0.1 for a moment must not reach the desk.
      const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
      if (headers.host === undefined || !hosts.includes(headers.host)) return 'host';
      if (isOpening && method === 'GET') return undefined;
      if (!isEqual(cookieOf(headers.cookie), session)) return 'session';
      if (method === 'GET' || method === 'HEAD') return undefined;
      if (headers.origin !== `http://${headers.host}`) return 'origin';
      return isEqual(given, formToken) ? undefined : 'origin';
    },
  };
}

function cookieOf(header = ''): string {
  const cookies = header.split(';').map((one) => one.trim());
  return cookies.find((one) => one.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1) ?? '';
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
