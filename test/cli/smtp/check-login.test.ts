import { type AddressInfo, createServer, type Server } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { checkLogin } from '../../../cli/smtp/check-login.ts';

/** Real SMTP servers on loopback. Their certificate is self-signed. */

const account = { host: '127.0.0.1', username: 'AKIA', password: 'secret' };
const trusting = { tls: { rejectUnauthorized: false }, timeoutMs: 2000 };
let servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

/** Starts a server that accepts the account, and records the passwords that it was sent and the commands after the login. */
async function start(options: SMTPServerOptions = {}) {
  const passwords: string[] = [];
  const emails: string[] = [];
  const server = new SMTPServer({
    logger: false,
    onAuth({ username, password }, _session, callback) {
      passwords.push(password ?? '');
      const isRight = username === account.username && password === account.password;
      callback(
        isRight ? null : new Error('Authentication Credentials Invalid'),
        isRight ? { user: username } : undefined,
      );
    },
    onMailFrom({ address }, _session, callback) {
      emails.push(address);
      callback();
    },
    ...options,
  });
  // A client that does not trust the certificate breaks the connection off.
  server.on('error', () => {});
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.server.address() as AddressInfo).port, passwords, emails };
}

test('right credentials are accepted after STARTTLS, and no email is begun', async () => {
  const { port, passwords, emails } = await start();
  expect(await checkLogin({ ...account, port }, trusting)).toEqual({ kind: 'accepted' });
  expect([passwords, emails]).toEqual([['secret'], []]);
});

test('wrong credentials are rejected, with the words of the server', async () => {
  const { port } = await start();
  expect(await checkLogin({ ...account, port, password: 'wrong' }, trusting)).toEqual({
    kind: 'rejected',
    reason: expect.stringContaining('Authentication Credentials Invalid'),
  });
});

test.each([
  [
    'does not offer STARTTLS',
    { hideSTARTTLS: true, disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
    trusting,
  ],
  ['has a certificate that is not trusted', {}, { timeoutMs: 2000 }],
])('a server that %s is never sent the password', async (_, options, login) => {
  const { port, passwords } = await start(options);
  expect((await checkLogin({ ...account, port }, login)).kind).toBe('unreachable');
  expect(passwords).toEqual([]);
});

test('a closed port, and a server that says nothing, are unreachable', async () => {
  const silent: Server = createServer(() => {});
  servers.push(silent);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  expect((await checkLogin({ ...account, port }, { timeoutMs: 100 })).kind).toBe('unreachable');
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port: closedPort } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  expect((await checkLogin({ ...account, port: closedPort }, trusting)).kind).toBe('unreachable');
});
