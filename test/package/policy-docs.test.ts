import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { root } from '../support/run.ts';

test('the documented default of each policy setting is the real one', () => {
  const text = readFileSync(path.join(root, 'shared', 'domain', 'policy', 'policy.ts'), 'utf8');
  const source = ts.createSourceFile('policy.ts', text, ts.ScriptTarget.ES2023, true);
  const [policy] = source.statements.filter(ts.isTypeAliasDeclaration).filter(({ name }) => name.text === 'Policy');
  expect(documentedDefaults(policy?.type as ts.TypeLiteralNode)).toEqual(readPolicy({}));
});

/** Returns the `@default` of each setting, or of the settings within it. */
function documentedDefaults({ members }: ts.TypeLiteralNode): Record<string, unknown> {
  const settings = members.filter(ts.isPropertySignature).map((member) => {
    const tag = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === 'default');
    const value = tag ? JSON.parse(String(tag.comment)) : documentedDefaults(member.type as ts.TypeLiteralNode);
    return [member.name.getText(), value];
  });
  return Object.fromEntries(settings);
}
