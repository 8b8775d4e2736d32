import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { explainEmail } from '../../cli/explain/explain-email.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';

const folder = path.join(__dirname, '..', '..', 'events', 'email');
const names = readdirSync(folder);
const samples = names.flatMap((name) => (name.endsWith('.eml') ? [name.slice(0, -'.eml'.length)] : []));
const now = Date.UTC(2026, 10, 27);

async function explained(content: Uint8Array) {
  const { recipients, ...email } = await explainEmail(content, defaultPolicy, now);
  return { ...email, recipients: recipients.map(({ suppressedForMs: _, ...recipient }) => recipient) };
}

const read = (name: string) => readFileSync(path.join(folder, `${name}.eml`));
const expectationOf = (name: string) => JSON.parse(readFileSync(path.join(folder, `${name}.expected.json`), 'utf8'));

test('each sample email has an expectation, and nothing else is in the folder', () => {
  expect(samples.length).toBeGreaterThan(25);
  expect(names.toSorted()).toEqual(samples.flatMap((name) => [`${name}.eml`, `${name}.expected.json`]).toSorted());
});

test.each(samples)('%s has the result in its expectation, whatever ends its lines', async (name) => {
  const { description, email } = expectationOf(name);
  const lf = read(name).toString('latin1');
  expect(lf).not.toContain('\r');
  for (const lineEnd of ['\n', '\r\n', '\r'])
    expect(await explained(Buffer.from(lf.replaceAll('\n', lineEnd), 'latin1')), JSON.stringify(lineEnd)).toEqual(
      email,
    );
  expect(description.length).toBeGreaterThan(10);
});

/** Reports of a bounce or a complaint: the samples that decide something about a recipient. */
const reports = samples.filter((name) => expectationOf(name).email.outcome === 'feedback');

test.each(reports)('%s says the same when it is forwarded as an attachment', async (name) => {
  const forward = `From: ann@shop.example.com
To: bounces@shop.example.com
Subject: for you
Content-Type: multipart/mixed; boundary="forward"

--forward
Content-Type: message/rfc822

${read(name).toString('latin1')}
--forward--
`;
  const [alone, inside] = [await explained(read(name)), await explained(Buffer.from(forward, 'latin1'))];
  // The date is that of the forward, which has none here: everything else stays.
  const withoutTime = ({ recipients, ...rest }: typeof alone) => ({
    ...rest,
    recipients: recipients.map(({ until, ...recipient }) => ({ ...recipient, isPermanent: until === null })),
  });
  expect(withoutTime(inside)).toEqual(withoutTime(alone));
});
