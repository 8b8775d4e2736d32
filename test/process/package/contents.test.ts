import { cpSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';
import rootManifest from '../../../package.json';
import { checkSizes, maxOwnBytes } from '../../../tools/package/sizes.ts';
import { root, run, runLocal } from '../../support/run.ts';
import { useFreshInstall } from './fresh-install.ts';
import { filesOf } from './packed-package.ts';

// Without other packages: neither the SDK nor those that are bundled.
const freshInstall = useFreshInstall();
const installed = () => path.join(freshInstall().folder, 'node_modules', 'ses-feedback');
const read = (file: string) => readFileSync(path.join(installed(), file), 'utf8');
const code = () => filesOf(installed()).filter((file) => file.endsWith('.js'));

test('the package contains code and declarations for both module systems, the command, the README and the licenses', () => {
  const files = filesOf(installed());
  const others = files.filter(
    (file) => !/^(esm|cjs)\/(types\/[\w/-]+\.d\.ts|(chunks\/)?[\w-]+\.js)$|^cli\/chunks\/[\w-]+\.js$/.test(file),
  );
  expect(others).toEqual([
    'LICENSE',
    'README.md',
    'THIRD-PARTY-LICENSES.txt',
    'cjs/package.json',
    'cli/THIRD-PARTY-LICENSES.txt',
    'cli/main.js',
    'cli/ses-feedback.js',
    'esm/package.json',
    'package.json',
    'sbom.cdx.json',
  ]);
  const [required, imported] = ['cjs/', 'esm/'].map((folder) =>
    files.filter((file) => file.startsWith(folder)).map((file) => file.slice(folder.length)),
  );
  expect(required).toEqual(imported);
});

test('no file contains a path of the machine that built it', () => {
  const localPaths = [root, tmpdir(), process.env.HOME ?? root];
  const leaking = filesOf(installed()).filter((file) => localPaths.some((local) => read(file).includes(`${local}/`)));
  expect(leaking).toEqual([]);
});

// The tables of what servers say are in it three times: for import, for require, and in the command. The main entry loads none of them,
// and neither release links nor the notices for chat, which are entries of their own.
test('the packed package is smaller than 1 MB, and without the command and the bill of materials smaller than 205 kB', async () => {
  expect(statSync(freshInstall().tarball).size).toBeLessThan(1_000_000);
  const library = path.join(freshInstall().folder, 'library');
  cpSync(freshInstall().dist, library, { recursive: true });
  for (const name of ['cli', 'sbom.cdx.json']) rmSync(path.join(library, name), { recursive: true });
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--offline'], { cwd: library });
  expect(JSON.parse(stdout)[0].size).toBeLessThan(205_000);
});

test('the manifest is that of the checkout, with the SDK as a peer dependency, the command, and no other dependencies', () => {
  const manifest = JSON.parse(read('package.json'));
  const { name, version, description, license, engines } = rootManifest;
  expect(manifest).toMatchObject({ name, version, description, license, engines, sideEffects: false });
  expect(manifest.peerDependencies).toEqual({
    '@aws-sdk/client-dynamodb': '^3.600.0',
  });
  expect(Object.keys(manifest.bin)).toEqual(Object.keys(rootManifest.bin));
  for (const field of ['private', 'dependencies', 'optionalDependencies', 'devDependencies', 'scripts'])
    expect(manifest).not.toHaveProperty(field);
});

/** Returns what the files of the package import. */
function importsOf(ending: string): { file: string; name: string }[] {
  const files = filesOf(installed()).filter((file) => file.endsWith(ending));
  return files.flatMap((file) =>
    ts.preProcessFile(read(file), true, true).importedFiles.map(({ fileName }) => ({ file, name: fileName })),
  );
}

const isOwn = (name: string) => /^\.{1,2}\//.test(name);

test('code and declarations import only files of the package, Node and the SDK', () => {
  const others = (ending: string) =>
    new Set(importsOf(ending).flatMap(({ name }) => (isOwn(name) || isBuiltin(name) ? [] : [name])));
  expect(others('.js')).toEqual(new Set(['@aws-sdk/client-dynamodb']));
  expect(others('.d.ts')).toEqual(new Set(['@aws-sdk/client-dynamodb']));
});

test('every imported file of the package exists under the imported name', () => {
  const own = [...importsOf('.js'), ...importsOf('.d.ts')].filter(({ name }) => name.startsWith('.'));
  expect(own.length).toBeGreaterThan(100);
  const missing = own.filter(({ file, name }) => {
    const target = path.join(installed(), path.dirname(file), name);
    return !name.endsWith('.js') || !existsSync(file.endsWith('.d.ts') ? target.replace(/js$/, 'd.ts') : target);
  });
  expect(missing).toEqual([]);
});

/** Returns the names of the packages in each section of a license file, and the license text below them. */
function licenseSections(file: string): { names: string[]; text: string }[] {
  const sections = read(file).split('-'.repeat(80)).slice(1);
  return sections.map((section) => {
    const [heading = '', ...text] = section.trim().split('\n\n');
    return { names: heading.split('\n').map((line) => line.split(' ')[0] as string), text: text.join('\n\n') };
  });
}

test('the licenses of all packages bundled with the library are included', () => {
  // The bundler writes the name of each bundled file into a comment.
  const origins = code().flatMap((file) => [...read(file).matchAll(/^ *\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)/gm)]);
  const bundled = [...new Set(origins.map(([, name]) => name as string))].sort();
  expect(bundled).toEqual(['@aws-sdk/util-dynamodb', 'aws4', 'zod']);
  const sections = licenseSections('THIRD-PARTY-LICENSES.txt');
  expect(sections.flatMap(({ names }) => names).sort()).toEqual(bundled);
  for (const { text } of sections) expect(text).toMatch(/copyright/i);
});

