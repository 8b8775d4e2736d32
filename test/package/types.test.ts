import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../support/run.ts';
import { useStranger } from './fresh-install.ts';

const stranger = useStranger({
  installed: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sesv2', 'nodemailer', '@types/node'],
});

const strict: ts.CompilerOptions = {
  strict: true,
  skipLibCheck: false,
  noEmit: true,
  target: ts.ScriptTarget.ES2023,
  types: ['node'],
};

test.each<[string, ts.CompilerOptions, string[]]>([
  [
    'with the modules of Node',
    { module: ts.ModuleKind.NodeNext, exactOptionalPropertyTypes: true },
    ['application.mts', 'application.cts'],
  ],
  [
    'with a bundler',
    { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
    ['application.ts'],
  ],
])(
  'an application and what the README shows compile %s, and what is wrong does not',
  (_name, options, names) => {
    const application = readFileSync(path.join(__dirname, 'consumers', 'application.ts'), 'utf8');
    const examples = examplesOf(readFileSync(path.join(root, 'shared', 'suppression-list', 'README.md'), 'utf8'));
    const files = { ...Object.fromEntries(names.map((name) => [name, application])), ...examples };

    const { faults, declarations } = compile(files, options);

    expect(faults).toEqual([]);
    // Looked at as well, all of them: an error in one would be every application's.
    const systems = names.map((name) => (name.endsWith('.cts') ? 'cjs' : 'esm'));
    for (const entry of ['suppression-list/index', 'suppression-list/testing', 'feedback/index'])
      for (const system of systems) expect(declarations).toContain(`${system}/types/${entry}.d.ts`);
  },
  60_000,
);

/** As `tsc` in that project, but for the declarations of others: the SDK's alone would take it half a minute. */
function compile(files: Readonly<Record<string, string>>, compilerOptions: ts.CompilerOptions) {
  const { folder } = stranger();
  const options = { ...strict, ...compilerOptions };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const host = { ...ts.createCompilerHost(options), getCurrentDirectory: () => folder };
  const program = ts.createProgram({
    rootNames: Object.keys(files).map((name) => path.join(folder, name)),
    options,
    host,
  });
  const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder));
  const faults = [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...own.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
  ];
  const installed = path.join(folder, 'node_modules', 'ses-feedback');
  return {
    faults: faults.map(({ file, start = 0, messageText }) => {
      const line = file && file.getLineAndCharacterOfPosition(start).line + 1;
      return `${file?.fileName}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    }),
    declarations: own.map(({ fileName }) => path.relative(installed, fileName)),
  };
}

/** A block that imports something begins a file, and the others go on with it. */
function examplesOf(page: string): Record<string, string> {
  const files: string[] = [];
  for (const [, block = ''] of page.matchAll(/^```ts\n([\s\S]*?)^```/gm)) {
    if (block.startsWith('import ')) files.push(block);
    else files.push(`${files.pop()}\n${block}`);
  }
  expect(files.length).toBeGreaterThan(3);
  return Object.fromEntries(files.map((text, i) => [`example-${i}.mts`, text]));
}
