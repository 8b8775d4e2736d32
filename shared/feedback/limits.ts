/**
 * Bounds on one message. SES itself stays far below them (headers are cut at 10 KB, a send has at most
 * 50 recipients); what exceeds them is not SES feedback and is unreadable at once, before any further work.
 */
export const maxMessageBytes = 1024 * 1024;
export const maxLevels = 64;
export const maxRecipients = 1000;

const encoder = new TextEncoder();

/** Whether the text takes more than {@link maxMessageBytes} in UTF-8. Encodes only where its length leaves doubt. */
export function isTooLong(text: string): boolean {
  if (text.length > maxMessageBytes) return true;
  if (text.length * 3 <= maxMessageBytes) return false;
  return encoder.encode(text).length > maxMessageBytes;
}

/** Whether a parsed JSON value nests objects and lists deeper than {@link maxLevels}. Linear, and not recursive. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const containers = level.filter((item): item is object => typeof item === 'object' && item !== null);
    if (containers.length > 0 && depth >= maxLevels) return true;
    level = containers.flatMap((item) => Object.values(item));
  }
  return false;
}
