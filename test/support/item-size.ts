import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

export type Attributes = Record<string, AttributeValue>;

/**
 * Bytes of an item as DynamoDB counts them for its write units.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Record<string, unknown>): number {
  return attributesSize(marshall(item, { removeUndefinedValues: true }));
}

/** The same of an item as it goes over the wire. */
export function attributesSize(attributes: Attributes): number {
  return Object.entries(attributes).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  // A byte for two digits, and one for the exponent; zeros at either end are free.
  if (value.N !== undefined) return Math.ceil(value.N.replace(/^-|\./g, '').replace(/^0+|0+$/g, '').length / 2) + 1;
  if (value.L !== undefined) return 3 + value.L.reduce((sum, element) => sum + 1 + valueSize(element), 0);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + attributesSize(value.M);
  return 1;
}
