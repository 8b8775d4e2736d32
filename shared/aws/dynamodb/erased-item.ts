import type { AddressKey } from '../../domain/address.ts';
import { type ErasedAddress, eraseAddress, erasedPrefix } from '../../domain/suppression/erased-address.ts';
import type { Item } from './item.ts';

/**
 * The item that has the key of the hashes. The key is in `causes`, because applications may read only the attributes of a verdict (AppPolicy in
 * resources/access.yml).
 */
export const erasureKeyItem: Item = { address: { S: 'erasure-key' }, list: { S: 'erasure-key' } };

/** What to read of {@link erasureKeyItem}. */
export const erasureKeyProjection = {
  ProjectionExpression: '#c.#k',
  ExpressionAttributeNames: { '#c': 'causes', '#k': 'erasureKey' },
};

/** Returns the key of the hashes, or `undefined` if no address was ever erased. */
export function erasureKeyOf(item: Item | undefined): string | undefined {
  return item?.causes?.M?.erasureKey?.S;
}

/** Returns the key of what is kept of an erased address on a list. */
export function erasedItemKey(address: AddressKey, list: string, secret: string): Item {
  return keyOfErased(eraseAddress(address, secret), list);
}

export function keyOfErased(erased: ErasedAddress, list: string): Item {
  return { address: { S: erased }, list: { S: `${erasedPrefix}${list}` } };
}

/** Returns the name of the list of a key made by {@link erasedItemKey}. Returns other names as they are. */
export function listOfErased(list: string): string {
  return list.startsWith(erasedPrefix) ? list.slice(erasedPrefix.length) : list;
}
