/** Filters the recipients of one campaign with a snapshot. reads.ts bundles this file and forks it with the path of the snapshot. */

import { createSuppressionList } from '../../shared/suppression-list/index.ts';
import { sendMeasurement } from './send-measurement.ts';
import { campaignTable } from './stub.ts';

export type SnapshotMeasurement = { readonly seconds: number; readonly megabytes: number; readonly suppressed: number };

const count = 1_000_000;

/** Yields recipients one by one, as from a database. One in a hundred is in the snapshot. */
function* recipients(): Generator<string> {
  for (let i = 0; i < count; i++) yield `recipient-${i % 100 === 0 ? i : count + i}@example.com`;
}

async function measure(file: string): Promise<SnapshotMeasurement> {
  const suppressions = createSuppressionList({ tableName: campaignTable });
  // The first request loads the SDK, which must not count as part of the campaign.
  await suppressions.isSuppressed('ann@example.com');
  const start = performance.now();
  const snapshot = await suppressions.openSnapshot(file);
  let [verdicts, suppressed] = [0, 0];
  for await (const { kind } of snapshot.filter(recipients())) {
    verdicts++;
    if (kind === 'suppressed') suppressed++;
  }
  if (verdicts !== count) throw new Error(`${verdicts} of ${count} recipients have a verdict.`);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, megabytes: process.resourceUsage().maxRSS / 1000, suppressed };
}

sendMeasurement(measure(process.argv[2] as string));
