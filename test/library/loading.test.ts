import path from 'node:path';
import { build, type Metafile } from 'esbuild';

const root = path.join(__dirname, '..', '..');
const entry = 'shared/suppression-list/index.ts';

/** Returns the outputs that load with the entry, without those that are imported dynamically. */
function staticGraph({ outputs }: Metafile): Metafile['outputs'][string][] {
  const first = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === entry)?.[0];
  const loaded = new Set([String(first)]);
  for (const name of loaded) {
    for (const { kind, path: imported, external } of outputs[name]?.imports ?? []) {
      if (kind === 'import-statement' && !external) loaded.add(imported);
    }
  }
  return [...loaded].map((name) => outputs[name] as Metafile['outputs'][string]);
}

async function bundle(): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: 'unused',
    bundle: true,
    minify: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
  });
  return metafile;
}

const packageOf = (file: string) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];

test('importing the library loads at most 6,900 bytes of its own code, and no package', async () => {
  const loaded = staticGraph(await bundle()).flatMap(({ inputs }) => Object.entries(inputs));
  const packages = loaded.map(([file]) => packageOf(file)).filter((name) => name !== undefined);
  const size = loaded.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
  expect(packages).toEqual([]);
  expect(size).toBeGreaterThan(1000);
  expect(size).toBeLessThanOrEqual(6900);
});

test('importing the library loads no built-in module', async () => {
  const imports = staticGraph(await bundle()).flatMap((output) => output.imports.filter(({ external }) => external));
  expect(imports.filter(({ kind }) => kind === 'import-statement')).toEqual([]);
});

test('the SDK and aws4 are imported later, and the document client never', async () => {
  const packages = new Set(Object.keys((await bundle()).inputs).map(packageOf));
  expect([...packages]).toEqual(expect.arrayContaining(['@aws-sdk/client-dynamodb', 'aws4']));
  expect(packages).not.toContain('@aws-sdk/lib-dynamodb');
});
