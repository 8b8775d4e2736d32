import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { explainFile, messagesOf } from '../../../cli/commands/explain.ts';
import { isSampleFile } from '../../../local/demo/samples.ts';
import { parseAddress } from '../../../shared/domain/address.ts';
import { unwrapMessage } from '../../../shared/domain/feedback/envelope.ts';
import { parse } from '../../../shared/domain/feedback/parse.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { redact } from '../../../shared/domain/redact/redact.ts';
import { runs } from '../../support/runs.ts';

const folder = path.join(__dirname, '..', '..', '..', 'events');
const samples = readdirSync(folder).filter(isSampleFile);

/** Returns a sample as if real people and companies were in it. */
function realistic(name: string): string {
  const real: Record<string, string> = { com: 'acme-mail.com', net: 'gmail.com', org: 'firma.de' };
  return readFileSync(path.join(folder, name), 'utf8')
    .replaceAll(/(?<=@)Example\.NET/g, 'GMail.COM')
    .replaceAll(/example\.(com|net|org)/g, (_, end) => real[end] ?? '')
    .replaceAll(/\.example\b/g, '.firma.de')
    .replaceAll('123456789012', '998877665544')
    .replaceAll('192.0.2.', '52.95.48.')
    .replaceAll('Your order', 'Dear Dr. Miller');
}

/** Returns the explanation without addresses, and without the provider that a domain would show. */
const explanationOf = (content: string) =>
  explainFile('file', content, {}, defaultPolicy).map(({ recipients, ...message }) => ({
    ...message,
    // Recipients are sorted by address.
    recipients: recipients.map(({ address: _, provider: __, ...recipient }) => JSON.stringify(recipient)).sort(),
  }));

/** Returns the ids and the time of each message: what decides whether it is a duplicate, and whether it counts. */
const mailsOf = (content: string) =>
  messagesOf(content).map((raw) => {
    const message = parse(unwrapMessage(raw), {});
    return message.kind === 'feedback' ? { id: message.event.mail.id, sentAt: message.event.mail.sentAt } : undefined;
  });

describe.each(samples)('%s', (name) => {
  const original = realistic(name);
  const { text } = redact(original);

  test('is judged the same after it was redacted', () => {
    expect(explanationOf(text)).toEqual(explanationOf(original));
    expect(mailsOf(text).map((mail) => mail?.sentAt)).toEqual(mailsOf(original).map((mail) => mail?.sentAt));
  });

  test('has no addresses, domains, ids, accounts, IP addresses or subjects any more', () => {
    const addresses = explainFile(name, original, {}, defaultPolicy)
      .flatMap(({ recipients }) => recipients.map(({ address }) => address))
      .filter((address) => !address.endsWith('@simulator.amazonses.com'));
    const ids = mailsOf(original).flatMap((mail) => mail?.id || []);
    for (const secret of ['acme-mail.com', '@gmail.com', 'firma.de', '998877665544', '52.95.48.', 'Miller'])
      expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
    for (const secret of [...addresses, ...ids]) expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
  });

  test('is not changed by redacting it again', () => {
    expect(redact(text).text).toBe(text);
  });
});

test('addresses of reserved domains, as the samples of the project have, stay', () => {
  const addresses = (content: string) => content.match(/[\w.+-]+@[\w.-]+/g);
  for (const name of samples) {
    const original = readFileSync(path.join(folder, name), 'utf8');
    expect(addresses(redact(original).text)).toEqual(addresses(original));
  }
});

