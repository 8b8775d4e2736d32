import { createAccountListHandler } from './handlers/account-list-handler.ts';

/** Runs every minute: tells SES's own suppression list whom we suppress for good, and whom it must not hold any more. */
export const handler = createAccountListHandler();
