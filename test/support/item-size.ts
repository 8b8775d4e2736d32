import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

export type Attributes = Record<string, AttributeValue>;

/**
 * Returns the size of an item in bytes, as DynamoDB calculates it for write units.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Record<string, unknown>): number {
  return attributesSize(marshall(item, { removeUndefinedValues: true }));
}

/** Returns the size of an item in the form of DynamoDB's API, in bytes. */
export function attributesSize(attributes: Attributes): number {
  return Object.entries(attributes).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  // One byte for every two digits and one for the exponent. Leading and trailing zeros are free.
  if (value.N !== undefined) return Math.ceil(value.N.replace(/^-|\./g, '').replace(/^0+|0+$/g, '').length / 2) + 1;
  if (value.L !== undefined) return 3 + value.L.reduce((sum, element) => sum + 1 + valueSize(element), 0);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + attributesSize(value.M);
  return 1;
}
