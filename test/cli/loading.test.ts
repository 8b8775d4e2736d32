import path from 'node:path';
import { build, type Metafile } from 'esbuild';

const root = path.join(__dirname, '..', '..');

let outputs: Metafile['outputs'];
beforeAll(async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['cli/main.ts'],
    outdir: 'unused',
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
  });
  outputs = metafile.outputs;
});

/** Returns the files that load with an entry, without those that are imported dynamically. */
function filesLoadedBy(entry: string): string[] {
  const loaded = new Set(Object.keys(outputs).filter((name) => outputs[name]?.entryPoint === entry));
  // Iterating over a set includes the elements that are added meanwhile.
  for (const name of loaded) {
    for (const { kind, path: imported, external } of outputs[name]?.imports ?? [])
      if (kind === 'import-statement' && !external) loaded.add(imported);
  }
  return [...loaded].flatMap((name) =>
    Object.entries(outputs[name]?.inputs ?? {}).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : [])),
  );
}

function packagesLoadedBy(entry: string): string[] {
  const names = filesLoadedBy(entry).map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

test('help and the version load only the parser of options and no command', () => {
  expect(packagesLoadedBy('cli/main.ts')).toEqual(['commander']);
  expect(filesLoadedBy('cli/main.ts').filter((file) => file.startsWith('cli/commands/'))).toEqual([]);
});

test.each([
  ['explain', ['postal-mime', 'zod']],
  ['backtest', ['csv-parse', 'simple-ascii-chart', 'zod']],
])('%s does not load the AWS SDK', (name, packages) => {
  expect(packagesLoadedBy(`cli/commands/${name}.ts`).filter((one) => !one.startsWith('@stdlib/'))).toEqual(packages);
});

test('a command that needs the AWS SDK loads it', () => {
  expect(packagesLoadedBy('cli/commands/doctor.ts')).toContain('@aws-sdk/client-sesv2');
});

test('each command has a definition of the same name', () => {
  const names = (folder: string) =>
    Object.values(outputs)
      .flatMap(({ inputs }) => Object.keys(inputs))
      .filter((file) => file.startsWith(folder))
      .map((file) => path.basename(file))
      .sort();
  expect(names('cli/definitions/')).toEqual(names('cli/commands/'));
});
