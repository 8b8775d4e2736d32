import { explainAwsError } from '../../../cli/io/aws-errors.ts';
import { CommandError, UsageError } from '../../../cli/io/errors.ts';
import { StoreError } from '../../../shared/domain/suppression/store.ts';

const named = (name: string, message = 'no', fields: object = {}) =>
  Object.assign(new Error(message), { name, ...fields });
const explain = (error: unknown, profile?: string) => {
  const explained = explainAwsError(error, { profile, region: 'eu-west-1' });
  return explained instanceof CommandError ? [explained.exitCode, explained.message] : explained;
};

test.each([
  ['CredentialsProviderError', 'The SSO session associated with this profile has expired.'],
  ['TokenProviderError', 'The SSO session token associated with profile=prod was not found or is invalid.'],
  ['ExpiredTokenException', 'The security token included in the request is expired'],
  ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
  ['InvalidClientTokenId', 'The security token included in the request is invalid'],
  ['SignatureDoesNotMatch', 'The request signature we calculated does not match'],
])('%s names the profile, the reason and the next command', (name, message) => {
  expect(explain(named(name, message), 'prod')).toEqual([
    4,
    `Cannot load credentials for profile "prod": ${message.replace(/\.$/, '')}. If the session has expired, run: aws sso login --profile prod`,
  ]);
});

test('without a profile, missing credentials and refused ones have different messages', () => {
  expect(explain(named('CredentialsProviderError', 'Could not load credentials from any providers'))).toEqual([
    4,
    'No AWS credentials found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  ]);
  expect(explain(named('ExpiredToken', 'is expired.'))).toEqual([
    4,
    'AWS does not accept the credentials: is expired. Renew them, or select a profile with --profile.',
  ]);
});

test('missing rights name the identity and what was denied', () => {
  const denied = named('AccessDeniedException', 'User x is not authorized to perform: dynamodb:Query.');
  expect(explain(new StoreError('failed', { scope: 'permanent', cause: denied }), 'prod')).toEqual([
    4,
    'Profile "prod" may not do this: User x is not authorized to perform: dynamodb:Query. Attach the policy of your role (see the outputs of the stack), or use another profile.',
  ]);
});

test.each([
  [
    named('ThrottlingException'),
    'AWS in eu-west-1 is busy (ThrottlingException). Wait a minute and run the command again.',
  ],
  [
    named('TooManyRequestsException'),
    'AWS in eu-west-1 is busy (TooManyRequestsException). Wait a minute and run the command again.',
  ],
  [
    new StoreError('busy', { scope: 'transient', cause: named('ProvisionedThroughputExceededException') }),
    'AWS in eu-west-1 is busy (ProvisionedThroughputExceededException). Wait a minute and run the command again.',
  ],
  [
    named('Error', 'x', { code: 'ECONNREFUSED' }),
    'Cannot reach AWS in eu-west-1 (ECONNREFUSED). Check the Region and the network, and run the command again.',
  ],
  [
    new StoreError('x', { scope: 'transient', cause: named('TimeoutError') }),
    'Cannot reach AWS in eu-west-1 (TimeoutError). Check the Region and the network, and run the command again.',
  ],
])('%s can succeed later: exit code 75', (error, message) => {
  expect(explain(error)).toEqual([75, message]);
});

test('a missing table suggests the Region and the stack', () => {
  expect(explain(named('ResourceNotFoundException', 'Requested resource not found.'))).toEqual([
    1,
    'Requested resource not found. Check the Region (--region) and whether the stack is deployed: npx ses-feedback doctor',
  ]);
});

test('an explained error, another error and a text stay as they are', () => {
  for (const error of [new UsageError('x'), new Error('x'), 'x'])
    expect(explainAwsError(error, { profile: 'p', region: 'r' })).toBe(error);
});
