/** Escapes the control, formatting and line-separator characters of untrusted text, so that it cannot control a terminal or reorder a line. */
export function sanitize(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

/** Formats a value as JSON in which invisible and reordering characters are escaped. Parsing it returns the same value. */
export function sanitizeJson(value: unknown): string {
  const codeOf = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(value, null, 2).replaceAll(/[\p{Cf}\p{Zl}\p{Zp}\x7f-\x9f]/gu, (character) =>
    character.split('').map(codeOf).join(''),
  )}\n`;
}
