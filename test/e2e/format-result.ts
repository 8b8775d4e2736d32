/** Formats one result of the suite as a line with aligned columns. */
export function formatResult(mark: '✓' | '✗', subject: string, text: string): string {
  return `${mark} ${subject.padEnd('suppressionlist@'.length)}  ${text}`;
}
