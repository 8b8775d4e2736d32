import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { readPolicy } from '../../shared/domain/policy/policy.ts';
import { root } from '../support/run.ts';

/** Returns the type literal that a file of the policy declares. */
function declaredType(file: string, type: string): ts.TypeLiteralNode {
  const text = readFileSync(path.join(root, 'shared', 'domain', 'policy', file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const [found] = source.statements.filter(ts.isTypeAliasDeclaration).filter(({ name }) => name.text === type);
  return found?.type as ts.TypeLiteralNode;
}

test('the documented default of each policy setting is the real one', () => {
  expect(documentedDefaults(declaredType('policy.ts', 'Policy'))).toEqual(readPolicy({}));
});

/** Returns the `@default` of each setting, or of the settings within it. */
function documentedDefaults({ members }: ts.TypeLiteralNode): Record<string, unknown> {
  const settings = members.filter(ts.isPropertySignature).map((member) => {
    const tag = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === 'default');
    const value = tag ? JSON.parse(String(tag.comment)) : documentedDefaults(settingsOf(member));
    return [member.name.getText(), value];
  });
  return Object.fromEntries(settings);
}

function settingsOf({ type }: ts.PropertySignature): ts.TypeLiteralNode {
  return type?.getText() === 'RelayPolicy'
    ? declaredType('relay-policy.ts', 'RelayPolicy')
    : (type as ts.TypeLiteralNode);
}
