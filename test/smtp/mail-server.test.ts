import type { Readable } from 'node:stream';
import fc from 'fast-check';
import { answer, useMailServers } from '../support/mail-servers.ts';
import { accepted, email, server, simple } from '../support/outgoing-email.ts';

const { start, startScripted } = useMailServers();

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
