import { createAccountListHandler } from '../functions/handlers/account-list-handler.ts';
import { createReputationHandler } from '../functions/handlers/reputation-handler.ts';
import { formatSyncEntry } from '../shared/account-list/sync-report.ts';
import { minute } from '../shared/domain/durations.ts';
import type { LocalStack } from './local-stack.ts';
import { accountFigures, type ReputationPoint } from './ses-simulator/reputation-metrics.ts';

/**
 * Runs the functions that AWS would run every minute: the evaluation of the rates, and the sync of the SES account suppression list.
 *
 * @param print receives notices and errors
 */
export function startSchedule(
  stack: LocalStack,
  print: (text: string) => void,
  intervalMs = minute,
): { stop(): Promise<void> } {
  process.env.AWS_ENDPOINT_URL_SESV2 = stack.endpoints.ses;
  const variables = {
    SUPPRESSIONS_TABLE: stack.tables.suppressionsTable,
    REPUTATION_TABLE: stack.tables.reputationTable,
    ALARM_TOPIC: '',
    // Not used: without the ARN of a function, no import job is started.
    IMPORT_BUCKET: 'none',
  };
  const evaluateRates = createReputationHandler({
    variables,
    log: () => {},
    // There is no CloudWatch here: the simulator has the figures itself.
    readFigures: async (now) => accountFigures(stack.ses, now),
    observe: async (now) => ({
      enforcementStatus: stack.ses.account.enforcementStatus,
      reputation: latestRates(accountFigures(stack.ses, now).points),
    }),
    publish: async ({ parts }) => print(parts.default ?? ''),
  });
  const syncLists = createAccountListHandler({
    variables,
    log: (entry) => {
      if (entry.kind === 'rejected' || entry.synced > 0) print(formatSyncEntry(entry));
    },
  });
  let running: Promise<unknown> | undefined;
  const run = () => {
    // A run that takes longer than the interval is not followed by another one at the same time.
    running ??= Promise.all([evaluateRates({}), syncLists({})])
      .catch((error: unknown) => print(String(error)))
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(run, intervalMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/** Returns the rates of the last day, as an evaluation reads them. */
function latestRates(points: readonly ReputationPoint[]) {
  const latest = points.slice(-24);
  return {
    bounceRate: latest.map(({ at, bounceRate }) => ({ at, value: bounceRate })),
    complaintRate: latest.map(({ at, complaintRate }) => ({ at, value: complaintRate })),
  };
}
