/**
 * Takes the screenshots of the desk in docs/images. `npm run screenshots` serves the desk on the data of the demonstration, and needs Chromium
 * (Debian: apt install chromium).
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

const folder = path.join(import.meta.dirname, '..', '..', 'docs', 'images');
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (executablePath === undefined)
  throw new Error('No Chromium found. Install it, on Debian with: apt install chromium');

const demo = spawn(process.execPath, ['--import', 'tsx', 'local/demo/main.ts', '--desk'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise<string>((resolve, reject) => {
  let text = '';
  demo.stdout.on('data', (part) => {
    text += part;
    const [found] = /http:\/\/127\.0\.0\.1:\d+\/open\S+/.exec(text) ?? [];
    if (found !== undefined) resolve(found);
  });
  demo.on('exit', (code) => reject(new Error(`The demonstration ended with code ${code}.`)));
});

mkdirSync(folder, { recursive: true });
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({ executablePath, args });
const page = await browser.newPage({ viewport: { width: 1100, height: 700 } });
await page.goto(url);
await page.waitForURL(/:\d+\/$/);
const { origin } = new URL(url);
const shots = [
  ['desk-overview', '/'],
  ['desk-address', '/address?q=ann@example.net'],
] as const;
for (const [name, at] of shots) {
  await page.goto(`${origin}${at}`);
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
for (const extra of process.argv.slice(2)) {
  await page.goto(`${origin}${extra}`);
  await page.screenshot({ path: path.join('/tmp', `shot${extra.replace(/\W/g, '-')}.png`), fullPage: true });
}
await browser.close();
demo.kill('SIGINT');
