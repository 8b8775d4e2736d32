// cspell:disable -- invented names, and words of other languages
import { redact } from '../../../shared/domain/redact/redact.ts';

/** Redacts a message and returns it as an object. */
const redacted = (message: object) => JSON.parse(redact(JSON.stringify(message)).text);

test('a byte order mark is left out at the beginning only', () => {
  expect(redact('\uFEFF{"a":"b"}')).toEqual({ text: '{\n  "a": "b"\n}\n', isJson: true });
  expect(redact('plain \uFEFF text').text).toBe('plain \uFEFF text');
});

test('white space may surround JSON, and text that only contains a brace is no JSON', () => {
  expect(redact(' \n {"a":"b"} ').isJson).toBe(true);
  expect(redact('text {"a":"b"}')).toEqual({ text: 'text {"a":"b"}', isJson: false });
  expect(redacted({ diagnosticCode: '"\\u0041{"' })).toEqual({ diagnosticCode: '"\\u0041{"' });
});

describe('headers', () => {
  const header = (name: unknown, value: unknown) => redacted({ headers: [{ name, value }] }).headers[0].value;

  test.each([
    ['From', 'Ann <ann@corp.de>', 'X <recipient1@domain1.example>'],
    ['X-From', 'ann@corp.de', 'redacted'],
    ['Date', 'Fri, 20 Nov 2026', 'Fri, 20 Nov 2026'],
    ['Message-ID', '<77889900@corp.de>', '<recipient1@domain1.example>'],
    ['X-Message-ID', '77889900', 'redacted'],
    ['Message-ID-2', '77889900', 'redacted'],
    ['Subject', 'Hello', 'redacted'],
    ['X-Number', 5, 5],
  ])('%s: %j becomes %j', (name, value, expected) => {
    expect(header(name, value)).toEqual(expected);
  });

  test('are those of the field of this name only, and have a name', () => {
    expect(redacted({ mail: { name: 'Subject', value: 'see ann@corp.de' } }).mail.value).toBe(
      'see recipient1@domain1.example',
    );
    expect(header(5, 'see ann@corp.de')).toBe('see recipient1@domain1.example');
  });
});

test.each([
  ['Amazon SES Email Event Notification', 'Amazon SES Email Event Notification'],
  ['My Amazon SES plan', 'Redacted'],
])('the subject %j becomes %j', (subject, expected) => {
  expect(redacted({ subject }).subject).toBe(expected);
});

test('tags of an email and of a link are names of the sender, and tags of SES are vocabulary', () => {
  const tags = {
    campaign: ['spring', 'summer', 'spring'],
    'ses:operation': ['SendEmail'],
    'ses:from-domain': ['only-here.de'],
    'ses:configuration-set': ['news'],
    'ses:caller-identity': ['ann'],
  };
  expect(redacted({ tags, click: { linkTags: { place: ['footer'] } } })).toEqual({
    tags: {
      campaign: ['value-1', 'value-2', 'value-1'],
      'ses:operation': ['SendEmail'],
      'ses:from-domain': ['domain1.example'],
      'ses:configuration-set': ['configuration-set-1'],
      'ses:caller-identity': ['caller-1'],
    },
    click: { linkTags: { place: ['value-3'] } },
  });
});

