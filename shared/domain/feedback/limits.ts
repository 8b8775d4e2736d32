/**
 * Bounds on one message. SES itself stays far below them (headers are cut at 10 KB, a send has at most
 * 50 recipients); what exceeds them is not SES feedback and is unreadable at once, before any further work.
 */
const maxMessageBytes = 1024 * 1024;
const maxLevels = 64;
/** Entries of one message's list of recipients. */
export const maxRecipients = 1000;

const encoder = new TextEncoder();

/** Whether the text takes more than 1 MiB in UTF-8. */
export function isTooLong(text: string): boolean {
  // Stryker disable next-line ConditionalExpression,EqualityOperator: it only spares the encoding of short texts
  return text.length * 3 > maxMessageBytes && encoder.encode(text).length > maxMessageBytes;
}

/** Whether a parsed JSON value nests objects and lists deeper than 64 levels. Looks no deeper, so it ends. */
export function isTooDeep(value: unknown, levels = maxLevels): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}

/** Whether the names and texts of a parsed JSON value, no deeper than {@link isTooDeep} allows, are longer than 1 MiB together. */
export function isTooLarge(value: unknown): boolean {
  return charactersIn(value) > maxMessageBytes;
}

function charactersIn(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, inner]) => sum + name.length + charactersIn(inner), 1);
}
