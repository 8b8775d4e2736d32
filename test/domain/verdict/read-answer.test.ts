import { readAnswer } from '../../../shared/domain/verdict/read-answer.ts';

// cspell:disable -- words of other languages

const read = (diagnosticCode: string, status?: string) =>
  readAnswer({ diagnosticCode, ...(status !== undefined && { status }) });

test('nothing is an empty answer', () => {
  expect(readAnswer({})).toEqual({ words: '', wordsAndLinks: '', status: '', replyCode: '' });
});

test.each<[string, string, string]>([
  ['the type of the DSN, the reply code and the status', 'smtp; 550 5.1.1 no such user', 'no such user'],
  ['a type without a space', 'SMTP;550 no such user', 'no such user'],
  ['an X- type', 'x-unix; no such user', 'no such user'],
  ['a type that is unknown', 'unknown; 550 no such user', 'no such user'],
  ['the type dns', 'dns; no such host', 'no such host'],
  ['a number sign in front of the status', '550 #5.1.1 no such user', 'no such user'],
  ['a hyphen behind the reply code', '550-no such user', 'no such user'],
  [
    'the codes that each line repeats',
    '550-5.7.26 This mail 550-5.7.26 has no DKIM 550 5.7.26 record',
    'This mail has no DKIM record',
  ],
  ['the codes of lines without a status', '550-no such 550 user', 'no such user'],
  ['an address', '550 <ann@example.net> no such user', 'no such user'],
  ['an address with a quoted local part', '550 "no such user"@example.net is here', 'is here'],
  ['the command that Postfix adds', '550 no such user (in reply to RCPT TO command)', 'no such user'],
  ['line breaks and tabs', '550 no\r\n\tsuch   user', 'no such user'],
])('%s is no word', (_name, text, words) => {
  expect(read(text).words).toBe(words);
});

test('words that were divided at the end of a line are joined', () => {
  expect(read('550 mail- box unknown').words).toBe('mailbox unknown');
  expect(read('550 mail- Box unknown').words).toBe('mail- Box unknown');
});

test('a number at the beginning of another line is a code only if it repeats the first one', () => {
  expect(read('550-more than 450 recipients 550 are too many').words).toBe('more than 450 recipients are too many');
  expect(read('550 more than 550 recipients').words).toBe('more than 550 recipients');
});

test('accents and typographic apostrophes are left out', () => {
  expect(read('550 Boîte l’adresse ‘x’ łódź').words).toBe("Boite l'adresse 'x' lodz");
});

test('host names and links are no words, but are kept beside them', () => {
  const { words, wordsAndLinks } = read(
    '550 blocked by zen.spamhaus.org, see https://www.spamhaus.org/full?user=unknown now',
  );
  expect(words).toBe('blocked by , see now');
  expect(wordsAndLinks).toBe('blocked by zen.spamhaus.org, see https://www.spamhaus.org/full?user=unknown now');
  expect(read('550 see www.mailbox-full.example/x now').words).toBe('see now');
  expect(read('550 see http://full/x now').words).toBe('see now');
});

test('a dot ends a sentence only in front of a space, and empty brackets say nothing', () => {
  expect(read('550 User unknown. Mailbox:X.y').words).toBe('User unknown. Mailbox:X·y');
  expect(read('550 no () such [ ] user < >').words).toBe('no such user');
});

test('the address of a host is no address of a recipient', () => {
  expect(read('550 the ip address is bad, the sending addresses too').words).toBe('the ip is bad, the sending too');
  expect(read('550 the client-address is bad').words).toBe('the client is bad');
  expect(read('550 the email address is bad').words).toBe('the email address is bad');
});

test.each<[string, string, string]>([
  ['the server’s own', '550 5.7.1 no', '5.7.1'],
  ['a specific one later in the text', '550 5.0.0 no, really 5.1.1 no', '5.1.1'],
  ['an unspecific one, if there is no other', '550 5.0.0 no', '5.1.0'],
  ['that of the report, if the text has none', '550 no', '5.1.0'],
])('the status is %s', (_name, text, expected) => {
  expect(read(text, '5.1.0').status).toBe(expected);
});

test('a status of the report is trimmed and must be complete, and an IP address is none', () => {
  expect(read('550 no', ' 5.1.1 ').status).toBe('5.1.1');
  expect(read('550 no', '5.1').status).toBe('');
  expect(read('550 no', '5.1.1.1').status).toBe('');
  expect(read('550 no', 'x 5.1.1').status).toBe('');
  expect(read('550 from 5.1.1.25 and 1.5.1.1').status).toBe('');
  expect(read('550 5.9.1 no').status).toBe('');
  expect(read('550 5.1.1234 no').status).toBe('');
});

test('a specific status of the report comes before an unspecific one of the server', () => {
  expect(read('550 5.0.0 no', '5.1.1').status).toBe('5.1.1');
});

test.each<[string, string]>([
  ['550 no', '550'],
  ['smtp; 550 no', '550'],
  ['smtp;550 no', '550'],
  ['550-no', '550'],
  ['550', '550'],
  ["host mx.example said: '550 no'", '550'],
  ['<550 no>', '550'],
  ['(450 later)', '450'],
  ['port 550 no', ''],
  ['350 no', ''],
  ['5501 no', ''],
  ['no', ''],
])('the reply code of %j is %j', (text, code) => {
  expect(read(text).replyCode).toBe(code);
});

test.each([
  'host a said: 550 blocked; host b said: 550 no such user',
  'host a returned 550 blocked, host b returned: 550 no such user',
  'host a responded with 550 blocked, then responded 550 no such user',
  'Response was 550 blocked; the response from the remote server was: 550 no such user',
  'error from a: 450 blocked; error from b: 550 no such user',
  'blocked <550 5.1.1 no such user',
])('of nested answers, the last is read: %s', (text) => {
  expect(read(text).words).toBe('no such user');
});

test('a long answer is read to 2,048 characters', () => {
  expect(read(`550 ${'a'.repeat(2043)} end`).words).toBe('a'.repeat(2043));
  expect(read(`550 ${'a '.repeat(1020)}end`).words).toMatch(/a e?n?d?$/);
});

test.each([
  ['550 user(in reply to RCPT TO command)later', 'user later'],
  ["550 no'http://x'user", "no' 'user"],
  ['550 x=mx.example.org=y', 'x= =y'],
  ['550 no()user', 'no user'],
  ['550 a,ann@example.net,b', 'a, ,b'],
])('what is left out of %j divides words', (text, words) => {
  expect(read(text).words).toBe(words);
});

test('what Postfix adds leaves no white space behind', () => {
  expect(read('550 no (in reply to RCPT TO command)').wordsAndLinks).toBe('no');
});

test('a text without codes on its lines is read as it is', () => {
  expect(read('550 is undefined here').words).toBe('is undefined here');
});
