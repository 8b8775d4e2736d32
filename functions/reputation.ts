import { createReputationHandler } from './handlers/reputation-handler.ts';

/** Runs every minute: looks at the rates, and raises and clears the alarms on them. */
export const handler = createReputationHandler();
