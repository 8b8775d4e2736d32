import { writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { entries } from '../../../tools/package/entries.ts';

export type DocumentedExport = {
  readonly name: string;
  /** The entry that exports it, such as `ses-feedback/testing`, and all names that this entry exports. */
  readonly entry: string;
  readonly names: readonly string[];
  /** Whether it is a function, class or constant, or a method of the suppression list. */
  readonly isCode: boolean;
  /** The code in its `@example` tags. */
  readonly examples: readonly string[];
};

/** Returns what the installed package exports, and the members of exported types, with the examples in their doc comments. */
export function documentedExports(folder: string, options: ts.CompilerOptions): DocumentedExport[] {
  const file = path.join(folder, 'entries.mts');
  const modules = entries.map(({ name }) => `ses-feedback${name.slice(1)}`);
  writeFileSync(file, modules.map((name, i) => `export * as entry${i} from '${name}';\n`).join(''));
  // Without the standard library, which takes seconds to load and does not affect doc comments.
  const program = ts.createProgram([file], { ...options, strict: true, noLib: true, types: [] });
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Symbol>();
  return modules.flatMap((entry, i) => {
    const exports = checker.getExportsOfModule(moduleOf(`entry${i}`));
    const names = exports.map(({ name }) => name);
    const symbols = exports.map((symbol) => resolve(symbol)).filter((symbol) => !seen.has(symbol) && seen.add(symbol));
    return symbols.flatMap((symbol) => [
      describe(symbol, symbol.name, (symbol.flags & ts.SymbolFlags.Value) !== 0),
      ...membersOf(symbol).map((member) =>
        describe(member, `${symbol.name}.${member.name}`, symbol.name === 'SuppressionList'),
      ),
    ]);

    function describe(symbol: ts.Symbol, name: string, isCode: boolean): DocumentedExport {
      const tags = symbol.getJsDocTags(checker).filter((tag) => tag.name === 'example');
      return { name, entry, names, isCode, examples: tags.map(({ text }) => ts.displayPartsToString(text)) };
    }
  });

  function moduleOf(name: string): ts.Symbol {
    const source = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile) as ts.Symbol;
    const namespace = checker.getExportsOfModule(source).find((symbol) => symbol.name === name);
    return resolve(namespace as ts.Symbol);
  }

  function resolve(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  }

  function membersOf(symbol: ts.Symbol): ts.Symbol[] {
    return symbol.flags & ts.SymbolFlags.TypeAlias ? checker.getDeclaredTypeOfSymbol(symbol).getProperties() : [];
  }
}
