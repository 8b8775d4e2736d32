import { inspect } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import type { ConnectionOptions, SuppressionListOptions } from '../../shared/suppression-list/options.ts';
import { warnOncePerMinute } from '../../shared/suppression-list/store-error.ts';
import { dynamoDBError, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { useSystem } from '../support/system.ts';

useSystem();
let proxy: FaultProxy;
beforeAll(async () => {
  proxy = await startFaultProxy(String(process.env.AWS_ENDPOINT_URL_DYNAMODB), { seesErasureKey: true });
});
afterAll(() => proxy.close());
beforeEach(() => proxy.misbehave(() => undefined));

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const connection = () => ({ region: 'us-east-1', endpoint: proxy.endpoint, credentials });

const readers: [string, (connection: ConnectionOptions) => Partial<SuppressionListOptions>][] = [
  ['lean reader', (options) => options],
  ['SDK client', (options) => ({ client: new DynamoDBClient({ ...options, maxAttempts: 1 } as object) })],
];

describe.each(readers)('%s', (name, toOptions) => {
  const failureOf = async (to: ConnectionOptions, options: Partial<SuppressionListOptions> = {}) => {
    const list = createSuppressionList({ tableName: 'prod-suppressions', ...toOptions(to), ...options });
    return list.isSuppressed('ann@example.net').then(
      () => undefined,
      ({ name, code, message }) => ({ name, code, message }),
    );
  };
  const readError = (code: string, hint = '') => ({
    name: 'SuppressionStoreError',
    code,
    message: `Cannot read the suppression list "prod-suppressions": ${code}.${hint && ` ${hint}`}`,
  });

  test('a table that does not exist', async () => {
    const hint =
      'The table does not exist in this Region. Pass the stack output SuppressionsTableName as tableName, and the Region of the stack as region.';
    expect(await failureOf(connection())).toEqual(readError('ResourceNotFoundException', hint));
  });

  test.each([
    [
      'AccessDeniedException',
      'The credentials do not allow this operation. Attach the managed policy in the stack output AppPolicyArn.',
    ],
    [
      'UnrecognizedClientException',
      'AWS does not accept these credentials in this Region. Check the credentials, the Region and the clock of this machine.',
    ],
    [
      'InvalidSignatureException',
      'AWS does not accept these credentials in this Region. Check the credentials, the Region and the clock of this machine.',
    ],
    ['ExpiredTokenException', 'The credentials have expired. Sign in again, for example with: aws sso login'],
    [
      'ProvisionedThroughputExceededException',
      'DynamoDB is throttling the table. The table scales on demand: try again in a few minutes.',
    ],
    [
      'ValidationException',
      'The keys of the table are not those of a suppressions table. Pass the stack output SuppressionsTableName as tableName.',
    ],
  ])('%s', async (code, hint) => {
    proxy.misbehave(() => dynamoDBError(code));
    expect(await failureOf(connection())).toEqual(readError(code, hint));
  });

  // Under Jest, Node's own errors belong to another realm, and the SDK hides them: only the lean reader reports these.
  if (name === 'lean reader') {
    test('a Region that does not exist', async () => {
      const hint = 'The host of DynamoDB was not found. Check the Region, the endpoint and the network.';
      const code = await failureOf({ ...connection(), endpoint: 'http://dynamodb.eu-middle-1.invalid' });
      expect([readError('ENOTFOUND', hint), readError('EAI_AGAIN', hint)]).toContainEqual(code);
    });

    test('an endpoint where nothing listens', async () => {
      expect(await failureOf({ ...connection(), endpoint: 'http://127.0.0.1:1' })).toEqual(
        readError(
          'ECONNREFUSED',
          'Cannot connect to the endpoint. Check the endpoint, and the variable AWS_ENDPOINT_URL_DYNAMODB.',
        ),
      );
    });
  }

  test('no response in time', async () => {
    proxy.misbehave(() => ({ kind: 'hang' }));
    const hint = 'DynamoDB did not respond in time. Raise timeoutMs if this happens often.';
    expect(await failureOf(connection(), { timeoutMs: 100 })).toEqual(readError('TimeoutError', hint));
  });

  describe('in an environment without AWS settings', () => {
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
      const { region: _, ...options } = connection();
      expect(await failureOf(options)).toEqual(
        readError('NoRegion', 'No AWS Region configured. Pass region or set AWS_REGION.'),
      );
    });

    test('no credentials', async () => {
      const { credentials: _, ...options } = connection();
      const hint = 'No AWS credentials found. Set AWS_PROFILE, give the process a role, or pass credentials.';
      expect(await failureOf(options)).toEqual(readError('CredentialsProviderError', hint));
    });
  });

  test('the printed error contains no address, although DynamoDB’s message does', async () => {
    proxy.misbehave(() => dynamoDBError('ValidationException', 400, { message: 'ann@example.net is too long' }));
    const list = createSuppressionList({ tableName: 'prod-suppressions', ...toOptions(connection()) });
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

test('a list without a table name is refused when it is created', () => {
  const options = { tableName: undefined as unknown as string };
  expect(() => createSuppressionList(options)).toThrow(new TypeError('tableName is missing.'));
});

test('without onStoreFailure, a failure is a process warning, at most once a minute', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const now = vi.spyOn(performance, 'now');
  proxy.misbehave(() => dynamoDBError('ValidationException'));
  const list = createSuppressionList({ tableName: 'prod-suppressions', ...connection(), whenStoreFails: 'allow' });
  for (const _ of [1, 2]) await list.check('ann@example.net');
  const warning = [
    expect.stringMatching(/^Cannot read the suppression list "prod-suppressions": ValidationException\./),
    'SuppressionStoreWarning',
  ];
  expect(warn.mock.calls).toEqual([warning]);
  const at = performance.now();
  now.mockReturnValue(at + 61_000);
  warnOncePerMinute(new Error('again'));
  expect(warn.mock.calls).toEqual([warning, ['again', 'SuppressionStoreWarning']]);
  vi.restoreAllMocks();
});
