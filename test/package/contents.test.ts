import { existsSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import rootManifest from '../../package.json';
import { checkSizes, maxOwn } from '../../tools/package/sizes.ts';
import { root, runLocal } from '../support/run.ts';
import { filesOf, useStranger } from './fresh-install.ts';

// Nothing else is installed there: neither the SDK nor what is bundled.
const stranger = useStranger();
const installed = () => path.join(stranger().folder, 'node_modules', 'ses-feedback');
const read = (file: string) => readFileSync(path.join(installed(), file), 'utf8');
const code = () => filesOf(installed()).filter((file) => file.endsWith('.js'));

test('the package is its code and declarations for both module systems, its README and the licences', () => {
  const files = filesOf(installed());
  const about = files.filter((file) => !/^(esm|cjs)\/(types\/[\w/-]+\.d\.ts|(chunks\/)?[\w-]+\.js)$/.test(file));
  expect(about).toEqual([
    'LICENSE',
    'README.md',
    'THIRD-PARTY-LICENSES.txt',
    'cjs/package.json',
    'esm/package.json',
    'package.json',
  ]);
  const [required, imported] = ['cjs/', 'esm/'].map((folder) =>
    files.filter((file) => file.startsWith(folder)).map((file) => file.slice(folder.length)),
  );
  expect(required).toEqual(imported);
});

test('nothing in it says on which machine it was built', () => {
  const places = [root, tmpdir(), process.env.HOME ?? root];
  const telling = filesOf(installed()).filter((file) => places.some((place) => read(file).includes(`${place}/`)));
  expect(telling).toEqual([]);
});

test('it weighs some 110 kB packed', () => {
  expect(statSync(stranger().tarball).size).toBeLessThan(125_000);
});

test('its manifest is that of the checkout, with the SDK as a peer and no dependencies', () => {
  const manifest = JSON.parse(read('package.json'));
  const { name, version, description, license, engines } = rootManifest;
  expect(manifest).toMatchObject({ name, version, description, license, engines, sideEffects: false });
  expect(manifest.peerDependencies).toEqual({
    '@aws-sdk/client-dynamodb': '^3.600.0',
  });
  for (const field of ['private', 'dependencies', 'optionalDependencies', 'devDependencies', 'scripts', 'bin'])
    expect(manifest).not.toHaveProperty(field);
});

/** What the files of the package import, and where. */
function imports(ending: string): { file: string; name: string }[] {
  const specifiers = /(?:\bfrom |\bimport |\b(?:import|require)\()["']([^"']+)["']/g;
  const files = filesOf(installed()).filter((file) => file.endsWith(ending));
  return files.flatMap((file) => [...read(file).matchAll(specifiers)].map(([, name = '']) => ({ file, name })));
}

test('its code and its declarations name their own files, Node and the SDK, and nothing else', () => {
  const others = (ending: string) =>
    new Set(imports(ending).flatMap(({ name }) => (/^(\.{1,2}\/|node:)/.test(name) ? [] : [name])));
  expect(others('.js')).toEqual(new Set(['@aws-sdk/client-dynamodb']));
  expect(others('.d.ts')).toEqual(new Set(['@aws-sdk/client-dynamodb']));
});

test('every file of its own that it names is there, by the name it has when it runs', () => {
  const own = [...imports('.js'), ...imports('.d.ts')].filter(({ name }) => name.startsWith('.'));
  expect(own.length).toBeGreaterThan(100);
  const missing = own.filter(({ file, name }) => {
    const target = path.join(installed(), path.dirname(file), name);
    return !name.endsWith('.js') || !existsSync(file.endsWith('.d.ts') ? target.replace(/js$/, 'd.ts') : target);
  });
  expect(missing).toEqual([]);
});

test('the licence of each package that is bundled goes with it', () => {
  // The bundler writes each file's name above it.
  const origins = code().flatMap((file) => [...read(file).matchAll(/^ *\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)/gm)]);
  const bundled = [...new Set(origins.map(([, name]) => name as string))].sort();
  expect(bundled).toEqual(['@aws-sdk/util-dynamodb', 'aws4', 'zod']);
  const licences = read('THIRD-PARTY-LICENSES.txt').split('-'.repeat(80)).slice(1);
  expect(licences.map((licence) => licence.trim().split(' ')[0])).toEqual(bundled);
  for (const licence of licences) expect(licence).toMatch(/copyright/i);
});

test.each(['ses-feedback/cjs/index.js', 'ses-feedback/esm/index.js', 'ses-feedback/shared/feedback/index.ts'])(
  '%s cannot be reached',
  async (name) => {
    const fails = '.catch(({ code }) => console.log(code))';
    const imported = await stranger().node(['--input-type=module', '-e', `import('${name}')${fails}`]);
    const required = await stranger().node(['-e', `(async () => require('${name}'))()${fails}`]);
    expect([imported.stdout, required.stdout]).toEqual(Array(2).fill('ERR_PACKAGE_PATH_NOT_EXPORTED\n'));
  },
);

test.each(['@aws-sdk/client-dynamodb', '@aws-sdk/util-dynamodb', 'aws4', 'zod'])(
  '%s is not to be found there',
  async (name) => {
    const { code, stderr } = await stranger().node(['-e', `require.resolve('${name}', { paths: ['${installed()}'] })`]);
    expect({ code, isMissing: stderr.includes('MODULE_NOT_FOUND') }).toEqual({ code: 1, isMissing: true });
  },
);

test.each(['ses-feedback', 'ses-feedback/testing', 'ses-feedback/feedback'])(
  '%s is imported and required without the SDK',
  async (name) => {
    const imported = await stranger().node(['--input-type=module', '-e', `import '${name}'`]);
    const required = await stranger().node(['-e', `require('${name}')`]);
    expect([imported, required]).toEqual(Array(2).fill({ code: 0, stdout: '', stderr: '' }));
  },
);

test('a test against a table in memory reads, suppresses, releases and guards without the SDK', async () => {
  const program = `
    const { createSuppressionList, createMemoryTable } = require('ses-feedback/testing');
    const list = createSuppressionList({ table: createMemoryTable(['ann@example.net']) });
    const note = { by: 'a test', note: 'to see' };
    (async () => {
      const answers = [await list.isSuppressed('ann@example.net'), await list.release('ann@example.net', note)];
      await list.suppress('bob@example.net', note);
      answers.push(await list.isSuppressed('ann@example.net'), await list.isSuppressed('bob@example.net'));
      let guard;
      list.guard({ config: { serviceId: 'SESv2' }, middlewareStack: { add: (middleware) => (guard = middleware) } });
      const args = { input: { Destination: { ToAddresses: ['bob@example.net'] } } };
      const refused = await guard(undefined, { commandName: 'SendEmailCommand' })(args).catch(({ name }) => name);
      console.log(...answers, refused);
    })();`;
  const { stdout, stderr } = await stranger().node(['-e', program]);
  expect({ stdout, stderr }).toEqual({ stdout: 'true true false true AllRecipientsSuppressedError\n', stderr: '' });
});

test('publint has nothing to say about it', async () => {
  const { code, stdout } = await runLocal('publint', ['run', stranger().dist, '--strict', '--pack', 'false']);
  expect({ code, isGood: stdout.includes('All good!') }).toEqual({ code: 0, isGood: true });
});

test('its types are found as what they are by every module system', async () => {
  const { code, stdout } = await runLocal('attw', [stranger().tarball, '--format', 'json', '--no-definitely-typed']);
  const { analysis, problems } = JSON.parse(stdout);
  expect(Object.keys(analysis.entrypoints)).toEqual([...Object.keys(rootManifest.exports), './package.json']);
  expect({ code, problems }).toEqual({ code: 0, problems: {} });
});

test('the build says what each entry loads at once', () => {
  const rows = stranger()
    .said.split('\n')
    .filter((line) => line.startsWith('ses-feedback'));
  expect(rows.map((row) => row.split(/\s+/)[0])).toEqual(
    Object.keys(rootManifest.exports).map((name) => `ses-feedback${name.slice(1)}`),
  );
  const [, own, bundled] = (rows[0] as string).split(/\s+/).map(Number);
  expect(own).toBeLessThanOrEqual(6144);
  expect(bundled).toBe(0);
});

test('a build that loads more of its own than it may at once fails, and says by how much', () => {
  const size = { name: 'ses-feedback', own: maxOwn, others: 0, files: 1 };
  expect(() => checkSizes([size])).not.toThrow();
  expect(() => checkSizes([{ ...size, own: maxOwn + 7 }])).toThrow('7 more than it may');
  expect(existsSync(path.join(stranger().dist, 'package.json'))).toBe(true);
});
