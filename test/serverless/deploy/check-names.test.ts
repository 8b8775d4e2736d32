import { checkNames } from '../../../serverless/deploy/check-names.ts';
import { readPolicy } from '../../../shared/domain/policy/policy.ts';

const optionsWith = (bucket: string, regions: readonly string[] = []) => ({
  policy: readPolicy({ accountList: { regions } }),
  region: 'us-east-1',
  bucket,
});

test('a bucket name that S3 accepts, and Regions other than the own one, are valid', () => {
  expect(() => checkNames(optionsWith('a'.repeat(63), ['eu-west-1']))).not.toThrow();
});

test.each([
  [
    'the Region of the stack in accountList.regions',
    optionsWith('x', ['eu-west-1', 'us-east-1']),
    'policy.json: accountList.regions contains us-east-1, the Region of the stack, which is always synced. Remove it from the list.',
  ],
  [
    'a bucket name that is too long',
    optionsWith('a'.repeat(66)),
    `The name of the stage is 3 characters too long: the bucket of the stack would be named ${'a'.repeat(66)}, and S3 allows 63 characters. Choose a shorter name.`,
  ],
  [
    'a bucket name with an uppercase letter',
    optionsWith('ses-feedback-Prod-imports'),
    'The name of the stage may contain only lowercase letters, digits and hyphens: the bucket of the stack would be named ses-feedback-Prod-imports. Choose another name.',
  ],
])('%s is reported in one sentence', (_problem, options, message) => {
  expect(() => checkNames(options)).toThrow(new Error(message));
});
