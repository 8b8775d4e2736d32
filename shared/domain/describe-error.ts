import { StoreFault } from './suppression/store.ts';

/** What went wrong, in words that hold nothing of what was sent. */
export function reasonOf(error: unknown): string {
  if (error instanceof StoreFault) return error.message;
  if (!(error instanceof Error)) return 'unknown fault';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
