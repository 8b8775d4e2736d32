import { isObject } from '../is-object.ts';

/** Settings of earlier versions by their names, and the names that they have today. */
const newNames: ReadonlyMap<string, string> = new Map([
  ['reviewLines', 'reviewThresholds'],
  ['pauseLines', 'pauseThresholds'],
  ['brake', 'autoPause'],
  ['pauseOnCritical', 'enabled'],
  ['atLeastSends', 'minSends'],
  ['delegates', 'allowedAccounts'],
]);

/**
 * Returns a sentence for each setting that has a name of an earlier version, at any depth of the policy.
 *
 * @example describeRenamedSettings({ brake: {} }) // ['"brake" is now called "autoPause"']
 */
export function describeRenamedSettings(value: unknown, oldPath = '', newPath = ''): string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const newName = newNames.get(name);
    const [oldInner, newInner] = [`${oldPath}${name}`, `${newPath}${newName ?? name}`];
    const renamed = newName === undefined ? [] : [`"${oldInner}" is now called "${newInner}"`];
    return [...renamed, ...describeRenamedSettings(inner, `${oldInner}.`, `${newInner}.`)];
  });
}
