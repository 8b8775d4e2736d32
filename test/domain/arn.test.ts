import { parseArn, parseFunctionArn, topicArnOf } from '../../shared/domain/arn.ts';

const functionArn = 'arn:aws-cn:lambda:cn-north-1:123456789012:function:ses-feedback-dev-bounce';

test('an ARN is parsed into its parts', () => {
  expect(parseArn(functionArn)).toEqual({
    partition: 'aws-cn',
    service: 'lambda',
    region: 'cn-north-1',
    account: '123456789012',
    resource: 'function:ses-feedback-dev-bounce',
  });
  expect(parseArn('arn:aws:s3:::bucket')).toEqual({
    partition: 'aws',
    service: 's3',
    region: '',
    account: '',
    resource: 'bucket',
  });
});

test.each([
  '',
  'alarms',
  'arn:aws:sns:eu-west-1:123456789012',
  'arn:aws:sns:eu-west-1:123456789012:',
  'arn::sns:eu-west-1:123456789012:alarms',
  'arn:aws::eu-west-1:123456789012:alarms',
  'urn:aws:sns:eu-west-1:123456789012:alarms',
  'an arn:aws:sns:eu-west-1:123456789012:alarms',
  'arn:aws:sns:eu-west-1:123456789012:alarms\nalarms',
])('"%s" is not an ARN', (text) => {
  expect(parseArn(text)).toBeUndefined();
});

test('the ARN of a function is parsed, and no other', () => {
  expect(parseFunctionArn(functionArn)).toEqual(parseArn(functionArn));
  for (const other of [
    undefined,
    'function',
    functionArn.replace('lambda', 'sns'),
    functionArn.replace('123456789012', '12345678901'),
    functionArn.replace('123456789012', '1234567890123'),
  ]) {
    expect(parseFunctionArn(other)).toBeUndefined();
  }
});

test('a topic is given by its ARN, or by its name in the same account and Region', () => {
  const neighbor = { partition: 'aws', region: 'eu-west-1', account: '123456789012' };
  expect(topicArnOf('alarms', neighbor)).toBe('arn:aws:sns:eu-west-1:123456789012:alarms');
  expect(topicArnOf('alarm-arn:x', neighbor)).toBe('arn:aws:sns:eu-west-1:123456789012:alarm-arn:x');
  const elsewhere = 'arn:aws:sns:us-east-1:999999999999:alarms';
  expect(topicArnOf(elsewhere, neighbor)).toBe(elsewhere);
});
