import fc from 'fast-check';
import { readReport } from '../../../shared/domain/email-report/read-report.ts';
import type { EmailPart, ReceivedEmail } from '../../../shared/domain/email-report/received-email.ts';

const from = (value: string, ...more: [string, string][]) =>
  [['from', value] as [string, string], ...more].map(([name, text]) => ({ name, value: text }));

const email = (
  text: string,
  parts: readonly EmailPart[] = [],
  header = from('MAILER-DAEMON@mx.example'),
): ReceivedEmail => ({
  header,
  text,
  parts,
});

const status = (text: string): EmailPart => ({ type: 'message/delivery-status', text });
const recipientsOf = (received: ReceivedEmail) => {
  const report = readReport(received);
  return report.kind === 'bounce' ? report.recipients.map(({ address, action }) => [address.key, action]) : report;
};

const address = fc
  .tuple(
    fc.stringMatching(/^[a-z][a-z0-9.+_-]{0,14}[a-z0-9]$/),
    fc.constantFrom('example.net', 'mail.example.org', 'xn--exmple-cua.com'),
  )
  .map(([local, domain]) => `${local}@${domain}`)
  .filter((text) => !/^(?:mailer-daemon|postmaster)@/.test(text));
const addresses = fc.uniqueArray(address, { minLength: 1, maxLength: 20 });

describe('a delivery status', () => {
  const outcome = fc.constantFrom('failed', 'delayed', 'delivered', 'relayed', 'expanded');
  const separator = fc.constantFrom('\n\n', '\r\n\r\n', '\n \n\n', '\n');
  const field = fc.constantFrom('Final-Recipient', 'FINAL-RECIPIENT', 'final-recipient ');

  test('reports each recipient that failed or waits, and no other, in order', () => {
    fc.assert(
      fc.property(
        addresses,
        fc.array(outcome, { minLength: 20, maxLength: 20 }),
        separator,
        field,
        (all, actions, between, name) => {
          const groups = all.map((one, index) => `${name}: rfc822; ${one}\nAction: ${actions[index]}\nStatus: 5.1.1`);
          const expected = all.flatMap((one, index) => {
            const action = actions[index] ?? '';
            return action === 'failed' || action === 'delayed' ? [[one, action]] : [];
          });
          const found = recipientsOf(email('', [status(['Reporting-MTA: dns; mx.example', ...groups].join(between))]));
          expect(found).toEqual(
            expected.length > 0 ? expected : { kind: 'none', reason: 'reports that an email was delivered' },
          );
        },
      ),
    );
  });

  test('counts a recipient without a valid address', () => {
    const text =
      'Final-Recipient: rfc822; ann@example.net\nAction: failed\n\nFinal-Recipient: rfc822; ???\nAction: failed';
    expect(readReport(email('', [status(text)]))).toMatchObject({ kind: 'bounce', unreadableCount: 1 });
  });

  test('names the address that the email was sent to, if it was forwarded', () => {
    const text = 'Final-Recipient: rfc822; b@example.org\nOriginal-Recipient: rfc822; Ann@example.net\nAction: failed';
    expect(readReport(email('', [status(text)]))).toMatchObject({
      recipients: [
        { address: { key: 'b@example.org' }, original: { key: 'ann@example.net', original: 'Ann@example.net' } },
      ],
    });
  });

  test.each([
    ['rfc822; ann@example.net', 'ann@example.net'],
    ['rfc822;<ann@example.net>', 'ann@example.net'],
    ['RFC822 ; <ann@example.net', 'ann@example.net'],
    ['ann@example.net', 'ann@example.net'],
    ['rfc822; "ann smith"@example.net', '"ann smith"@example.net'],
    ['rfc822; @relay.example:ann@example.net', 'ann@example.net'],
    [String.raw`utf-8; \x{4E2D}@example.net`, '中@example.net'],
    [String.raw`utf-8; \x{110000}@example.net`, 'x{110000}@example.net'],
    ['x400; /G=ann/S=smith/', undefined],
  ])('the recipient %s is %s', (text, key) => {
    const found = readReport(email('', [status(`Final-Recipient: ${text}\nAction: failed`)]));
    expect(found.kind === 'bounce' ? found.recipients[0]?.address.key : undefined).toBe(key);
  });
});

describe('words alone', () => {
  const styles: readonly ((all: readonly string[]) => string)[] = [
    (all) => all.map((one) => `<${one}>:\n550 5.1.1 User unknown\n`).join('\n'),
    (all) => all.map((one) => `  ${one}\n    SMTP error from remote mail server: 550 5.1.1 User unknown`).join('\n'),
    (all) => all.map((one) => `   * ${one}`).join('\n'),
    (all) => `Failed recipients:\n${all.map((one) => `"Some One" <${one}>`).join('\n')}`,
    (all) => all.map((one) => `>>> RCPT TO:<${one}>\n<<< 550 5.1.1 <${one}>... User unknown`).join('\n'),
  ];

  test('name each recipient, in the styles of the large mail systems', () => {
    fc.assert(
      fc.property(addresses, fc.constantFrom(...styles), (all, style) => {
        expect(recipientsOf(email(`Delivery failed.\n\n${style(all)}\n`))).toEqual(all.map((one) => [one, 'failed']));
      }),
    );
  });

  test('do not blame the sender of the email, nor a contact that the report names', () => {
    const header = from('MAILER-DAEMON@mx.example', ['to', 'shop@example.com']);
    const text = `Dear shop@example.com,
for help, please contact help@provider.example

The following address failed:
<ann@example.net>: 550 5.1.1 User unknown

If it goes on, write to help@provider.example
`;
    expect(recipientsOf(email(text, [], header))).toEqual([['ann@example.net', 'failed']]);
  });

  test('an email to oneself can bounce', () => {
    const header = from('MAILER-DAEMON@mx.example', ['to', 'shop@example.com']);
    expect(recipientsOf(email('<shop@example.com>:\n552 5.2.2 Mailbox full\n', [], header))).toEqual([
      ['shop@example.com', 'failed'],
    ]);
  });

  test('of anybody but mail servers are no report', () => {
    const text = 'The address bob@example.net bounced with 550 5.1.1 User unknown';
    expect(readReport(email(text, [], from('ann@example.net', ['subject', 'Re: your order'])))).toEqual({
      kind: 'none',
      reason: 'not a report of a bounce or a complaint',
    });
  });
});
