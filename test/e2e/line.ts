/** A finding, in columns. */
export function line(mark: '✓' | '✗', about: string, text: string): string {
  return `${mark} ${about.padEnd('suppressionlist@'.length)}  ${text}`;
}
