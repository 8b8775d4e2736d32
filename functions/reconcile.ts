import { createReconcileHandler } from './handlers/reconcile-handler.ts';

/**
 * Is invoked every hour and completes once a day. Compares the SES account suppression list with the table and repairs
 * the differences. The first run imports the addresses that the account has suppressed already.
 */
export const handler = createReconcileHandler();