test('the licenses of all packages bundled with the command are included, each text once', async () => {
  // A bundle that is not minified has the names in comments.
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['cli/main.ts'],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    outdir: 'cli',
    write: false,
  });
  const origins = outputFiles.flatMap(({ text }) => [
    ...text.matchAll(/^ *\/\/ node_modules\/(?:.*\/node_modules\/)?((?:@[^/]+\/)?[^/]+)/gm),
  ]);
  const bundled = new Set(origins.map(([, name]) => name as string));
  expect([...bundled]).toEqual(
    expect.arrayContaining(['@aws-sdk/client-sesv2', '@smithy/core', 'commander', 'csv-parse']),
  );
  const sections = licenseSections('cli/THIRD-PARTY-LICENSES.txt');
  const names = new Set(sections.flatMap((section) => section.names));
  expect([...bundled].filter((name) => !names.has(name))).toEqual([]);
  for (const { text } of sections) expect(text).toMatch(/copyright/i);
  expect(new Set(sections.map(({ text }) => text)).size).toBe(sections.length);
});

test.each(['ses-feedback/cjs/index.js', 'ses-feedback/esm/index.js', 'ses-feedback/shared/feedback/index.ts'])(
  '%s cannot be imported',
  async (name) => {
    const fails = '.catch(({ code }) => console.log(code))';
    const imported = await freshInstall().node(['--input-type=module', '-e', `import('${name}')${fails}`]);
    const required = await freshInstall().node(['-e', `(async () => require('${name}'))()${fails}`]);
    expect([imported.stdout, required.stdout]).toEqual(Array(2).fill('ERR_PACKAGE_PATH_NOT_EXPORTED\n'));
  },
);

test.each(['@aws-sdk/client-dynamodb', '@aws-sdk/util-dynamodb', 'aws4', 'zod'])(
  '%s is not installed with the package',
  async (name) => {
    const { code, stderr } = await freshInstall().node([
      '-e',
      `require.resolve('${name}', { paths: ['${installed()}'] })`,
    ]);
    expect({ code, isMissing: stderr.includes('MODULE_NOT_FOUND') }).toEqual({ code: 1, isMissing: true });
  },
);

test.each(['ses-feedback', 'ses-feedback/testing', 'ses-feedback/feedback', 'ses-feedback/notices'])(
  '%s can be imported and required without the SDK',
  async (name) => {
    const imported = await freshInstall().node(['--input-type=module', '-e', `import '${name}'`]);
    const required = await freshInstall().node(['-e', `require('${name}')`]);
    expect([imported, required]).toEqual(Array(2).fill({ code: 0, stdout: '', stderr: '' }));
  },
);

test('with a table in memory, lookups, changes and guards work without the SDK', async () => {
  const program = `
    const { createSuppressionList, createMemoryTable } = require('ses-feedback/testing');
    const list = createSuppressionList({ table: createMemoryTable(['ann@example.net']) });
    const attribution = { by: 'a test', note: 'to see' };
    (async () => {
      const answers = [await list.isSuppressed('ann@example.net'), await list.release('ann@example.net', attribution)];
      await list.suppress('bob@example.net', attribution);
      answers.push(await list.isSuppressed('ann@example.net'), await list.isSuppressed('bob@example.net'));
      let guard;
      list.guard({ config: { serviceId: 'SESv2' }, middlewareStack: { add: (middleware) => (guard = middleware) } });
      const args = { input: { Destination: { ToAddresses: ['bob@example.net'] } } };
      const refused = await guard(undefined, { commandName: 'SendEmailCommand' })(args).catch(({ name }) => name);
      console.log(...answers, refused);
    })();`;
  const { stdout, stderr } = await freshInstall().node(['-e', program]);
  expect({ stdout, stderr }).toEqual({ stdout: 'true true false true AllRecipientsSuppressedError\n', stderr: '' });
});

test('publint finds no problem', async () => {
  const { code, stdout } = await runLocal('publint', ['run', freshInstall().dist, '--strict', '--pack', 'false']);
  expect({ code, isGood: stdout.includes('All good!') }).toEqual({ code: 0, isGood: true });
});

test('attw finds the right types for every module system', async () => {
  const { code, stdout } = await runLocal('attw', [
    freshInstall().tarball,
    '--format',
    'json',
    '--no-definitely-typed',
  ]);
  const { analysis, problems } = JSON.parse(stdout);
  expect(Object.keys(analysis.entrypoints)).toEqual([...Object.keys(rootManifest.exports), './package.json']);
  expect({ code, problems }).toEqual({ code: 0, problems: {} });
});

test('the build prints the size of each entry', () => {
  const rows = freshInstall()
    .buildOutput.split('\n')
    .filter((line) => line.startsWith('ses-feedback'));
  expect(rows.map((row) => row.split(/\s+/)[0])).toEqual(
    Object.keys(rootManifest.exports).map((name) => `ses-feedback${name.slice(1)}`),
  );
  const [, own, bundled] = (rows[0] as string).split(/\s+/).map(Number);
  expect(own).toBeLessThanOrEqual(maxOwnBytes);
  expect(bundled).toBe(0);
});

test('a build fails if the main entry is too large, and says by how much', () => {
  const size = { name: 'ses-feedback', own: maxOwnBytes, bundled: 0, files: 1 };
  expect(() => checkSizes([size])).not.toThrow();
  expect(() => checkSizes([{ ...size, own: maxOwnBytes + 7 }])).toThrow('7 more than the limit');
  expect(existsSync(path.join(freshInstall().dist, 'package.json'))).toBe(true);
});
