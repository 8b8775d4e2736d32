/** Text of strangers for a terminal: what could steer the terminal or reorder the line is shown as its code instead. */
export function sanitize(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

/** JSON, of the same value, in which what is invisible or reorders a line is escaped. */
export function sanitizeJson(value: unknown): string {
  const codeOf = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(value, null, 2).replaceAll(/[\p{Cf}\p{Zl}\p{Zp}\x7f-\x9f]/gu, (character) =>
    character.split('').map(codeOf).join(''),
  )}\n`;
}
