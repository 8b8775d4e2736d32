import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { TableNames } from '../emulator/tables.ts';

type Item = Record<string, unknown>;

/** The content of both tables at one moment. */
export type TableSnapshot = {
  /** The items of the suppressions table, by key: `ann@example.net account`. */
  readonly records: ReadonlyMap<string, Item>;
  /** Counts by scope and metric, summed over hours and shards: `account` → `hard` → 3. */
  readonly counts: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** The items of the reputation table. */
  readonly counterItems: readonly Item[];
};

/** Reads both tables completely, with consistent reads. */
export async function takeTableSnapshot(client: DynamoDBDocumentClient, names: TableNames): Promise<TableSnapshot> {
  const records = await scanTable(client, names.suppressionsTable);
  const counterItems = await scanTable(client, names.reputationTable);
  return {
    records: new Map(records.map((item) => [`${item.address} ${item.list}`, item])),
    counts: sumCounts(counterItems),
    counterItems,
  };
}

async function scanTable(client: DynamoDBDocumentClient, table: string): Promise<Item[]> {
  const items: Item[] = [];
  const pages = paginateScan({ client }, { TableName: table, ConsistentRead: true });
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
}

function sumCounts(items: readonly Item[]): Map<string, Map<string, number>> {
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

/** Returns a line for each increase of a metric: `hard +1 in account, identity:example.com`. */
export function describeCounts(before: TableSnapshot, after: TableSnapshot): string[] {
  const scopesByIncrease = new Map<string, string[]>();
  for (const [scope, metrics] of after.counts) {
    for (const [metric, count] of metrics) {
      const added = count - (before.counts.get(scope)?.get(metric) ?? 0);
      if (added === 0) continue;
      const increase = `${metric} +${added}`;
      scopesByIncrease.set(increase, [...(scopesByIncrease.get(increase) ?? []), scope]);
    }
  }
  return [...scopesByIncrease].map(([increase, scopes]) => `${increase} in ${scopes.sort().join(', ')}`);
}
