import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { entries } from '../../../tools/package/entries.ts';
import { root } from '../../support/run.ts';
import { documentedExports } from './documented-exports.ts';
import { useFreshInstall } from './fresh-install.ts';

const freshInstall = useFreshInstall({
  installed: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-sesv2', 'nodemailer', '@types/node'],
});

const strict: ts.CompilerOptions = {
  strict: true,
  skipLibCheck: false,
  noEmit: true,
  target: ts.ScriptTarget.ES2023,
  // Without the DOM, whose global names would hide mistakes.
  lib: ['lib.es2023.d.ts'],
  types: ['node'],
};

const nodeModules: ts.CompilerOptions = { module: ts.ModuleKind.NodeNext, exactOptionalPropertyTypes: true };

test.each<[string, ts.CompilerOptions, string[]]>([
  ['with the modules of Node', nodeModules, ['application.mts', 'application.cts']],
  [
    'with a bundler',
    { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
    ['application.ts'],
  ],
])(
  'an application and the examples of the README compile %s, and wrong code does not',
  (_name, options, names) => {
    const application = readFileSync(path.join(__dirname, 'consumers', 'application.ts'), 'utf8');
    const examples = readmeExamples(readFileSync(path.join(root, 'shared', 'suppression-list', 'README.md'), 'utf8'));
    const files = { ...Object.fromEntries(names.map((name) => [name, application])), ...examples };

    const { problems, declarations } = compile(files, options);

    expect(problems).toEqual([]);
    // The declarations are checked as well: an error in one would be an error in every application.
    const systems = names.map((name) => (name.endsWith('.cts') ? 'cjs' : 'esm'));
    for (const { source } of entries)
      for (const system of systems) expect(declarations).toContain(`${system}/types/${source}.d.ts`);
  },
  60_000,
);

/** What the examples in doc comments use without declaring it. */
const exampleContext = `
declare global {
  const suppressions: import('ses-feedback').SuppressionList;
  const transporter: import('nodemailer').Transporter;
  const SESv2Client: typeof import('@aws-sdk/client-sesv2').SESv2Client;
  const lambdaEvent: unknown;
  const rawMessage: import('ses-feedback/feedback').RawMessage;
  const event: import('ses-feedback/feedback').FeedbackEvent;
  const record: import('ses-feedback/feedback').SuppressionRecord;
  function send(address: string): Promise<void>;
  function sendNewsletter(): Promise<void>;
}
export {};
`;

test('every function and class of the package has an example in its doc comment, and all examples compile', () => {
  const exports = documentedExports(freshInstall().folder, nodeModules);
  const files = exports.flatMap(({ entry, names, examples }, i) =>
    examples.map((example, k) => [
      `doc-example-${i}-${k}.mts`,
      `import { ${names.join(', ')} } from '${entry}';\n${example}\nexport {};\n`,
    ]),
  );

  const { problems } = compile({ 'context.d.mts': exampleContext, ...Object.fromEntries(files) }, nodeModules);

  expect(problems).toEqual([]);
  expect(exports.filter(({ isCode, examples }) => isCode && examples.length === 0).map(({ name }) => name)).toEqual([]);
}, 60_000);

/** Compiles files as `tsc` does, but checks no declarations of other packages: those of the SDK alone would take half a minute. */
function compile(files: Readonly<Record<string, string>>, compilerOptions: ts.CompilerOptions) {
  const { folder } = freshInstall();
  const options = { ...strict, ...compilerOptions };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const host = { ...ts.createCompilerHost(options), getCurrentDirectory: () => folder };
  const program = ts.createProgram({
    rootNames: Object.keys(files).map((name) => path.join(folder, name)),
    options,
    host,
  });
  const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(folder));
  const diagnostics = [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...own.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
  ];
  const installed = path.join(folder, 'node_modules', 'ses-feedback');
  return {
    problems: diagnostics.map(({ file, start = 0, messageText }) => {
      const line = file && file.getLineAndCharacterOfPosition(start).line + 1;
      return `${file?.fileName}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    }),
    declarations: own.map(({ fileName }) => path.relative(installed, fileName)),
  };
}

/** Returns the code blocks of a page as files. A block with an import begins a file, and the blocks after it continue the file. */
function readmeExamples(page: string): Record<string, string> {
  const files: string[] = [];
  for (const [, block = ''] of page.matchAll(/^```ts\n([\s\S]*?)^```/gm)) {
    if (block.startsWith('import ')) files.push(block);
    else files.push(`${files.pop()}\n${block}`);
  }
  expect(files.length).toBeGreaterThan(3);
  return Object.fromEntries(files.map((text, i) => [`example-${i}.mts`, text]));
}
