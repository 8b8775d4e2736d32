export { createSuppressionList, type SuppressionList, type SuppressionListOptions } from './create-suppression-list.ts';
export { InvalidAddressError, SuppressionStoreError } from './errors.ts';
