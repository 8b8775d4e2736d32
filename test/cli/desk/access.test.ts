import http from 'node:http';
import { startTestDesk, type TestDesk } from '../../support/desk.ts';
import { useSystem } from '../../support/system.ts';

/** Who may use a desk: nobody but the person who started it, on this computer, through its own pages. */

useSystem();
let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk();
});
afterAll(() => desk.close());

/** Sends a request with a header `Host` of its own, which `fetch` does not allow. */
function requestAs(host: string, headers: Record<string, string> = {}, method = 'GET'): Promise<number | undefined> {
  const { hostname, port } = new URL(desk.origin);
  return new Promise((resolve, reject) => {
    const sent = http.request({ hostname, port, path: '/', method, headers: { host, ...headers } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('it listens on the loopback interface alone', () => {
  expect(new URL(desk.server.url).hostname).toBe('127.0.0.1');
});

test('the token works once, and becomes a cookie that scripts and other sites do not get', async () => {
  const again = await fetch(desk.server.url);
  expect([again.status, again.headers.get('set-cookie')]).toEqual([401, null]);
  const fresh = await startTestDesk();
  const wrong = await fetch(`${fresh.origin}/open?token=x`);
  expect(wrong.status).toBe(401);
  await fresh.close();
});

test.each(['evil.example', '127.0.0.1', 'localhost', 'evil.example:80', '127.0.0.1.evil.example'])(
  'a request for the host %s is refused, as after DNS rebinding',
  async (host) => {
    expect(await requestAs(host)).toBe(421);
  },
);

test('without a session, or with a wrong one, nothing is shown', async () => {
  for (const cookie of ['', 'ses_feedback_desk=', 'ses_feedback_desk=wrong', 'other=1']) {
    const response = await fetch(`${desk.origin}/suppressed`, { headers: { cookie } });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain('npx ses-feedback desk');
  }
});

test.each([
  ['another origin', { origin: 'http://evil.example' }, {}],
  ['an origin of another port', { origin: 'http://127.0.0.1:1' }, {}],
  ['no origin', { origin: '' }, {}],
  ['no token', {}, { token: '' }],
  ['a wrong token', {}, { token: 'x' }],
])('a form with %s changes nothing', async (_name, headers, fields) => {
  const { status, text } = await desk.post(
    '/address/suppress',
    { address: 'ann@example.net', note: 'x', ...fields },
    headers as Record<string, string>,
  );
  expect([status, text.includes('not sent from a page')]).toEqual([403, true]);
  expect(await desk.deployed.system.record('ann@example.net')).toBeUndefined();
});

test('every answer forbids other sources, frames, and being kept', async () => {
  for (const path of ['/explain', '/style.css', '/script.js', '/suppressed.csv', '/nothing']) {
    const { headers } = await desk.get(path);
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"])
      expect(policy).toContain(part);
    expect(policy).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
  }
  const nonces = await Promise.all(
    [1, 2].map(async () => (await desk.get('/explain')).headers.get('content-security-policy')),
  );
  expect(nonces[0]).not.toBe(nonces[1]);
});

test('hostile texts are shown, and do nothing', async () => {
  const hostile = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '\u202Egnp.exe',
    '\u0007\u001B[31m',
    `${'x'.repeat(10_000)}`,
  ];
  for (const text of hostile) {
    for (const path of [
      `/address?q=${encodeURIComponent(text)}`,
      `/suppressed?text=${encodeURIComponent(text)}&provider=${encodeURIComponent(text)}`,
      `/rates?scope=${encodeURIComponent(text)}`,
    ]) {
      const { text: page } = await desk.get(path);
      expect(page).not.toContain('<script>alert');
      expect(page).not.toContain('<img');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be in a page
      expect(page).not.toMatch(/[\u202A-\u202E\u0000-\u0008\u001B]/);
    }
    const { text: explained } = await desk.post('/explain', { message: text });
    expect(explained).not.toContain('<script>alert');
  }
});

test('a read-only desk shows everything, and refuses every change', async () => {
  const readOnly = await startTestDesk({ isReadOnly: true });
  const { status, text } = await readOnly.post('/address/suppress', { address: 'ann@example.net', note: 'x' });
  expect([status, text.includes('--read-only')]).toEqual([403, true]);
  expect((await readOnly.get('/address?q=ann@example.net')).text).not.toContain('action="/address/');
  expect((await readOnly.get('/suppressed')).text).not.toContain('action="/suppressed/release"');
  expect((await readOnly.post('/explain', { message: '{}' })).status).toBe(200);
  await readOnly.close();
});

test('it ends by itself without use', async () => {
  const short = await startTestDesk({ idleMs: 200 });
  await short.server.ended;
  await expect(fetch(short.origin)).rejects.toThrow('fetch failed');
  await short.close();
});

test('the pages need little script', async () => {
  const { text } = await desk.get('/script.js');
  expect(text.length).toBeLessThan(10_000);
  expect(text).not.toMatch(/https?:|eval|innerHTML/);
});

test('too long a form is refused', async () => {
  const { status } = await desk.post('/explain', { message: 'x'.repeat(5_100_000) });
  expect(status).toBe(413);
});
