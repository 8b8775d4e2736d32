/**
 * Former names of commands, and those of ses-helper.sh: docs/ses-helper.md. They are not in the help, and work as the command that they stand
 * for.
 */
const aliases: Readonly<Record<string, readonly string[]>> = {
  'explain-event': ['explain'],
  reconcile: ['sync'],
  'release-many': ['release'],
  snapshot: ['export', '--hashed'],
  quota: ['status'],
  reputation: ['status'],
  monitor: ['status', '--watch'],
  suppressed: ['list'],
  'suppression-details': ['check'],
  'remove-suppression': ['release'],
  debug: ['doctor'],
  'verified-emails': ['identities', 'list', '--verified', '--kind', 'address'],
  'verified-domains': ['identities', 'list', '--verified', '--kind', 'domain'],
  'verify-email': ['identities', 'verify'],
  'verify-domain': ['identities', 'verify'],
  'verify-identity': ['identities', 'verify'],
  dkim: ['identities', 'dkim'],
  'enable-dkim': ['identities', 'dkim', '--enable'],
};

/** Returns the arguments with the present name of the command. */
export function replaceAlias([name = '', ...rest]: readonly string[]): readonly string[] {
  const replaced = Object.hasOwn(aliases, name) ? (aliases[name] as readonly string[]) : [name];
  return name === '' && rest.length === 0 ? [] : [...replaced, ...rest];
}
