import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { entries, peer, root } from './entries.ts';
import type { PackageFile } from './modules.ts';

const specifier = /(?<=(?:\bfrom |\bimport |\bimport\()['"])[^'"]+(?=['"])/g;

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  allowImportingTsExtensions: true,
};

/**
 * The declarations of the entries, and of what these name: no more. Made file by file, in a second instead of half a minute; a
 * declaration that would take looking into other files is an error that says where a type has to be written down.
 * @throws Error where that is so, or where they name a package that an application need not have
 */
export function declareModules(): PackageFile[] {
  const declarations: PackageFile[] = [];
  // A set is gone through to its end, also what is added on the way.
  const sources = new Set<string>(entries.map(({ source }) => `${source}.ts`));
  for (const source of sources) {
    const text = declare(source).replace(specifier, (name) => {
      if (name === peer) return name;
      if (!name.startsWith('.')) throw new Error(`shared/${source}: what it exports has a type of ${name}.`);
      sources.add(path.posix.join(path.posix.dirname(source), name));
      return name.replace(/\.ts$/, '.js');
    });
    for (const system of ['esm', 'cjs'])
      declarations.push({ file: `${system}/types/${source.replace(/\.ts$/, '.d.ts')}`, text });
  }
  return declarations;
}

function declare(source: string): string {
  const fileName = path.join(root, 'shared', source);
  const text = readFileSync(fileName, 'utf8');
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(text, {
    fileName,
    compilerOptions,
    reportDiagnostics: true,
  });
  const [fault] = diagnostics;
  if (fault === undefined) return outputText;
  const { line } = ts.getLineAndCharacterOfPosition(fault.file as ts.SourceFile, fault.start ?? 0);
  throw new Error(`shared/${source}:${line + 1}: ${ts.flattenDiagnosticMessageText(fault.messageText, ' ')}`);
}
