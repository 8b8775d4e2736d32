import { createReputationHandler } from '../shared/aws/reputation-handler.ts';

/** Runs every minute: looks at the rates, and raises and clears the alarms on them. */
export const handler = createReputationHandler();
