import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { AccountList } from '../../shared/account-list/account-list.ts';
import { createAccountList } from '../../shared/aws/ses/account-list.ts';
import { useAccountListWorlds } from '../support/account-list.ts';
import { bounce } from '../support/ses.ts';

const createWorld = useAccountListWorlds();
const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** A list behind something that answers every call alike. */
async function listBehind(status: number, error: string | undefined, body = '{"message":"of ann@example.net"}') {
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
  [400, 'BadRequestException', 'refused'],
  [400, 'LimitExceededException', 'throttled'],
  [400, 'InvalidNextTokenException', 'refused'],
  [404, 'NotFoundException', 'absent'],
  [429, 'TooManyRequestsException', 'throttled'],
  [400, 'ThrottlingException', 'throttled'],
  [403, 'AccessDeniedException', 'denied'],
  [403, 'ExpiredTokenException', 'denied'],
  // Of the account, of the clock, of the way: nothing to be held against an address for good.
  [400, 'AccountSuspendedException', 'failed'],
  [400, 'RequestExpired', 'failed'],
  [408, 'RequestTimeoutException', 'failed'],
  [409, 'ConcurrentModificationException', 'failed'],
  [404, 'UnknownOperationException', 'failed'],
  [404, undefined, 'failed'],
  [500, 'InternalServiceErrorException', 'failed'],
  [503, undefined, 'failed'],
])('%i %s is %s, whatever was called, without the address, after one try', async (status, error, kind) => {
  const { list, calls: taken } = await listBehind(status, error);
  for (const [, call] of calls(list)) {
    const outcome = await call();
    expect(outcome).toMatchObject({ kind });
    expect(JSON.stringify(outcome)).not.toContain('ann');
  }
  expect(taken()).toBe(calls(list).length);
});

test('nobody there is no answer; an answer that makes no sense is none either', async () => {
  const nobody = createAccountList(
    new SESv2Client({
      endpoint: 'http://127.0.0.1:1',
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    }),
  );
  for (const [, call] of calls(nobody)) expect(await call()).toMatchObject({ kind: 'failed' });
  const { list } = await listBehind(200, undefined, '{}');
  const kinds = await Promise.all(calls(list).map(async ([name, call]) => [name, (await call()).kind]));
  expect(Object.fromEntries(kinds)).toMatchObject({ get: 'failed', list: 'failed', startImport: 'failed' });
  const { list: garbage } = await listBehind(200, undefined, '<html>');
  for (const [, call] of calls(garbage)) expect((await call()).kind).toMatch(/failed|done/);
});

test('without credentials nothing is taken, and the first call says so', async () => {
  const credentials = async () =>
    Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));
  const list = createAccountList(new SESv2Client({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1', credentials }));
  const world = await createWorld();
  await world.deliver(['a', 'b'].map((name) => bounce({ to: `${name}@example.net`, mailId: name })));
  const [entry] = await world.drain({ lists: new Map([['home', list]]) });
  expect(entry).toMatchObject({ told: 0, left: 2, fault: 'CredentialsProviderError' });
});

test('an answer that there is no such thing is none to a put: the mark stays', async () => {
  const { list } = await listBehind(404, 'NotFoundException');
  const world = await createWorld();
  await world.deliver([bounce({ to: 'ann@example.net' })]);
  expect((await world.drain({ lists: new Map([['home', list]]) }))[0]).toMatchObject({ told: 0, left: 1 });
  expect(await world.marks()).toEqual({ 'ann@example.net': 'home' });
});
