import { inspect } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  createSuppressionList,
  type SuppressionListOptions,
} from '../../shared/suppression-list/create-suppression-list.ts';
import { warnOncePerMinute } from '../../shared/suppression-list/store-error.ts';
import { dynamoDBError, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { useSystem } from '../support/system.ts';

useSystem();
let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await startFaultProxy(String(process.env.AWS_ENDPOINT_URL_DYNAMODB));
});
afterAll(() => proxy.close());
beforeEach(() => proxy.misbehave(() => undefined));

type Reach = Pick<SuppressionListOptions, 'region' | 'endpoint' | 'credentials'>;
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const reach = () => ({ region: 'us-east-1', endpoint: proxy.endpoint, credentials });

const ways: [string, (reach: Reach) => Partial<SuppressionListOptions>][] = [
  ['lean reads', (where) => where],
  ['a client of the SDK', (where) => ({ client: new DynamoDBClient({ ...where, maxAttempts: 1 } as object) })],
];

describe.each(ways)('%s', (way, toOptions) => {
  const failureOf = async (where: Reach, options: Partial<SuppressionListOptions> = {}) => {
    const list = createSuppressionList({ tableName: 'prod-suppressions', ...toOptions(where), ...options });
    return list.isSuppressed('ann@example.net').then(
      () => undefined,
      ({ name, code, message }) => ({ name, code, message }),
    );
  };
  const read = (code: string, fix = '') => ({
    name: 'SuppressionStoreError',
    code,
    message: `The suppression list "prod-suppressions" cannot be read: ${code}.${fix && ` ${fix}`}`,
  });

  test('a table that does not exist', async () => {
    const fix =
      'There is no such table in that Region: pass the tableName of your stack (its output SuppressionsTableName) and its region.';
    expect(await failureOf(reach())).toEqual(read('ResourceNotFoundException', fix));
  });

  test.each([
    [
      'AccessDeniedException',
      'The credentials may not do that: attach the policy that the stack has for it, its output AppPolicyArn.',
    ],
    ['UnrecognizedClientException', 'AWS does not know these credentials in that Region: check both.'],
    ['InvalidSignatureException', 'AWS does not know these credentials in that Region: check both.'],
    ['ExpiredTokenException', 'The credentials have expired: renew them.'],
    ['ProvisionedThroughputExceededException', 'The table is busier than it may be: it is on demand, so this passes.'],
    ['ValidationException', 'That table has other keys: pass the tableName of the suppressions table.'],
  ])('%s', async (code, fix) => {
    proxy.misbehave(() => dynamoDBError(code));
    expect(await failureOf(reach())).toEqual(read(code, fix));
  });

  // Under Jest an error of Node's own is none to the SDK, which hides it: these are for lean reads alone.
  if (way === 'lean reads') {
    test('a Region that does not exist', async () => {
      const fix = 'DynamoDB was not found there: check how the region is spelt, and the network.';
      const code = await failureOf({ ...reach(), endpoint: 'http://dynamodb.eu-middle-1.invalid' });
      expect([read('ENOTFOUND', fix), read('EAI_AGAIN', fix)]).toContainEqual(code);
    });

    test('nothing that listens', async () => {
      expect(await failureOf({ ...reach(), endpoint: 'http://127.0.0.1:1' })).toEqual(
        read('ECONNREFUSED', 'Nothing answers there: check the endpoint (also AWS_ENDPOINT_URL_DYNAMODB).'),
      );
    });
  }

  test('no answer in time', async () => {
    proxy.misbehave(() => ({ kind: 'hang' }));
    const fix = 'There was no answer in time: raise timeoutMs if that happens often.';
    expect(await failureOf(reach(), { timeoutMs: 100 })).toEqual(read('TimeoutError', fix));
  });

  describe('where the environment says nothing', () => {
    const before = { ...process.env };
    beforeAll(() => {
      const nowhere = {
        AWS_CONFIG_FILE: '/nowhere',
        AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
        AWS_EC2_METADATA_DISABLED: 'true',
      };
      for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
      Object.assign(process.env, nowhere);
    });
    afterAll(() => void Object.assign(process.env, before));

    test('no Region', async () => {
      const { region: _, ...where } = reach();
      expect(await failureOf(where)).toEqual(read('NoRegion', 'No Region is set: pass region, or set AWS_REGION.'));
    });

    test('no credentials', async () => {
      const { credentials: _, ...where } = reach();
      const fix = 'There are no AWS credentials: set AWS_PROFILE, give the process a role, or pass credentials.';
      expect(await failureOf(where)).toEqual(read('CredentialsProviderError', fix));
    });
  });

  test('whatever is printed of it holds no address, though DynamoDB’s own words do', async () => {
    proxy.misbehave(() => dynamoDBError('ValidationException', 400, { message: 'ann@example.net is too long' }));
    const list = createSuppressionList({ tableName: 'prod-suppressions', ...toOptions(reach()) });
    for (const call of [
      () => list.isSuppressed('ann@example.net'),
      () => list.filterSuppressed(['ann@example.net', 'bob@example.net']),
      () => list.suppress('ann@example.net', { by: 'cyd', note: 'asked' }),
    ]) {
      const error = await call().catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ name: 'SuppressionStoreError', code: 'ValidationException' });
      expect(inspect(error, { depth: 9 })).not.toMatch(/ann@|bob@/);
    }
  });
});

test('a list without the name of its table is refused at once', () => {
  const options = { tableName: undefined as unknown as string };
  expect(() => createSuppressionList(options)).toThrow(new TypeError('tableName is missing.'));
});

test('where nobody wants to be told, a warning of the process says so, once a minute', async () => {
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const now = jest.spyOn(performance, 'now');
  proxy.misbehave(() => dynamoDBError('ValidationException'));
  const list = createSuppressionList({ tableName: 'prod-suppressions', ...reach(), whenStoreFails: 'allow' });
  for (const _ of [1, 2]) await list.check('ann@example.net');
  const said = [
    expect.stringMatching(/^The suppression list "prod-suppressions" cannot be read: ValidationException\./),
    'SuppressionStoreWarning',
  ];
  expect(warn.mock.calls).toEqual([said]);
  const at = performance.now();
  now.mockReturnValue(at + 61_000);
  warnOncePerMinute(new Error('again'));
  expect(warn.mock.calls).toEqual([said, ['again', 'SuppressionStoreWarning']]);
  jest.restoreAllMocks();
});
