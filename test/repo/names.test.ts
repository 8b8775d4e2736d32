import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from '../support/run.ts';

const folders = ['cli', 'functions', 'local', 'serverless', 'shared', 'tools'];
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...folders], {
  cwd: root,
  encoding: 'utf8',
});
const files = tracked.split('\n').filter((file) => file.endsWith('.ts') && existsSync(path.join(root, file)));

/** Names that are declared more than once on purpose. */
const intended: Readonly<Record<string, string>> = {
  createSuppressionList: 'ses-feedback/testing exports a replacement under the same name',
  handler: 'the name that Lambda calls in each file of functions/',
};

function exportedNames(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.ES2023, true);
  return source.statements.flatMap((statement) => {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText());
    const { name } = statement as ts.DeclarationStatement;
    return name === undefined ? [] : [name.getText()];
  });
}

test('an exported name is declared once, so that it has one meaning in the project', () => {
  const declaredIn = new Map<string, Set<string>>();
  for (const file of files) {
    for (const name of exportedNames(file)) declaredIn.set(name, (declaredIn.get(name) ?? new Set()).add(file));
  }
  expect(declaredIn.size).toBeGreaterThan(400);
  const repeated = [...declaredIn].filter(([name, places]) => places.size > 1 && !(name in intended));
  expect(Object.fromEntries(repeated.map(([name, places]) => [name, [...places].sort()]))).toEqual({});
});
