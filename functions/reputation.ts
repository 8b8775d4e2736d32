import { createReputationHandler } from './handlers/reputation-handler.ts';

/** Runs every minute. Evaluates the bounce and complaint rates, and raises and resolves their alarms. */
export const handler = createReputationHandler();
