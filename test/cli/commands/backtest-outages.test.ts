import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCli } from '../../support/run-cli.ts';

describe('a log with recipients', () => {
  const day = 86_400_000;
  const first = Date.UTC(2020, 11, 4);
  const people = Array.from({ length: 300 }, (_, index) => `${index.toString(36)}@gmail.com`);
  const rows = Array.from({ length: 10 }, (_, index) =>
    people.flatMap((recipient, place) => {
      const at = new Date(first + index * day + place * 10_000).toISOString();
      return [`${at},${at},send,${recipient},`, `${at},${at},delivery,${recipient},250 2.0.0 OK gsmtp`];
    }),
  ).flat();
  const outage = people.slice(0, 30).flatMap((recipient, index) => {
    const at = new Date(first + 10 * day + index * 20_000).toISOString();
    return [`${at},${at},send,${recipient},`, `${at},${at},hardBounce,${recipient},550 5.1.1 does not exist gsmtp`];
  });
  const run = async (lines: readonly string[], ...args: string[]) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
    writeFileSync(path.join(folder, 'log.csv'), `${lines.join('\n')}\n`);
    try {
      return await runCli(['backtest', 'log.csv', ...args], { cwd: folder });
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const header = 'knownAt,sentAt,kind,recipient,answer';

  test('names the outages of providers beside the transitions', async () => {
    const { stdout } = await run([header, ...rows, ...outage], '--json');
    const [{ incidents, transitions }] = JSON.parse(stdout);
    expect(incidents).toEqual([
      {
        provider: 'google',
        from: new Date(first + 10 * day).toISOString(),
        to: new Date(first + 10 * day + 29 * 20_000).toISOString(),
        recipients: 30,
      },
    ]);
    expect(transitions).toEqual(expect.any(Array));
    expect((await run([header, ...rows, ...outage])).stdout).toContain(
      'These bounces look like outages of providers, which refused addresses they had accepted before:\n2020-12-14 00:00 UTC to 2020-12-14 00:09 UTC  google: 30 addresses\n',
    );
  });

  test('--outage-addresses writes those addresses to a new file, for release --file', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
    const write = (lines: readonly string[]) => writeFileSync(path.join(folder, 'log.csv'), `${lines.join('\n')}\n`);
    const again = () => runCli(['backtest', 'log.csv', '--outage-addresses', 'addresses.txt'], { cwd: folder });
    try {
      write([header, ...rows, ...outage]);
      expect((await again()).code).toBe(0);
      const file = path.join(folder, 'addresses.txt');
      expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toEqual(people.slice(0, 30).toSorted());
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect((await again()).stderr).toBe(
        'ses-feedback: Cannot write addresses.txt: the file exists. Choose another name, or remove it\n',
      );
      write(['knownAt,sentAt,kind', ...rows.map((row) => row.split(',').slice(0, 3).join())]);
      const { code, stderr } = await again();
      expect([code, stderr]).toEqual([2, expect.stringContaining('needs a log of events with the column recipient')]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('has none where none was found, and the field is missing where there are no recipients', async () => {
    expect(JSON.parse((await run([header, ...rows], '--json')).stdout)[0].incidents).toEqual([]);
    const without = rows.map((row) => row.split(',').slice(0, 3).join());
    const { stdout } = await run(['knownAt,sentAt,kind', ...without], '--json');
    expect(JSON.parse(stdout)[0]).not.toHaveProperty('incidents');
  });
});
