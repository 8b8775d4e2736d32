import { createAccountListHandler } from './handlers/account-list-handler.ts';

/**
 * Runs every minute. Brings the SES account suppression list to the desired state: adds suppressed addresses and deletes
 * released ones.
 */
export const handler = createAccountListHandler();
