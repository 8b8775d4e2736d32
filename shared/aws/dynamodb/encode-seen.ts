import type { Seen } from '../../domain/suppression/record.ts';

/**
 * Encodes a remembered event as `<send time, base 36> <scope> <scope>…`, so that a record with 64 of them stays small.
 */
export function encodeSeen({ sentAt, scopes, isOnlyWatched }: Seen): string {
  return [sentAt.toString(36), ...scopes, ...(isOnlyWatched ? [onlyWatched] : [])].join(' ');
}

/** Decodes a remembered event. */
export function decodeSeen(text: string): Seen {
  const [sentAt = '0', ...words] = text.split(' ');
  const scopes = words.filter((word) => word !== onlyWatched);
  return {
    sentAt: Number.parseInt(sentAt, 36),
    scopes,
    ...(words.includes(onlyWatched) && { isOnlyWatched: true as const }),
  };
}

/** No hash of a scope has this form. */
const onlyWatched = '=w';
