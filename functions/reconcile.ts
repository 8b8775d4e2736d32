import { createReconcileHandler } from './handlers/reconcile-handler.ts';

/** Runs every hour, and works once a day: holds SES's own suppression list against the table. Its first run imports what the account has. */
export const handler = createReconcileHandler();
