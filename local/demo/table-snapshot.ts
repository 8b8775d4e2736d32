import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { TableNames } from '../emulator/tables.ts';

type Item = Record<string, unknown>;

/** Both tables, whole: what two moments can be compared by. */
export type Snapshot = {
  /** By key. */
  readonly records: ReadonlyMap<string, Item>;
  /** Sums over hours and shards: `account` → `hard` → 3. */
  readonly counts: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly counterItems: readonly Item[];
};

export async function takeSnapshot(client: DynamoDBDocumentClient, names: TableNames): Promise<Snapshot> {
  const records = await scan(client, names.suppressionsTable);
  const counterItems = await scan(client, names.reputationTable);
  return {
    records: new Map(records.map((item) => [`${item.address} ${item.list}`, item])),
    counts: sumUp(counterItems),
    counterItems,
  };
}

async function scan(client: DynamoDBDocumentClient, table: string): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: start }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

function sumUp(items: readonly Item[]): Map<string, Map<string, number>> {
  const sums = new Map<string, Map<string, number>>();
  for (const item of items) {
    const sum = sums.get(String(item.scope)) ?? new Map<string, number>();
    for (const [attribute, value] of Object.entries(item)) {
      const metric = /^(sends|hard|soft|complaints|prevented)\d+$/.exec(attribute)?.[1];
      if (metric !== undefined) sum.set(metric, (sum.get(metric) ?? 0) + Number(value));
    }
    sums.set(String(item.scope), sum);
  }
  return sums;
}

/** `hard +1 in account, identity:example.com`, a line for each metric. */
export function describeCounts(before: Snapshot, after: Snapshot): string[] {
  const lines = new Map<string, string[]>();
  for (const [scope, metrics] of after.counts) {
    for (const [metric, count] of metrics) {
      const added = count - (before.counts.get(scope)?.get(metric) ?? 0);
      if (added !== 0) lines.set(`${metric} +${added}`, [...(lines.get(`${metric} +${added}`) ?? []), scope]);
    }
  }
  return [...lines].map(([what, scopes]) => `${what} in ${scopes.sort().join(', ')}`);
}
