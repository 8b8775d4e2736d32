import { Readable } from 'node:stream';
import { useMailServers } from '../support/mail-servers.ts';
import { accepted, email, server, simple } from '../support/outgoing-email.ts';

const { start, startScripted } = useMailServers();

describe('the connection ends', () => {
  const script = (cut: string) => (line: string) => {
    if (line.startsWith(cut)) return null;
    if (line === 'DATA') return '354 go on';
    return line.startsWith('EHLO') ? '250-test\r\n250 8BITMIME' : '250 ok';
  };

  test.each(['EHLO', 'MAIL', 'RCPT', 'DATA'])('before the content, at %s: it was not delivered', async (cut) => {
    const { port } = await startScripted(script(cut));
    expect(await server(port).send(email(simple))).toMatchObject({ kind: 'unreachable', isUncertain: false });
  });

  test('after the content, without an answer: it may have been delivered', async () => {
    const { port, lines } = await startScripted(script('.'));
    expect(await server(port).send(email(simple))).toMatchObject({ kind: 'unreachable', isUncertain: true });
    // It is not sent again at once.
    expect(lines.filter((line) => line === '.')).toHaveLength(1);
  });

  test('nobody listens, or nobody speaks', async () => {
    expect(await server(1).send(email(simple))).toMatchObject({ kind: 'unreachable', isUncertain: false });
    const { port } = await startScripted(() => undefined, '');
    expect(await server(port, { timeoutMs: 300 }).send(email(simple))).toMatchObject({ kind: 'unreachable' });
  });

  test('a server that is too slow is left when the time is over', async () => {
    const { port } = await startScripted((line) => (line.startsWith('EHLO') ? '250 test' : undefined));
    expect(await server(port, { remaining: () => 300 }).send(email(simple))).toEqual({
      kind: 'unreachable',
      words: 'the mail server was too slow',
      isUncertain: false,
    });
  });

  test('a server that refuses connections is not reached, whatever its code', async () => {
    const { port } = await startScripted(() => undefined, '554 5.7.1 go away');
    expect(await server(port).send(email(simple))).toMatchObject({
      kind: 'unreachable',
      words: expect.stringContaining('go away'),
    });
  });
});

describe('what the server does not offer', () => {
  const eightBit = 'Subject: x\r\n\r\nsch\u00f6n\r\n';

  test('without 8BITMIME, ASCII is delivered, and other content is refused instead of changed', async () => {
    const { port, copies } = await start({ hide8BITMIME: true });
    const relay = server(port);
    expect(await relay.send(email(simple))).toEqual(accepted);
    expect(await relay.send(email(eightBit))).toEqual({
      kind: 'answered',
      results: [{ kind: 'refused', words: expect.stringContaining('8BITMIME') }],
    });
    await relay.close();
    expect(copies).toHaveLength(1);
  });

  test('without SMTPUTF8, an international address is refused', async () => {
    const recipients = ['jörg@shop.example'];
    const without = await start({ hideSMTPUTF8: true });
    expect(await server(without.port).send(email(simple, { recipients }))).toMatchObject({
      results: [{ kind: 'refused', words: expect.stringContaining('SMTPUTF8') }],
    });
    const { port, copies } = await start();
    const relay = server(port);
    expect(await relay.send(email(simple, { recipients }))).toEqual(accepted);
    await relay.close();
    expect(copies).toMatchObject([{ recipients }]);
  });

  test('an email that is larger than the server takes is refused', async () => {
    const { port, copies } = await start({ size: 100 });
    expect(await server(port).send(email(`${simple}${'x'.repeat(200)}\r\n`))).toMatchObject({
      results: [{ kind: 'refused' }],
    });
    expect(copies).toEqual([]);
  });
});

describe('a download that fails', () => {
  test('sends no part of the email as if it was whole', async () => {
    const { port, copies } = await start();
    const broken = async function* () {
      yield Buffer.from(simple);
      throw new Error('S3 is gone');
    };
    for (const read of [async () => Readable.from(broken()), async () => Readable.from([Buffer.from('From: a\r\n')])])
      expect(await server(port).send(email(simple, { size: 9999, read }))).toMatchObject({
        kind: 'unreachable',
        isUncertain: false,
      });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(copies).toEqual([]);
  });
});
