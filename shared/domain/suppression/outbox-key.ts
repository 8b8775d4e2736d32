import { shortHash } from '../short-hash.ts';

/** An index key is one partition, which accepts a thousand writes per second. Four of them are enough for a flood of feedback. */
const shards = [0, 1, 2, 3];

/**
 * Returns the key of the outbox index for a record. The Regions are part of the key, so a query for one Region never reads records that wait
 * only for others.
 */
export function outboxKey(address: string, regions: readonly string[]): string {
  return `${regions.join('+')}#${shortHash(address, 1).charCodeAt(0) % shards.length}`;
}

/** Returns every key of records that wait for exactly one of these sets of Regions. */
export function outboxKeys(sets: readonly (readonly string[])[]): string[] {
  return sets.flatMap((regions) => shards.map((shard) => `${regions.join('+')}#${shard}`));
}
