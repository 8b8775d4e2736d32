import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { entries, peerDependency, root } from './entries.ts';
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
 * Returns the declarations of the entries and of the files they import. Each file is declared on its own, which takes a second instead of
 * half a minute for a whole program, but needs explicit types on all exports.
 *
 * @throws Error if an export has no explicit type, or has a type of a package that an application may lack
 */
export function declareModules(): PackageFile[] {
  const declarations: PackageFile[] = [];
  // Iterating over a set includes the elements that are added meanwhile.
  const sources = new Set<string>(entries.map(({ source }) => `${source}.ts`));
  for (const source of sources) {
    const text = declare(source).replace(specifier, (name) => {
      if (name === peerDependency) return name;
      if (!name.startsWith('.'))
        throw new Error(`shared/${source}: an export has a type of ${name}, which an application may lack.`);
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
  const [diagnostic] = diagnostics;
  if (diagnostic === undefined) return outputText;
  const { line } = ts.getLineAndCharacterOfPosition(diagnostic.file as ts.SourceFile, diagnostic.start ?? 0);
  throw new Error(`shared/${source}:${line + 1}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ')}`);
}
