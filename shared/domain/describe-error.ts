import { StoreError } from './suppression/store.ts';

/** What went wrong, in words that hold nothing of what was sent. */
export function describeError(error: unknown): string {
  if (error instanceof StoreError) return error.message;
  if (!(error instanceof Error)) return 'unknown fault';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
