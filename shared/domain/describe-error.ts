import { StoreError } from './suppression/store.ts';

/**
 * Describes an error for a log line. The message of a {@link StoreError} is safe to log. Of any other error the
 * function returns only the code or the name, because the message can contain the request, and with it an email
 * address.
 */
export function describeError(error: unknown): string {
  if (error instanceof StoreError) return error.message;
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
