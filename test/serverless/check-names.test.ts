import { checkNames } from '../../serverless/deploy/check-names.ts';
import { readPolicy } from '../../shared/domain/policy/policy.ts';

const named = (bucket: string, regions: readonly string[] = []) => ({
  policy: readPolicy({ accountList: { regions } }),
  region: 'us-east-1',
  bucket,
});

test('a bucket S3 takes, and Regions that are others, are fine', () => {
  expect(() => checkNames(named('a'.repeat(63), ['eu-west-1']))).not.toThrow();
});

test.each([
  [
    named('x', ['eu-west-1', 'us-east-1']),
    "policy.json: accountList.regions: us-east-1 is the stack's own Region, which is told anyway: leave it out.",
  ],
  [
    named('a'.repeat(66)),
    `The stage is 3 characters too long: the stack's bucket would be called ${'a'.repeat(66)}, and S3 takes 63 characters.`,
  ],
  [
    named('ses-feedback-Prod-imports'),
    "The stage has to be of small letters, digits and -: the stack's bucket would be called ses-feedback-Prod-imports.",
  ],
])('%# is told in a sentence', (names, message) => {
  expect(() => checkNames(names)).toThrow(new Error(message));
});
