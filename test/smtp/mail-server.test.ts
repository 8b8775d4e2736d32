import { Readable } from 'node:stream';
import fc from 'fast-check';
import type { OutgoingEmail } from '../../shared/relay/ports.ts';
import { createMailServer } from '../../shared/smtp/mail-server.ts';
import type { MailServerOptions } from '../../shared/smtp/session.ts';
import { answer, useMailServers } from '../support/mail-servers.ts';

const { start, startScripted } = useMailServers();

const server = (port: number, options: Partial<MailServerOptions> = {}) =>
  createMailServer({
    host: '127.0.0.1',
    port,
    encryption: 'opportunistic',
    tls: { rejectUnauthorized: false },
    remaining: () => 20_000,
    timeoutMs: 5000,
    ...options,
  });

function email(content: Buffer | string, more: Partial<OutgoingEmail> = {}): OutgoingEmail {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content, 'latin1');
  return {
    sender: 'sam@example.com',
    recipients: ['ann@shop.example'],
    prefix: '',
    size: bytes.length,
    read: async () => Readable.from([bytes], { objectMode: false }),
    ...more,
  };
}

const simple = 'From: sam@example.com\r\n\r\nHello.\r\n';
const accepted = { kind: 'answered', results: [{ kind: 'accepted' }] };

test('the content arrives byte for byte, whatever its lines begin with, with the tags in front', async () => {
  const { port, copies } = await start();
  const line = fc.oneof(
    fc.constantFrom('', '.', '..', '.\u00e9', 'From x', ' '),
    fc.stringMatching(/^[\x20-\xff]{0,80}$/),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 20 }), fc.boolean(), async (lines, isTagged) => {
      const content = Buffer.from(['Subject: x', '', ...lines, ''].join('\r\n'), 'latin1');
      const prefix = isTagged ? 'X-Spam-Flag: YES\r\n' : '';
      const relay = server(port);
      expect(await relay.send(email(content, { prefix }))).toEqual(accepted);
      await relay.close();
      expect(copies.at(-1)?.content.toString('latin1')).toBe(prefix + content.toString('latin1'));
    }),
    { numRuns: 30 },
  );
});

test('the envelope is the original one, and a bounce has no sender', async () => {
  const { port, copies } = await start();
  const relay = server(port);
  await relay.send(email(simple, { sender: '', recipients: ['ann@shop.example', 'bob@shop.example'] }));
  await relay.close();
  expect(copies).toMatchObject([{ sender: '', recipients: ['ann@shop.example', 'bob@shop.example'] }]);
});

test('emails of a batch share one connection', async () => {
  const { port, connections, copies } = await start();
  const relay = server(port);
  for (let i = 0; i < 5; i++) await relay.send(email(simple));
  await relay.close();
  expect([connections(), copies.length]).toEqual([1, 5]);
});

test('a connection that the server has closed meanwhile is opened again, and nothing is sent twice', async () => {
  const { port, connections, copies } = await start({ socketTimeout: 200 });
  const relay = server(port);
  await relay.send(email(simple));
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await relay.send(email(simple))).toEqual(accepted);
  await relay.close();
  expect([connections(), copies.length]).toEqual([2, 2]);
});

describe('each recipient has its own result', () => {
  const codes: Record<string, [number, string] | undefined> = {
    'full@shop.example': [452, '4.2.2 over quota'],
    'gone@shop.example': [550, '5.1.1 no such user'],
  };
  const onRcptTo = ({ address }: { address: string }, _session: unknown, callback: (error?: Error) => void) => {
    const [code, text] = codes[address] ?? [];
    callback(code === undefined ? undefined : answer(code, text ?? ''));
  };

  test('452 for some of them, and 550 for others', async () => {
    const { port, copies } = await start({ onRcptTo });
    const recipients = ['full@shop.example', 'ann@shop.example', 'gone@shop.example'];
    const relay = server(port);
    expect(await relay.send(email(simple, { recipients }))).toEqual({
      kind: 'answered',
      results: [
        { kind: 'deferred', words: '452 4.2.2 over quota' },
        { kind: 'accepted' },
        { kind: 'refused', words: '550 5.1.1 no such user' },
      ],
    });
    await relay.close();
    expect(copies).toMatchObject([{ recipients: ['ann@shop.example'] }]);
  });

  test('none of them is accepted', async () => {
    const { port } = await start({ onRcptTo });
    expect(
      await server(port).send(email(simple, { recipients: ['gone@shop.example', 'full@shop.example'] })),
    ).toMatchObject({
      results: [{ kind: 'refused' }, { kind: 'deferred' }],
    });
  });
});

