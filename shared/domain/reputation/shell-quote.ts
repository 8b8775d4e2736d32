/** Quotes a name for a shell, so that a command in a notice is safe to copy whatever the name contains. */
export function shellQuote(name: string): string {
  return /^[\w:.@=-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`;
}
