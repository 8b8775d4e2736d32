import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hour } from '../../shared/domain/durations.ts';
import { explainAwsError } from '../io/aws-errors.ts';
import { type Access, createAccess, type Refusal } from './access.ts';
import type { Desk } from './desk.ts';
import { html } from './html.ts';
import { renderDocument } from './layout.ts';
import type { DeskAnswer } from './page.ts';
import { deskRoutes } from './routes.ts';
import { script } from './script.ts';
import { icon, styleSheet } from './style.ts';

export type DeskServer = {
  /** The address of the first visit, with the token. */
  readonly url: string;
  /** Resolves when the desk has ended: nobody used it for a time, or `close` was called. */
  readonly ended: Promise<void>;
  close(): void;
};

export type DeskServerOptions = {
  /** @default 0, which is a free port */
  readonly port?: number;
  /** @default an hour */
  readonly idleMs?: number;
};

/** A bounce email with its attachments. Forms of other pages are far smaller. */
const maxBodyBytes = 5_000_000;

/** Starts the desk on the loopback interface. */
export async function startDesk(desk: Desk, { port = 0, idleMs = hour }: DeskServerOptions = {}): Promise<DeskServer> {
  const server = createServer();
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  server.listen(port, '127.0.0.1');
  // Fails if the port is taken.
  await once(server, 'listening');
  const { port: chosen } = server.address() as AddressInfo;
  const access = createAccess(chosen);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  const idle = setTimeout(close, idleMs);
  const ended = new Promise<void>((resolve) => {
    server.once('close', resolve);
  }).then(() => clearTimeout(idle));
  // A tab of an earlier desk, or another program, that is refused does not keep it open.
  const context = { desk, access, port: chosen, onUse: () => void idle.refresh() };
  server.on('request', (request, response) => {
    handle(request, response, context).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  return { url: `http://127.0.0.1:${chosen}/open?token=${access.token}`, ended, close };
}

type Context = { readonly desk: Desk; readonly access: Access; readonly port: number; readonly onUse: () => void };

async function handle(request: IncomingMessage, response: ServerResponse, context: Context): Promise<void> {
  const { access, port } = context;
  const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
  const method = request.method ?? 'GET';
  const { headers } = request;
  const isOpening = url.pathname === '/open';
  // Before the body is read: a browser without a session does not get to send megabytes.
  const unknown = access.refusal({ method: 'GET', headers, isOpening: isOpening && method === 'GET' });
  if (unknown !== undefined) return send(response, context, refused[unknown]);
  const form = method === 'POST' ? await readForm(request) : undefined;
  if (form === 'too large')
    return send(response, context, { status: 413, title: 'Too large', body: html`<p>This is more than 5 MB.</p>` });
  const formToken = form?.get('token') ?? '';
  const refusal = access.refusal({ method, headers, formToken, isOpening });
  if (refusal !== undefined) return send(response, context, refused[refusal]);
  context.onUse();
  if (isOpening) return open(url, request, response, context);
  if (url.pathname === '/style.css') return sendAsset(response, 'text/css', styleSheet);
  if (url.pathname === '/icon.svg') return sendAsset(response, 'image/svg+xml', icon);
  if (url.pathname === '/script.js') return sendAsset(response, 'text/javascript', script);
  const answer = await answerTo(method, url, form, context);
  send(response, context, answer, url);
}

/** Returns what a route answers, or a page that says why it cannot. */
async function answerTo(
  method: string,
  url: URL,
  form: URLSearchParams | undefined,
  { desk, access }: Context,
): Promise<DeskAnswer> {
  const route = deskRoutes.find(
    (one) => one.path === url.pathname && one.method === (method === 'HEAD' ? 'GET' : method),
  );
  if (route === undefined)
    return { status: 404, title: 'Not found', body: html`<p>There is no such page. <a href="/">Overview</a></p>` };
  if (method === 'POST' && route.changes && desk.isReadOnly)
    return {
      status: 403,
      title: 'Read-only',
      body: html`<p>This desk was started with <code>--read-only</code>. Start it without to change something.</p>`,
    };
  try {
    return await route.answer(
      { params: url.searchParams, form: form ?? new URLSearchParams(), formToken: access.formToken },
      desk,
    );
  } catch (error) {
    return explainFailure(error, desk, url.pathname);
  }
}

function explainFailure(error: unknown, { stack }: Desk, path: string): DeskAnswer {
  const explained = explainAwsError(error, { profile: process.env.AWS_PROFILE, region: stack.region });
  const message = explained instanceof Error ? explained.message : String(explained);
  const isDenied = explained instanceof Error && 'exitCode' in explained && explained.exitCode === 4;
  return {
    status: isDenied ? 403 : 500,
    title: isDenied ? 'Not allowed' : 'This did not work',
    body: html`<p class="problem">${message}</p>
${isDenied && html`<p>The policy <code>${policyFor(path)}</code> (an output of the stack) allows it. Ask the person who manages your AWS account to attach it to your role.</p>`}
<p>Nothing was changed, or only a part of it. Go back, and look at it again.</p>`,
  };
}

/** The output of the stack with the policy that is enough for a page: test/cli/desk/pages.test.ts compares both. */
export function policyFor(path: string): 'SupportPolicyArn' | 'OperatorPolicyArn' {
  return path === '/health' ? 'OperatorPolicyArn' : 'SupportPolicyArn';
}

const refused: Readonly<Record<Refusal, DeskAnswer>> = {
  host: {
    status: 421,
    title: 'Another address',
    body: html`<p>The desk answers only at the address that the command has printed.</p>`,
  },
  session: {
    status: 401,
    title: 'No session',
    body: html`<p>This desk does not know your browser: its address works once, in one browser, or the desk was started anew. Run
      <code>npx ses-feedback desk</code> again, and open the address that it prints.</p>`,
  },
  origin: {
    status: 403,
    title: 'Refused',
    body: html`<p>This form was not sent from a page of this desk. Nothing was changed. Open the page again, and repeat.</p>`,
  },
};

function open(url: URL, request: IncomingMessage, response: ServerResponse, context: Context): void {
  // Loading the first page again, or the bookmark of it, goes on with the session.
  const { headers } = request;
  if (context.access.refusal({ method: 'GET', headers, isOpening: false }) === undefined) {
    send(response, context, { location: '/' });
    return;
  }
  const cookie = context.access.open(url.searchParams.get('token') ?? '');
  if (cookie === undefined) {
    send(response, context, refused.session);
    return;
  }
  // A page, not a redirect: after a redirect from another program, a browser may not send the cookie yet.
  response.setHeader('Set-Cookie', cookie);
  response.setHeader('Refresh', '0; url=/');
  send(response, context, { title: 'Desk', body: html`<p><a href="/">Open the desk</a></p>` });
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams | 'too large'> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > maxBodyBytes) return 'too large';
    parts.push(part);
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}

/** Nothing of a page is kept by the browser, sent elsewhere, or shown in a frame. */
function securityHeaders(nonce: string): Record<string, string> {
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "img-src 'self'",
      `style-src 'nonce-${nonce}'`,
      `script-src 'nonce-${nonce}'`,
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'Cache-Control': 'no-store',
    // With `no-referrer`, a browser would not say from which origin a form is sent.
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}

function sendAsset(response: ServerResponse, type: string, content: string): void {
  response.writeHead(200, { ...securityHeaders('none'), 'Content-Type': `${type}; charset=utf-8` });
  response.end(content);
}

function send(response: ServerResponse, { desk }: Context, answer: DeskAnswer, url?: URL): void {
  const nonce = randomBytes(16).toString('base64');
  if ('location' in answer) {
    response.writeHead(303, { ...securityHeaders(nonce), Location: answer.location });
    response.end();
    return;
  }
  if ('file' in answer) {
    const { name, type, content } = answer.file;
    const disposition = name === undefined ? {} : { 'Content-Disposition': `attachment; filename="${name}"` };
    response.writeHead(200, { ...securityHeaders(nonce), 'Content-Type': `${type}; charset=utf-8`, ...disposition });
    response.end(content);
    return;
  }
  response.writeHead(answer.status ?? 200, { ...securityHeaders(nonce), 'Content-Type': 'text/html; charset=utf-8' });
  response.end(renderDocument(answer, { nonce, desk, ...(url && { url }) }));
}
