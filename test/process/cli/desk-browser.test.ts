import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { fillStack, startTestDesk, type TestDesk } from '../../support/desk.ts';
import { bounce } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

/** The desk in a real browser. Skipped where there is no Chromium (Debian: apt install chromium). */

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const pages = [
  '/',
  '/address',
  '/address?q=bob@gmail.com',
  '/address?q=angry@example.net',
  '/address?q=new@example.net',
  '/suppressed',
  '/suppressed?provider=yahoo',
  '/review',
  '/rates',
  '/rates?by=provider&days=30',
  '/rates?scope=account&days=7',
  '/incidents',
  '/health?run=yes',
  '/explain',
];

useSystem();

if (executablePath === undefined)
  console.log('SKIPPED: there is no Chromium here, so no page of the desk was tested in a browser.');

describe.skipIf(executablePath === undefined)('in Chromium', () => {
  let browser: Browser;
  let desk: TestDesk;
  const problems: string[] = [];

  beforeAll(async () => {
    // As root, as in a container, Chromium does not start with its sandbox.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    browser = await chromium.launch({ executablePath: executablePath as string, args });
    desk = await startTestDesk();
    await fillStack(desk.deployed);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await desk?.close();
  });
  beforeEach(() => problems.splice(0));

  /** Opens a tab with a session. Console errors, and requests to other hosts, are problems. */
  async function openTab(
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{ page: Page; context: BrowserContext }> {
    const context = await browser.newContext(options);
    const [name = '', value = ''] = desk.cookie.split('=');
    await context.addCookies([{ name, value, url: desk.origin }]);
    const page = await context.newPage();
    page.on('console', (message) => void (message.type() === 'error' && problems.push(message.text())));
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on(
      'request',
      (request) => void (new URL(request.url()).origin !== desk.origin && problems.push(request.url())),
    );
    page.setDefaultTimeout(10_000);
    return { page, context };
  }

  test.each(pages)(
    '%s is accessible, has no errors, and asks no other host',
    async (path) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page, context } = await openTab({ colorScheme, bypassCSP: true });
        await page.goto(`${desk.origin}${path}`);
        await page.addScriptTag({ path: axe });
        const { violations } = (await page.evaluate('axe.run()')) as {
          violations: { id: string; nodes: { html: string }[] }[];
        };
        expect(
          violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map((one) => one.html).join(' ')}`),
        ).toEqual([]);
        await context.close();
      }
      const { page, context } = await openTab();
      await page.goto(`${desk.origin}${path}`);
      expect(problems).toEqual([]);
      await context.close();
    },
    60_000,
  );

  test.each([360, 768, 1280])(
    'at %d pixels, no page is wider than the window',
    async (width) => {
      const { page, context } = await openTab({ viewport: { width, height: 800 } });
      for (const path of pages) {
        await page.goto(`${desk.origin}${path}`);
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect({ path, overflow }).toEqual({ path, overflow: 0 });
      }
      await context.close();
    },
    60_000,
  );

  test('a person finds out why an address gets nothing, and gives it back, with the keyboard alone', async () => {
    const { system } = desk.deployed;
    await system.deliver([bounce({ to: 'keyboard@example.net', mailId: 'k', sentAt: system.now - 1000 })]);
    const { page, context } = await openTab();
    await page.goto(desk.origin);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    await page.keyboard.press('Tab');
    await page.keyboard.type('keyboard@example.net');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/address/);
    expect(await page.textContent('main')).toContain('Suppressed: gets no email');
    for (let presses = 0; presses < 40 && (await focused(page)) !== 'release-note'; presses++)
      await page.keyboard.press('Tab');
    await page.keyboard.type('asked by phone');
    await page.keyboard.press('Enter');
    await page.waitForURL(/done=/);
    expect(await page.textContent('main')).toContain('Not suppressed: email is sent to it');
    expect((await system.record('keyboard@example.net'))?.status).toBe('released');
    expect(problems).toEqual([]);
    await context.close();
  }, 60_000);

  test('addresses are suggested while one types, and all rows can be selected', async () => {
    const { page, context } = await openTab();
    await page.goto(`${desk.origin}/suppressed`);
    await page.fill('#q', 'list1');
    await page.locator('#suggestions option').first().waitFor({ state: 'attached' });
    await page.check('input[data-all]');
    const boxes = await page.locator('input[name=address][type=checkbox]').count();
    expect(await page.locator('input[name=address][type=checkbox]:checked').count()).toBe(boxes);
    expect(problems).toEqual([]);
    await context.close();
  });

  test('every form works without script', async () => {
    const { system } = desk.deployed;
    await system.deliver([bounce({ to: 'plain@example.net', mailId: 'p', sentAt: system.now - 1000 })]);
    const { page, context } = await openTab({ javaScriptEnabled: false });
    await page.goto(`${desk.origin}/suppressed?text=plain`);
    await page.check('input[value="plain@example.net"]');
    await page.fill('#note', 'asked');
    await page.click('text=Release the selected addresses >> nth=-1');
    expect(await page.textContent('main')).toContain('Released 1 address.');
    await page.goto(`${desk.origin}/address?q=plain@example.net`);
    await page.fill('#suppress-note', 'left the company');
    await page.click('main button:has-text("Suppress")');
    expect(await page.textContent('main')).toContain('Suppressed permanently.');
    await page.goto(`${desk.origin}/explain`);
    await page.fill('textarea', JSON.stringify(bounce({ to: 'ann@example.net' })));
    await page.click('main button');
    expect(await page.textContent('main')).toContain('suppressed permanently');
    await context.close();
  }, 60_000);

  test('hostile texts of recipients and operators are shown as text', async () => {
    const { system } = desk.deployed;
    const hostile = '<img src=x onerror="document.title=\'owned\'">\u202Etxt.exe\u0007';
    const recipients = [
      {
        emailAddress: 'hostile@example.net',
        action: 'failed',
        diagnosticCode: `smtp; 550 ${hostile}${'x'.repeat(10_000)}`,
      },
    ];
    await system.deliver([bounce({ mailId: hostile, recipients, sentAt: system.now - 1000 })]);
    const { page, context } = await openTab();
    await page.goto(`${desk.origin}/address?q=hostile@example.net`);
    await page.fill('#suppress-note', hostile.replace('\u0007', ''));
    await page.click('main button:has-text("Suppress")');
    await page.waitForURL(/done=/);
    for (const path of ['/address?q=hostile@example.net', '/review', '/suppressed']) {
      await page.goto(`${desk.origin}${path}`);
      expect(await page.title()).not.toContain('owned');
      expect(await page.locator('main img').count()).toBe(0);
    }
    await page.goto(`${desk.origin}/address?q=hostile@example.net`);
    expect(await page.textContent('main')).toContain('\\u{202e}txt.exe');
    expect(problems).toEqual([]);
    await context.close();
  }, 60_000);

  test('a page of another site gets nothing: no form of it is accepted, and no frame', async () => {
    const { page, context } = await openTab();
    await page.setContent(
      `<form method="post" action="${desk.origin}/address/suppress"><input name="address" value="victim@example.net"><input name="note" value="x"><button>go</button></form><iframe src="${desk.origin}/suppressed"></iframe>`,
    );
    await page.click('button');
    await page.waitForURL(/suppress/);
    expect(await desk.deployed.system.record('victim@example.net')).toBeUndefined();
    await context.close();
  });

  test('two tabs share the session, and a browser without it sees what to do', async () => {
    const { page, context } = await openTab();
    const other = await context.newPage();
    await Promise.all([page.goto(`${desk.origin}/review`), other.goto(`${desk.origin}/suppressed`)]);
    expect(await other.title()).toContain('Suppressed addresses');
    const otherBrowser = await browser.newContext();
    const fresh = await otherBrowser.newPage();
    await fresh.goto(desk.origin);
    expect(await fresh.textContent('main')).toMatch(/Run\s+npx ses-feedback desk again/);
    await otherBrowser.close();
    await context.close();
  });

  test('the address that the command prints opens the desk', async () => {
    const own = await startTestDesk({ isOpened: false });
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(own.server.url);
    await page.waitForURL(`${own.origin}/`);
    expect(await page.title()).toBe('Overview · ses-feedback-prod');
    expect(await page.evaluate('document.cookie')).toBe('');
    await context.close();
    await own.close();
  });
});

function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.id || document.activeElement.textContent.trim()');
}
