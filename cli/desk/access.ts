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
  /** Of a form. */
  readonly formToken?: string;
  /** Whether this is the first visit, which has no session yet. */
  readonly isOpening: boolean;
};

/**
 * @param port the port on which the desk listens
 * @param random returns as many random bytes as asked for
 */
export function createAccess(port: number, random: (bytes: number) => Buffer = randomBytes): Access {
  // Cookies know no ports: two desks in one browser need two names.
  const cookieName = `ses_feedback_desk_${port}`;
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
    refusal({ method, headers, formToken: given = '', isOpening }) {
      // A name that resolves to 127.0.0.1 for a moment must not reach the desk.
      const hosts = ['127.0.0.1', 'localhost'].flatMap((name) =>
        port === 80 ? [name, `${name}:80`] : `${name}:${port}`,
      );
      if (headers.host === undefined || !hosts.includes(headers.host)) return 'host';
      if (isOpening && method === 'GET') return undefined;
      if (!isEqual(cookieOf(cookieName, headers.cookie), session)) return 'session';
      if (method === 'GET' || method === 'HEAD') return undefined;
      if (headers.origin !== `http://${headers.host}`) return 'origin';
      return isEqual(given, formToken) ? undefined : 'origin';
    },
  };
}

function cookieOf(name: string, header = ''): string {
  const cookies = header.split(';').map((one) => one.trim());
  return cookies.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
