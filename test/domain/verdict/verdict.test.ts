import fc from 'fast-check';
import { defined } from '../../../shared/domain/defined.ts';
import type { VerdictRow } from '../../../shared/domain/verdict/fault.ts';
import { bounceVerdict, tables } from '../../../shared/domain/verdict/verdict.ts';

const rows = tables.flatMap((table) => table.rows);
const examples = rows.map((row): [string, VerdictRow] => [row.id, row]);
const decidedBy = (diagnosticCode: string, status?: string) =>
  bounceVerdict({ diagnosticCode, ...(status !== undefined && { status }) });

test('each row has an id of its own', () => {
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
});

describe.each(examples)('the row %s', (_id, { id, fault, cause, provider, example }) => {
  const expected = { fault, row: id, ...defined({ cause, provider }) };

  test('decides its example', () => {
    expect(decidedBy(example)).toEqual(expected);
  });

  test('decides it in capitals, with the type of a DSN, inside the answer of another server, and in several lines', () => {
    const [, code = '', words = ''] = /^(\d{3}(?: \d\.\d{1,3}\.\d{1,3})?) (.*)$/.exec(example) ?? [];
    const middle = words.indexOf(' ', words.length / 2);
    const lines = middle < 0 ? [words] : [words.slice(0, middle), words.slice(middle + 1)];
    const folded = lines.map(
      (line, i) => `${code.replace(/^(\d{3}) ?/, i < lines.length - 1 ? '$1-' : '$1 ').trim()} ${line}`,
    );
    for (const variant of [
      example.toUpperCase(),
      `smtp; ${example}`,
      `SMTP;${example}`,
      `X-Postfix; host mx.example.net[192.0.2.7] said: ${example} (in reply to RCPT TO command)`,
      `smtp; ${folded.join(' ')}`,
      folded.join('\r\n'),
    ])
      expect([variant, decidedBy(variant)]).toEqual([variant, expected]);
  });

  test('decides it with an address quoted in it, whatever words the address consists of', () => {
    const code = /^\d{3}(?: \d\.\d{1,3}\.\d{1,3})? /.exec(example)?.[0] ?? '';
    for (const address of [
      '<ann@example.net>: ',
      '<spam.blocked@example.net>... ',
      '"no such user"@full.example ',
      'blacklist@unknown-user.example: ',
    ]) {
      const quoted = `${code}${address}${example.slice(code.length)}`;
      expect([quoted, decidedBy(quoted)]).toEqual([quoted, expected]);
    }
  });
});

test.each<[string, string | undefined, string, string]>([
  [
    'the words decide before a status that names the recipient',
    '5.1.1',
    '550 5.1.1 your IP is on our block list',
    'sender',
  ],
  ['the words decide before a status that names the sender', '5.7.1', '550 5.7.1 no such user', 'recipient'],
  ['the words decide before a reply code', undefined, '552 5.0.0 the message is too large', 'message'],
  [
    'the sender’s address decides before an unknown user',
    '5.1.0',
    '550 sender address rejected: user unknown',
    'sender',
  ],
  ['an unknown user decides before a block list', undefined, '550 no such user, see our blacklist', 'recipient'],
  ['a full mailbox decides before an unknown user', '5.1.1', '550 user unknown: the mailbox is full', 'temporary'],
  ['a narrow status decides before the words', '5.7.27', '550 this host does not accept mail', 'sender'],
  ['the server’s own status decides before that of the report', '5.1.1', '550 5.7.1 no', 'sender'],
  ['the report’s status decides before an unspecific one', '5.1.1', '550 5.0.0 no', 'recipient'],
  ['the status decides before the reply code', '5.1.1', '552 no', 'recipient'],
  [
    'the words of the last server decide',
    '5.0.0',
    'host a said: 550 blocked using a list; host b said: 550 no such user',
    'recipient',
  ],
  [
    'the name of a host decides nothing',
    '5.1.1',
    '550 mx.mailbox-full.example does not know this mailbox full.example',
    'recipient',
  ],
  ['nothing decides', '5.0.0', '550 Rejected', 'unknown'],
  ['nothing at all decides', undefined, '', 'unknown'],
])('%s', (_name, status, text, fault) => {
  expect(decidedBy(text, status).fault).toBe(fault);
});

test('any answer has a verdict, in linear time', () => {
  const words = fc.constantFrom(
    '550 ',
    '5.7.1 ',
    'user',
    ' ',
    'mailbox',
    'is ',
    'not ',
    'exist',
    '-',
    '.',
    'a',
    'spam',
    '@',
    '"',
    '<',
    '(',
    'said: ',
    'error',
    'message ',
    'sender address ',
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 60 }), (parts) => {
      expect(bounceVerdict({ diagnosticCode: parts.join('') }).row).toMatch(/^[\w-]+$/);
    }),
  );
});

test.each([
  'a',
  ' ',
  '@',
  '"',
  '.',
  '-',
  '(',
  'user ',
  'is ',
  '550-',
  '550 5.1.1 ',
  'said: 550 ',
  'http://a/',
  'message size ',
])('a long answer of %j has a verdict', (part) => {
  // Only a pattern that backtracks without bounds would not come back from this.
  const steps = bounceVerdict({ diagnosticCode: part.repeat(100_000) });
  expect(steps.row).toMatch(/^[\w-]+$/);
});
