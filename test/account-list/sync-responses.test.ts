import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { AccountList } from '../../shared/account-list/account-list.ts';
import { createAccountList } from '../../shared/aws/ses/account-list.ts';
import { useAccountListFixtures } from '../support/account-list.ts';
import { bounce } from '../support/ses.ts';

const createFixture = useAccountListFixtures();
const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** Returns a list whose server sends the same response to every call. */
async function listWithResponse(status: number, error: string | undefined, body = '{"message":"of ann@example.net"}') {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls++;
    response.writeHead(status, error === undefined ? {} : { 'x-amzn-errortype': error });
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(
    () => server.closeAllConnections(),
    () => void server.close(),
  );
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const ses = new SESv2Client({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  return { list: createAccountList(ses), calls: () => calls };
}

const calls = (list: AccountList) =>
  [
    ['put', () => list.put('ann@example.net', 'BOUNCE')],
    ['delete', () => list.delete('ann@example.net')],
    ['get', () => list.get('ann@example.net')],
    ['list', () => list.list()],
    ['startImport', () => list.startImport('PUT', 's3://b/k')],
    ['readImport', () => list.readImport('job-1')],
    ['isInSandbox', () => list.isInSandbox()],
  ] as const;

test.each([
  [400, 'BadRequestException', 'rejected'],
  [400, 'LimitExceededException', 'throttled'],
  [400, 'InvalidNextTokenException', 'rejected'],
  [404, 'NotFoundException', 'not-found'],
  [429, 'TooManyRequestsException', 'throttled'],
  [400, 'ThrottlingException', 'throttled'],
  [403, 'AccessDeniedException', 'denied'],
  [403, 'ExpiredTokenException', 'denied'],
  // Errors of the account, the clock or the network: they must not be recorded as a rejection of the address.
  [400, 'AccountSuspendedException', 'failed'],
  [400, 'RequestExpired', 'failed'],
  [408, 'RequestTimeoutException', 'failed'],
  [409, 'ConcurrentModificationException', 'failed'],
  [404, 'UnknownOperationException', 'failed'],
  [404, undefined, 'failed'],
  [500, 'InternalServiceErrorException', 'failed'],
  [503, undefined, 'failed'],
])(
  '%i %s is %s for every call, after one attempt and without the address in the outcome',
  async (status, error, kind) => {
    const { list, calls: received } = await listWithResponse(status, error);
    for (const [, call] of calls(list)) {
      const outcome = await call();
      expect(outcome).toMatchObject({ kind });
      expect(JSON.stringify(outcome)).not.toContain('ann');
    }
    expect(received()).toBe(calls(list).length);
  },
);

test('a refused connection or a malformed response counts as a failed call', async () => {
  const unreachable = createAccountList(
    new SESv2Client({
      endpoint: 'http://127.0.0.1:1',
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    }),
  );
  for (const [, call] of calls(unreachable)) expect(await call()).toMatchObject({ kind: 'failed' });
  const { list } = await listWithResponse(200, undefined, '{}');
  const kinds = await Promise.all(calls(list).map(async ([name, call]) => [name, (await call()).kind]));
  expect(Object.fromEntries(kinds)).toMatchObject({ get: 'failed', list: 'failed', startImport: 'failed' });
  const { list: garbage } = await listWithResponse(200, undefined, '<html>');
  for (const [, call] of calls(garbage)) expect((await call()).kind).toMatch(/failed|done/);
});

test('without credentials the first call reports the error and no other call is made', async () => {
  const credentials = async () =>
    Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));
  const list = createAccountList(new SESv2Client({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1', credentials }));
  const fixture = await createFixture();
  await fixture.deliver(['a', 'b'].map((name) => bounce({ to: `${name}@example.net`, mailId: name })));
  const [entry] = await fixture.sync({ lists: new Map([['home', list]]) });
  expect(entry).toMatchObject({ synced: 0, pending: 2, error: 'CredentialsProviderError' });
});

test('after a "not found" response to a put the address stays pending', async () => {
  const { list } = await listWithResponse(404, 'NotFoundException');
  const fixture = await createFixture();
  await fixture.deliver([bounce({ to: 'ann@example.net' })]);
  expect((await fixture.sync({ lists: new Map([['home', list]]) }))[0]).toMatchObject({ synced: 0, pending: 1 });
  expect(await fixture.pendingRegions()).toEqual({ 'ann@example.net': 'home' });
});
