import { openDesk } from '../../cli/desk/desk.ts';
import { type DeskServer, type DeskServerOptions, startDesk } from '../../cli/desk/server.ts';
import { openStack } from '../../cli/io/stack-options.ts';
import { type Policy, readPolicy } from '../../shared/domain/policy/policy.ts';
import { type Deployed, startDeployed } from './deployed.ts';
import { createMonitoring } from './monitoring.ts';
import { bounce, complaint } from './ses.ts';

/** A desk on a simulated stack, and a browser session without a browser. */
export type TestDesk = {
  readonly deployed: Deployed;
  readonly server: DeskServer;
  /** The value of the session's cookie: `name=value`. */
  readonly cookie: string;
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** Requests a page with the session. */
  get(path: string, headers?: Record<string, string>): Promise<{ status: number; text: string; headers: Headers }>;
  /** Sends a form from a page of the desk, with its token. */
  post(
    path: string,
    fields: Record<string, string | readonly string[]>,
    headers?: Record<string, string>,
  ): ReturnType<TestDesk['get']>;
  close(): Promise<void>;
};

type TestDeskOptions = DeskServerOptions & {
  readonly isReadOnly?: boolean;
  readonly policy?: Policy;
  /** Whether the first visit was made. @default true */
  readonly isOpened?: boolean;
};

const hour = 3_600_000;

export async function startTestDesk({
  isReadOnly = false,
  policy = readPolicy({}),
  isOpened = true,
  ...options
}: TestDeskOptions = {}): Promise<TestDesk> {
  const deployed = await startDeployed({ callsPerSecond: Number.POSITIVE_INFINITY });
  const before = { ...process.env };
  Object.assign(process.env, deployed.environment);
  const { clients, stack } = await openStack({ stage: 'prod' }, { stderr: { write: () => {} } });
  const desk = openDesk({ stack, clients, policy, by: 'ann@operations', isReadOnly });
  const server = await startDesk(desk, options);
  const { origin } = new URL(server.url);
  const opened = isOpened ? await fetch(server.url) : undefined;
  const cookie = opened?.headers.get('set-cookie')?.split(';')[0] ?? '';
  const request = async (path: string, init: RequestInit) => {
    const response = await fetch(`${origin}${path}`, { redirect: 'manual', ...init });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  const get: TestDesk['get'] = (path, headers = {}) => request(path, { headers: { cookie, ...headers } });
  return {
    deployed,
    server,
    origin,
    cookie,
    get,
    async post(path, fields, headers = {}) {
      const [, token = ''] = /name="token" value="([^"]+)"/.exec((await get('/explain')).text) ?? [];
      const body = new URLSearchParams('token' in fields ? {} : { token });
      for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
      const sent = await request(path, { method: 'POST', body, headers: { cookie, origin, ...headers } });
      const location = sent.headers.get('location');
      return location === null ? sent : get(location);
    },
    async close() {
      server.close();
      await server.ended;
      await deployed.close();
      for (const name of Object.keys(deployed.environment)) delete process.env[name];
      Object.assign(process.env, before);
    },
  };
}

/** Fills a stack with what a week brings: sends, bounces, complaints, an alarm and an outage. */
export async function fillStack({ system }: Deployed): Promise<void> {
  const now = system.now;
  const at = (hoursAgo: number, to: string, options: object = {}) =>
    bounce({ to, mailId: `mail-${to}`, sentAt: now - hoursAgo * hour, ...options });
  await system.deliver([
    at(30, 'ann@example.net', { subType: 'NoEmail' }),
    at(20, 'bob@gmail.com', {
      recipients: [
        {
          emailAddress: 'bob@gmail.com',
          action: 'failed',
          status: '5.7.26',
          diagnosticCode: 'smtp; 550 5.7.26 This mail is unauthenticated, gsmtp',
        },
      ],
    }),
    at(10, 'full@example.org', {
      recipients: [{ emailAddress: 'full@example.org', action: 'failed', status: '5.2.2' }],
    }),
    ...Array.from({ length: 30 }, (_, index) => at(5 + index / 10, `list${index}@yahoo.com`, { subType: 'NoEmail' })),
    complaint({ to: 'angry@example.net', mailId: 'c1', sentAt: now - 6 * hour }),
  ]);
  const monitoring = createMonitoring(system);
  for (let hours = 0; hours < 72; hours++)
    await monitoring.count(
      { sends: 100, ...(hours < 6 && { hard: 9 }) },
      { sentAt: now - hours * hour - 600_000, scopes: ['account', 'configuration-set:monthly'] },
    );
  await monitoring.evaluate();
  await monitoring.store.saveIncident({
    id: new Date(now - 48 * hour).toISOString().slice(0, 13),
    provider: 'google',
    from: now - 48 * hour,
    to: now - 44 * hour,
    bounces: 120,
  });
}