describe('any message', () => {
  const word = fc.stringMatching(/^[a-z]{3,8}\d{2}$/);
  const local = fc.oneof(
    word,
    fc.tuple(word, fc.constantFrom('.', '+', '-', "'", '='), word).map((parts) => parts.join('')),
    fc.tuple(word, word).map(([a, b]) => `"${a} @ ${b}"`),
    word.map((text) => `${text}ß`),
    word.map((text) => text.toUpperCase()),
  );
  const domain = fc.tuple(word, fc.constantFrom('de', 'co.uk', 'com')).map((parts) => parts.join('.'));
  const person = fc.record({ local, domain, name: fc.tuple(word, word).map((parts) => parts.join(', ')) });
  const secrets = fc.record({
    people: fc.uniqueArray(person, {
      minLength: 1,
      maxLength: 4,
      selector: ({ local, domain }) => `${local}@${domain}`.toLowerCase(),
    }),
    sender: person,
    account: fc.stringMatching(/^[1-9]\d{11}$/),
    messageId: fc.uuid(),
    ip: fc.ipV4().filter((ip) => !/^(192\.0\.2|198\.51\.100|203\.0\.113|127)\./.test(ip)),
    ip6: fc.ipV6().filter((ip) => /^(?:[0-9a-f]{2,4}:){7}[0-9a-f]{2,4}$/.test(ip)),
    subject: word,
    tag: word,
  });
  type Secrets = typeof secrets extends fc.Arbitrary<infer T> ? T : never;

  const addressOf = ({ local, domain }: { local: string; domain: string }) => `${local}@${domain}`;

  function messageOf({ people, sender, account, messageId, ip, ip6, subject, tag }: Secrets) {
    const from = `"${sender.name}" <${addressOf(sender)}>`;
    return {
      eventType: 'Bounce',
      bounce: {
        bounceType: 'Permanent',
        bounceSubType: 'General',
        feedbackId: `fb-${messageId}`,
        timestamp: '2026-11-20T09:30:01.120Z',
        remoteMtaIp: ip,
        reportingMTA: `dns; mx1.${people[0]?.domain}`,
        bouncedRecipients: people.map((one) => ({
          emailAddress: `"${one.name}" <${addressOf(one)}>`,
          status: '5.1.1',
          diagnosticCode:
            `smtp; 550 5.1.1 <${addressOf(one)}>: rcpt=${addressOf(one)} ${one.local}... User unknown by mx.${one.domain}[${ip}] ` +
            `(${ip6}) at 09:30:01, ${messageId}, account ${account}`,
        })),
      },
      mail: {
        timestamp: '2026-11-20T09:29:58.412Z',
        source: from,
        sourceArn: `arn:aws:ses:eu-west-1:${account}:identity/${sender.domain}`,
        sendingAccountId: account,
        messageId,
        destination: people.map(addressOf),
        headers: [
          { name: 'From', value: from },
          { name: 'Subject', value: subject },
          { name: 'List-Unsubscribe', value: `<https://shop.test/u?who=${people.map(addressOf)}&${subject}>` },
        ],
        commonHeaders: { from: [from], subject },
        tags: { 'ses:configuration-set': [tag], 'ses:from-domain': [sender.domain], campaign: [tag] },
      },
    };
  }

  const wrap = {
    raw: (message: object) => message,
    sns: (message: object) => ({
      Type: 'Notification',
      TopicArn: 'arn:aws:sns:eu-west-1:111122223333:x',
      Message: JSON.stringify(message),
    }),
    sqs: (message: object) => ({
      Records: [{ messageId: 'a', body: JSON.stringify(wrap.sns(message)), eventSource: 'aws:sqs' }],
    }),
    bus: (message: object) => ({ source: 'aws.ses', detail: message, account: '111122223333' }),
  };
  const envelope = fc.constantFrom(...(Object.keys(wrap) as (keyof typeof wrap)[]));

  test('names nobody after it was redacted, and is judged the same', () => {
    fc.assert(
      fc.property(secrets, envelope, (secret, how) => {
        const original = JSON.stringify(wrap[how](messageOf(secret)));
        const { text, isJson } = redact(original);
        expect(isJson).toBe(true);
        const { people, sender, account, messageId, ip, ip6, subject, tag } = secret;
        const words = [...people, sender].flatMap(({ local, domain, name }) => [
          // Quotes are escaped once more in each envelope.
          ...local.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== ''),
          domain,
          ...name.split(', '),
        ]);
        const all = [account, messageId, ip, ip6, subject, tag, ...words, ...(how === 'raw' ? [] : ['111122223333'])];
        for (const word of all) {
          expect(original.toLowerCase()).toContain(word.toLowerCase());
          expect(text.toLowerCase()).not.toContain(word.toLowerCase());
        }
        expect(text).toContain('09:30:01');
        expect(explanationOf(text)).toEqual(explanationOf(original));
        expect(redact(text).text).toBe(text);
      }),
      { numRuns: runs(100) },
    );
  });

  test('has one replacement for each address, and different ones for different addresses', () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const redacted = JSON.parse(redact(JSON.stringify(messageOf(secret))).text);
        const keyOf = (text: string) => parseAddress(text)?.key;
        const replacements: (string | undefined)[] = redacted.mail.destination.map(keyOf);
        expect(replacements).not.toContain(undefined);
        expect(new Set(replacements).size).toBe(new Set(secret.people.map((one) => keyOf(addressOf(one)))).size);
        const bounced = redacted.bounce.bouncedRecipients as { emailAddress: string; diagnosticCode: string }[];
        expect(bounced.map(({ emailAddress }) => keyOf(emailAddress))).toEqual(replacements);
        for (const [index, { diagnosticCode }] of bounced.entries())
          expect(diagnosticCode).toContain(`<${redacted.mail.destination[index]}>`);
      }),
      { numRuns: runs(100) },
    );
  });
});

test('text that is not JSON loses its addresses and account numbers, and the result says that it is not JSON', () => {
  expect(redact('{"emailAddress": "ann@corp.de", "sendingAccountId": "998877665544", "subj')).toEqual({
    text: '{"emailAddress": "recipient1@domain1.example", "sendingAccountId": "123456789012", "subj',
    isJson: false,
  });
});

test('a message that is nested too deeply is rejected', () => {
  expect(() => redact(`${'['.repeat(100)}${']'.repeat(100)}`)).toThrow('The message is nested deeper than 64 levels.');
});

test.each([
  ['one long word', 'a'.repeat(300_000)],
  ['many quotes', '"'.repeat(300_000)],
  ['many at signs', '@'.repeat(300_000)],
  ['many dots', 'a.'.repeat(150_000)],
  ['many colons', ':'.repeat(300_000)],
  ['many addresses', Array.from({ length: 20_000 }, (_, n) => `a${n}@b${n}.de`).join(' ')],
  ['many hyphens', 'a-'.repeat(150_000)],
  ['many brackets', '<'.repeat(300_000)],
])('the time for %s grows with its length, not faster', (_name, text) => {
  // A program whose time grew with the square of the length would need hours, and the test would be ended.
  expect(typeof redact(text).text).toBe('string');
});
