/**
 * Limits on one message. SES itself stays far below them: it cuts headers at 10 KB, and a send has at most 50
 * recipients. A message that exceeds a limit is not SES feedback, so it is unreadable before any further work.
 */
const maxMessageBytes = 1024 * 1024;
const maxLevels = 64;
/** Maximum number of recipients of one message. */
export const maxRecipients = 1000;

const encoder = new TextEncoder();

/** Returns whether the text takes more than 1 MiB in UTF-8. */
export function isTooLong(text: string): boolean {
  // Stryker disable next-line ConditionalExpression,EqualityOperator: only avoids the encoding of short texts
  return text.length * 3 > maxMessageBytes && encoder.encode(text).length > maxMessageBytes;
}

/**
 * Returns whether a parsed JSON value nests objects and arrays deeper than 64 levels. The recursion stops at that
 * depth.
 */
export function isTooDeep(value: unknown, levels = maxLevels): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}

/**
 * Returns whether the names and texts in a parsed JSON value have more than 1 Mi characters together. Any other value
 * counts as one character. Call {@link isTooDeep} first: this function has no limit on the depth.
 */
export function isTooLarge(value: unknown): boolean {
  return charactersIn(value) > maxMessageBytes;
}

function charactersIn(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, inner]) => sum + name.length + charactersIn(inner), 1);
}
