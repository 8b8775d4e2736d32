import type { VerdictRow } from './fault.ts';
export const providerCodes: readonly VerdictRow[] = [];