test.each([
  [
    'arn:aws:sns:us-east-1:998877665544:ses-feedback-prod-bounces',
    'arn:aws:sns:us-east-1:123456789012:ses-feedback-prod-bounces',
  ],
  ['arn:aws:sns:us-east-1:998877665544:my-topic', 'arn:aws:sns:us-east-1:123456789012:resource-1'],
  ['arn:aws:sns:us-east-1:998877665544:my-ses-feedback-bounces', 'arn:aws:sns:us-east-1:123456789012:resource-1'],
  ['arn:aws:sns:us-east-1:998877665544:ses-feedback-bounces-2', 'arn:aws:sns:us-east-1:123456789012:resource-1'],
  [
    'arn:aws:sns:us-east-1:998877665544:my-topic:7c9e6679-7425-40de-944b-e07fc1f90ae7',
    'arn:aws:sns:us-east-1:123456789012:resource-1:00000000-0000-0000-0000-000000000001',
  ],
  [
    'arn:aws:sns:us-east-1:998877665544:x-7c9e6679-7425-40de-944b-e07fc1f90ae7',
    'arn:aws:sns:us-east-1:123456789012:resource-1',
  ],
  [
    'arn:aws:sns:us-east-1:998877665544:7c9e6679-7425-40de-944b-e07fc1f90ae7-x',
    'arn:aws:sns:us-east-1:123456789012:resource-1',
  ],
  [
    'arn:aws:ses:eu-west-1:998877665544:configuration-set/news',
    'arn:aws:ses:eu-west-1:123456789012:configuration-set/configuration-set-1',
  ],
  [
    'arn:aws:ses:eu-west-1:998877665544:identity/corp.de',
    'arn:aws:ses:eu-west-1:123456789012:identity/domain1.example',
  ],
  [
    'arn:aws:ses:eu-west-1:998877665544:identity/ann@corp.de',
    'arn:aws:ses:eu-west-1:123456789012:identity/recipient1@domain1.example',
  ],
  ['arn:aws:s3:::my-bucket', 'arn:aws:s3:::resource-1'],
  ['arn:aws:s3::cloudfront:my-bucket', 'arn:aws:s3::cloudfront:resource-1'],
  ['arn:aws:s3::9988776655441:my-bucket', 'arn:aws:s3::9988776655441:resource-1'],
  ['arn:aws', 'arn:aws'],
  ['arn:aws:s3', 'arn:aws:s3'],
  ['urn:a:b:c:d:ann@corp.de', 'urn:a:b:c:d:recipient1@domain1.example'],
  ['urn:a:b:c:d:plain', 'urn:a:b:c:d:plain'],
  ['arn:aws:s3:::a.b/c', 'arn:aws:s3:::resource-1'],
  ['ann@corp.de', 'recipient1@domain1.example'],
])('the ARN %s becomes %s', (sourceArn, expected) => {
  expect(redacted({ sourceArn }).sourceArn).toBe(expected);
});

const server = (diagnosticCode: string, emailAddress = 'ann@corp.de') =>
  redacted({ emailAddress, diagnosticCode }).diagnosticCode;

test.each([
  ['?who=ann%40corp.de', '?who=recipient1%40domain1.example'],
  ['?who=bob%40corp.de', '?who=bob%40domain1.example'],
  ['?who=ann%40other.de', '?who=ann%40other.de'],
  ["rcpt='ann@corp.de'", "rcpt='recipient1@domain1.example'"],
  ['rcpt=ann@corp.de', 'rcpt=recipient1@domain1.example'],
  ['rcpt=bob@corp.de', 'recipient2=x@domain1.example'],
])('in the words of a server, %j becomes %j', (text, expected) => {
  expect(server(text)).toBe(expected);
});

test.each([
  [`${'a'.repeat(31)}@eu-west-1.amazonses.com`, `${'0'.repeat(30)}1@eu-west-1.amazonses.com`],
  [`${'a'.repeat(31)}@amazonses.com`, `${'0'.repeat(30)}1@amazonses.com`],
  [`${'a'.repeat(30)}@eu-west-1.amazonses.com`, 'recipient1@eu-west-1.amazonses.com'],
  [`${'a'.repeat(31)}@notamazonses.com`, 'recipient1@domain1.example'],
  [`${'a'.repeat(31)}@amazonses.com.corp.de`, 'recipient1@domain1.example'],
])('%s, which may be a return path of SES, becomes %s', (returnPath, expected) => {
  expect(redacted({ returnPath }).returnPath).toBe(expected);
});
