/** One campaign against one snapshot, in a process that does nothing else. Bundled and forked by reads.ts with the snapshot's file. */
import { createSuppressionList } from '../../shared/suppression-list/index.ts';
import { campaignTable } from './stub.ts';

export type SnapshotMeasured = { readonly seconds: number; readonly megabytes: number; readonly suppressed: number };

const count = 1_000_000;

/** As a campaign reads them from its database: one after the other. One of a hundred is in the snapshot. */
function* recipients(): Generator<string> {
  for (let i = 0; i < count; i++) yield `recipient-${i % 100 === 0 ? i : count + i}@example.com`;
}

async function measure(file: string): Promise<SnapshotMeasured> {
  const suppressions = createSuppressionList({ tableName: campaignTable });
  // The first request takes the SDK to be loaded, which is no part of a campaign.
  await suppressions.isSuppressed('ann@example.com');
  const start = performance.now();
  const snapshot = await suppressions.openSnapshot(file);
  let [all, suppressed] = [0, 0];
  for await (const { kind } of snapshot.filter(recipients())) {
    all++;
    if (kind === 'suppressed') suppressed++;
  }
  if (all !== count) throw new Error(`Of ${count} recipients ${all} have a verdict.`);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, megabytes: process.resourceUsage().maxRSS / 1000, suppressed };
}

measure(process.argv[2] as string).then(
  (measured) => {
    process.send?.(measured);
    process.disconnect();
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
