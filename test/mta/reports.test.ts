import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { explainEmail } from '../../cli/explain/explain-email.ts';
import { findFreePort } from '../../local/emulator/free-port.ts';
import { signReturnPath } from '../../shared/domain/email-report/return-path.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { createMailServer } from '../../shared/smtp/mail-server.ts';
import { answer, useMailServers } from '../support/mail-servers.ts';
import { startExim } from './exim.ts';
import { findProgram } from './find-program.ts';
import type { Mta, MtaOptions } from './mta.ts';
import { startPostfix } from './postfix.ts';

/**
 * Fresh reports of real mail servers, on loopback: an email to three recipients bounces, and the report is read. Needs Exim or Postfix, and root,
 * because both drop their privileges.
 */
const { start } = useMailServers();
const recipients = ['gone@example.net', 'full@example.net', 'blocked@example.net'];
const answers: Record<string, [number, string]> = {
  'gone@example.net': [550, '5.1.1 User unknown'],
  'full@example.net': [552, '5.2.2 Mailbox full'],
  'blocked@example.net': [550, '5.7.1 Service refused: listed by a block list'],
};

const mtas: [string, string, (program: string, options: MtaOptions) => Promise<Mta>][] = [
  ['Exim', 'exim4', startExim],
  ['Postfix', 'postfix', startPostfix],
];

for (const [name, command, startMta] of mtas) {
  const program = findProgram(command);
  const isRoot = process.getuid?.() === 0;
  const reason = program === undefined ? `${command} is not installed` : isRoot ? '' : `${command} needs root`;

  test.skipIf(reason !== '')(
    `${name}: the report names each recipient, with the right fault${reason && ` (${reason})`}`,
    async () => {
      const server = await start({
        onRcptTo({ address }, _session, callback) {
          const [code, text] = answers[address] ?? [];
          callback(code === undefined ? undefined : answer(code, text ?? ''));
        },
      });
      const catcher = await start();
      const port = await findFreePort();
      const mta = await startMta(program ?? '', { port, server: server.port, catcher: catcher.port });
      try {
        await untilListening(port);
        const sender = signReturnPath({
          recipient: 'gone@example.net',
          domain: 'bounces.shop.example',
          key: 'k'.repeat(32),
          at: Date.now(),
        });
        await send(port, sender);
        for (let waited = 0; catcher.copies.length === 0 && waited < 60_000; waited += 1000) {
          mta.flush();
          await sleep(1000);
        }
        expect(catcher.copies).toMatchObject([{ sender: '', recipients: [sender] }]);
        const report = catcher.copies[0]?.content ?? Buffer.alloc(0);
        const { outcome, event, recipients: found } = await explainEmail(report, defaultPolicy, Date.now());
        expect([outcome, event]).toEqual(['feedback', 'bounce']);
        const summary = found.map(({ address, fault, decision, until, status }) => [
          address,
          fault,
          decision,
          until === null,
          status,
        ]);
        expect(summary.toSorted()).toEqual([
          ['blocked@example.net', 'sender', 'suppress', false, '5.7.1'],
          ['full@example.net', 'temporary', 'suppress', false, '5.2.2'],
          ['gone@example.net', 'recipient', 'suppress', true, '5.1.1'],
        ]);
      } finally {
        await mta.stop();
      }
    },
  );
}

const postfix = findProgram('postfix');
test.skipIf(postfix === undefined || process.getuid?.() !== 0)(
  'the relay delivers to Postfix, which passes the email on unchanged',
  async () => {
    const [server, catcher, port] = [await start(), await start(), await findFreePort()];
    const mta = await startPostfix(postfix ?? '', { port, server: server.port, catcher: catcher.port });
    const relay = createMailServer({ host: '127.0.0.1', port, encryption: 'opportunistic', remaining: () => 30_000 });
    try {
      await untilListening(port);
      const content = Buffer.from(
        'Subject: x\r\nMessage-ID: <x@shop.example>\r\nDate: Mon, 16 Nov 2026 09:00:00 +0000\r\nFrom: sam@example.com\r\n\r\nsch\u00f6n\r\n.dot\r\n',
        'latin1',
      );
      const email = {
        sender: 'sam@example.com',
        recipients: ['ann@bounces.shop.example', 'bob@example.net'],
        prefix: '',
        size: content.length,
      };
      const read = async () => Readable.from([content], { objectMode: false });
      expect(await relay.send({ ...email, read })).toEqual({
        kind: 'answered',
        results: [{ kind: 'accepted' }, { kind: 'accepted' }],
      });
      for (let waited = 0; server.copies.length + catcher.copies.length < 2 && waited < 30_000; waited += 100)
        await sleep(100);
      for (const copy of [...server.copies, ...catcher.copies])
        expect(copy.content.toString('latin1').endsWith(content.toString('latin1'))).toBe(true);
      expect([server.copies.length, catcher.copies.length]).toEqual([1, 1]);
    } finally {
      await relay.close();
      await mta.stop();
    }
  },
);

async function untilListening(port: number): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 100) {
    const isTaken = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(true));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(false)));
    });
    if (isTaken) return;
    await sleep(100);
  }
  throw new Error('The mail server does not listen.');
}

async function send(port: number, from: string): Promise<void> {
  const connection = new SMTPConnection({ host: '127.0.0.1', port, ignoreTLS: true });
  const content = `From: shop@shop.example\r\nTo: ${recipients.join(', ')}\r\nSubject: order\r\nMessage-ID: <order-1@shop.example>\r\n\r\nThank you.\r\n`;
  await new Promise<void>((resolve, reject) => {
    connection.once('error', reject);
    connection.connect((error) => {
      if (error) return reject(error);
      connection.send({ from, to: recipients }, content, (failed) => (failed ? reject(failed) : resolve()));
    });
  });
  connection.quit();
}