test.each([
  [
    'greylisting',
    { onMailFrom: (_a: unknown, _s: unknown, done: (e: Error) => void) => done(answer(450, '4.2.0 greylisted')) },
    'deferred',
  ],
  [
    'a refused sender',
    { onMailFrom: (_a: unknown, _s: unknown, done: (e: Error) => void) => done(answer(550, '5.7.1 no')) },
    'refused',
  ],
  [
    'a refused content',
    {
      onData: (s: Readable, _s: unknown, done: (e: Error) => void) =>
        void s.resume().on('end', () => done(answer(554, '5.7.1 spam'))),
    },
    'refused',
  ],
  [
    'a busy server',
    {
      onData: (s: Readable, _s: unknown, done: (e: Error) => void) =>
        void s.resume().on('end', () => done(answer(451, '4.3.0 later'))),
    },
    'deferred',
  ],
  [
    'a server that closes down',
    { onMailFrom: (_a: unknown, _s: unknown, done: (e: Error) => void) => done(answer(421, '4.3.2 bye')) },
    'unreachable',
  ],
])('%s', async (_name, options, kind) => {
  const { port } = await start(options as never);
  const outcome = await server(port).send(email(simple));
  expect(outcome.kind === 'answered' ? outcome.results[0]?.kind : outcome.kind).toBe(kind);
});

describe('TLS', () => {
  const unreachable = (words: string) => ({
    kind: 'unreachable',
    words: expect.stringContaining(words),
    isUncertain: false,
  });

  test('starttls sends nothing to a server without it, nor to one with another certificate', async () => {
    const { port } = await start({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    expect(await server(port, { encryption: 'starttls' }).send(email(simple))).toMatchObject({ kind: 'unreachable' });
    const withTls = await start();
    expect(await server(withTls.port, { encryption: 'starttls', tls: {} }).send(email(simple))).toEqual(
      unreachable('certificate'),
    );
    expect(await server(withTls.port, { encryption: 'starttls' }).send(email(simple))).toEqual(accepted);
    expect(withTls.copies).toHaveLength(1);
  });

  test('a STARTTLS that is offered and then refused is no connection', async () => {
    const { port, lines } = await startScripted((line) => {
      if (line.startsWith('EHLO')) return '250-test\r\n250 STARTTLS';
      return line === 'STARTTLS' ? '454 4.7.0 TLS not available' : '250 ok';
    });
    expect(await server(port, { encryption: 'starttls' }).send(email(simple))).toMatchObject({ kind: 'unreachable' });
    expect(lines.join(' ')).not.toContain('MAIL');
  });

  test('tls connects with TLS from the first byte', async () => {
    const { port, copies } = await start({ secure: true });
    const relay = server(port, { encryption: 'tls' });
    expect(await relay.send(email(simple))).toEqual(accepted);
    await relay.close();
    expect(copies).toHaveLength(1);
  });
});

test('a wrong login is no answer to the email, and the right one sends it', async () => {
  const { port, copies } = await start({
    authOptional: false,
    onAuth: ({ username, password }, _session, callback) =>
      password === 'secret' ? callback(null, { user: username }) : callback(new Error('wrong')),
  });
  const login = { user: 'relay', password: 'secret' };
  expect(await server(port, { login: { ...login, password: 'x' } }).send(email(simple))).toMatchObject({
    kind: 'unreachable',
  });
  expect(await server(port).send(email(simple))).toMatchObject({ kind: 'unreachable' });
  expect(await server(port, { login }).send(email(simple))).toEqual(accepted);
  expect(copies).toHaveLength(1);
});

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
