import fc from 'fast-check';
import { readReport } from '../../shared/domain/email-report/read-report.ts';
import type { ReceivedEmail } from '../../shared/domain/email-report/received-email.ts';
import { maxReportBytes, parseEmail } from '../../shared/email/parse-email.ts';

const header = 'From: a@b.example\nSubject: s\n';
const parse = async (text: string) => parseEmail(Buffer.from(text, 'latin1'));

/** Nests multiparts. */
const nested = (levels: number) =>
  Array.from({ length: levels }, (_, level) => `Content-Type: multipart/mixed; boundary="b${level}"\n\n--b${level}\n`);

test('an email is nested at most 100 levels deep', async () => {
  expect(await parse(`${header}${nested(99).join('')}\nend\n`)).toMatchObject({ parts: [] });
  expect(await parse(`${header}${nested(150).join('')}\nend\n`)).toEqual({
    unreadable: 'nested deeper than 100 levels',
  });
});

test('an email inside an email inside an email is read, ten of them at most', async () => {
  const inside = (count: number): string =>
    count === 0 ? `${header}\ninnermost\n` : `${header}Content-Type: message/rfc822\n\n${inside(count - 1)}`;
  const depthOf = (email: Awaited<ReturnType<typeof parse>> | undefined): number =>
    email === undefined || 'unreadable' in email ? 0 : 1 + depthOf(email.parts[0]?.email);
  expect(depthOf(await parse(inside(5)))).toBe(6);
  expect(depthOf(await parse(inside(40)))).toBe(10);
});

test('the parts in the first 100,000 lines are read', async () => {
  const part = '--b\nContent-Type: a/b\n\n\n';
  const withParts = async (count: number) =>
    (await parse(
      `${header}Content-Type: multipart/mixed; boundary=b\n\n${part.repeat(count)}--b--\n`,
    )) as ReceivedEmail;
  expect((await withParts(20_000)).parts).toHaveLength(20_000);
  expect((await withParts(40_000)).parts.length).toBeLessThan(25_000);
});

test('of a large email, the first MiB is read', async () => {
  const email = await parse(`${header}\n${'x'.repeat(3 * maxReportBytes)}`);
  expect((email as { text: string }).text.length).toBeLessThan(maxReportBytes);
});

/** Texts that take a careless program quadratic time or more. Each has a MiB. */
const hostile = {
  'many boundaries': `${header}\n${'--a\n\n'.repeat(209_000)}`,
  'boundaries that are declared': `${header}Content-Type: multipart/mixed; boundary=a\n\n${'--a\n'.repeat(260_000)}`,
  'many at signs': `${header}\n${'@'.repeat(1_000_000)}`,
  'many addresses': `${header}\n${'a@b.example '.repeat(87_000)}`,
  'many different addresses': `From: MAILER-DAEMON@b.example\n\n${Array.from({ length: 80_000 }, (_, n) => `a${n}@b.ex`).join('\n')}`,
  'half addresses': `${header}\n${'"a'.repeat(500_000)}`,
  'open brackets': `${header}Content-Type: text/html\n\n${'<'.repeat(1_000_000)}`,
  'open tags': `${header}Content-Type: text/html\n\n${'<style '.repeat(149_000)}`,
  entities: `${header}Content-Type: text/html\n\n${'&#1'.repeat(340_000)}`,
  spaces: `${header}Content-Type: text/html\n\n${' \n'.repeat(520_000)}`,
  'fields in the text': `${header}\n${'From: a\nX-A: b\n\n'.repeat(62_000)}`,
  'one long field': `${header}X: ${'a '.repeat(500_000)}\n\n`,
  'folded field': `${header}X:${'\n a'.repeat(300_000)}\n\n`,
  'content types': `${header}${'Content-Type: text/plain\n'.repeat(40_000)}\n`,
  'comments in a date': `${header}Date: ${'('.repeat(1_000_000)}\n\n`,
  'multibyte encoding': `${header}Content-Type: text/plain; charset=iso-2022-jp\n\n${'\u001b$B'.repeat(340_000)}`,
  'quoted-printable': `${header}Content-Transfer-Encoding: quoted-printable\n\n${'=\n'.repeat(520_000)}`,
};

test.each(Object.entries(hostile))('a hostile email is read in time: %s', async (_, text) => {
  const email = await parse(text);
  // A test may take 5 s, and quadratic time would be minutes.
  if (!('unreadable' in email)) readReport(email);
});

test('whatever the bytes are, an email is read or has a reason', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, hasHeader) => {
      const email = await parseEmail(hasHeader ? Buffer.concat([Buffer.from(header), bytes]) : bytes);
      if ('unreadable' in email) expect(email.unreadable).not.toBe('');
      else expect(readReport(email).kind).toMatch(/^(?:bounce|complaint|none|unreadable)$/);
    }),
  );
});
