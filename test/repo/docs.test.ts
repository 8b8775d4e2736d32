import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { parse } from 'yaml';
import { createTables } from '../../local/emulator/tables.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createSuppressionTable } from '../../shared/aws/dynamodb/suppression-table.ts';
import { labels } from '../../shared/domain/reputation/format-rate.ts';
import { cliReference, cliReferenceFile } from '../../tools/docs/cli.ts';
import { costsTable, withCosts } from '../../tools/docs/costs.ts';
import { root } from '../support/run.ts';
import { runCli } from '../support/run-cli.ts';
import { bounce } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
const files = tracked.split('\n').filter((file) => existsSync(path.join(root, file)));
const documents = files.filter((file) => file.endsWith('.md'));
const system = useSystem();

test('the README fits on about two screens: 150 lines at most', () => {
  expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

test('the code in the README is the example, and the example is what is run below', () => {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
  expect(code).toBe(read('examples/guard-an-ses-client.ts'));
});

describe('the example', () => {
  const sent: unknown[] = [];
  let ses: Server;
  beforeAll(async () => {
    ses = createServer((request, response) => {
      void buffer(request).then((body) => {
        sent.push(JSON.parse(body.toString()).Destination);
        response.end('{"MessageId":"1"}');
      });
    });
    await new Promise<void>((done) => ses.listen(0, '127.0.0.1', done));
    process.env.AWS_ENDPOINT_URL_SESV2 = `http://127.0.0.1:${(ses.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    ses.closeAllConnections();
    ses.close();
  });

  test('sends to an address that is not suppressed, and to no other', async () => {
    const names = {
      suppressionsTable: 'ses-feedback-prod-suppressions',
      reputationTable: 'ses-feedback-prod-reputation',
    };
    await createTables(createDynamoDBClient(), names);
    const store = createSuppressionTable({
      client: createDynamoDBClient(),
      ...names,
      shard: 0,
      newVersion: () => 'v',
      clock: Date.now,
    });
    await system().deliver([bounce({ to: 'ann@example.net' })], { store });
    const { ses: guarded } = await import('../../examples/guard-an-ses-client.ts');
    const send = (...ToAddresses: string[]) =>
      guarded.send(
        new SendEmailCommand({
          FromEmailAddress: 'shop@example.com',
          Destination: { ToAddresses },
          Content: { Simple: { Subject: { Data: 'Hi' }, Body: {} } },
        }),
      );
    await expect(send('Ann@Example.net')).rejects.toMatchObject({ name: 'AllRecipientsSuppressedError' });
    expect(await send('ann@example.net', 'bob@example.net')).toMatchObject({ MessageId: '1' });
    expect(sent).toEqual([{ ToAddresses: ['bob@example.net'] }]);
  });
});

test("the README's ses-feedback commands answer, just as they stand", async () => {
  // What stands in blocks of another kind needs AWS.
  const shell = [...read('README.md').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block]) => block).join('');
  const commands = [...shell.matchAll(/^npx (ses-feedback .*)$/gm)].map(([, command]) => command as string);
  expect(commands.length).toBeGreaterThan(1);
  for (const command of commands) {
    const [, ...args] = command.split(' ');
    const { code, stdout } = await runCli(args);
    expect({ command, code, answered: stdout.length > 0 }).toEqual({ command, code: 0, answered: true });
  }
});

test('the table of costs is the one npm run docs writes, and counts the alarms there are', () => {
  const page = read('docs/deploy.md');
  expect(page).toBe(withCosts(page));
  expect(costsTable()).toMatch(/^\| alarms \([1-9]\d\) \|/m);
});

test('each command, option and parameter that documents, alarms, notices and findings name exists', async () => {
  const naming = /^(README\.md|serverless\.yml|(docs|resources|cli|shared|serverless)\/.*\.(md|yml|ts))$/;
  const texts = files
    .filter((file) => naming.test(file))
    .map(read)
    .join('\n');
  const named = [
    ...texts.matchAll(/npx ses-feedback ([a-z][a-z-]+)((?: +--?[a-z-]+(?: [^\s`"',;:-][^\s`"',;:]*)?)*)/g),
  ];
  const help = async (command: string) => (await runCli([command, '--help'])).stdout;
  const commands = [...new Set(named.map(([, command = '']) => command))];
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) {
    const page = await help(command);
    expect(page).toContain(`Usage: ses-feedback ${command} `);
    const options = named
      .filter(([, name]) => name === command)
      .flatMap(([, , rest = '']) => rest.match(/--[a-z-]+/g) ?? []);
    expect(options.filter((option) => !page.includes(` ${option}`))).toEqual([]);
  }
  const parameters = Object.keys(parse(read('serverless.yml'), { logLevel: 'error' }).params.default);
  const used = [...texts.matchAll(/--param="?([a-zA-Z]+)=/g)].map(([, name]) => name);
  expect(used.length).toBeGreaterThan(1);
  expect(used.filter((name) => !parameters.includes(name as string))).toEqual([]);
});

test('docs/runbook.md has a heading for every alarm and every rule of a notice', () => {
  const headings = [...read('docs/runbook.md').matchAll(/^### (.*)$/gm)].flatMap(([, names = '']) => names.split(', '));
  const alarms = files
    .filter((file) => /^resources\/alarms-.*\.yml$/.test(file))
    .flatMap((file) => [...read(file).matchAll(/AlarmName: \$\{self:service\}-\$\{sls:stage\}-([\w-]+)/g)])
    .map(([, name]) => name);
  expect(alarms.length).toBeGreaterThan(25);
  const rules = ['rate-exceeded', 'near-threshold', ...Object.keys(labels.rules)];
  expect(headings.toSorted()).toEqual([...alarms, ...rules].toSorted());
});

test('every alarm names the runbook and a next step', () => {
  const descriptions = files
    .filter((file) => /^resources\/alarms-.*\.yml$/.test(file))
    .flatMap((file) => [...read(file).matchAll(/AlarmDescription: "(.*)"$/gm)].map(([, text = '']) => text));
  expect(descriptions.length).toBeGreaterThan(25);
  for (const text of descriptions) {
    expect(text).toMatch(/ Runbook: docs\/runbook\.md\. Next/);
    // A command without its Region would look in another one.
    for (const [command] of text.matchAll(/npx [^(]*/g))
      expect(command).toMatch(/--region \$\{self:provider\.region\}/);
  }
});

test('docs/cli.md is the help of every command', () => {
  expect(read(cliReferenceFile)).toBe(cliReference());
});

test('every npm script, file and link the documents name is there', () => {
  const { scripts } = JSON.parse(read('package.json'));
  for (const document of documents) {
    const text = read(document);
    const commands = [...text.matchAll(/npm run ([a-z\d:-]+)/g)].map(([, name]) => name as string);
    expect({ document, missing: commands.filter((name) => !(name in scripts)) }).toEqual({ document, missing: [] });
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => link as string);
    const gone = links.filter((link) => !existsSync(path.join(root, path.dirname(document), link)));
    expect({ document, gone }).toEqual({ document, gone: [] });
  }
});
