/** What was given is no e-mail address, so there is no answer to whether it may be mailed. */
export class InvalidAddressError extends Error {
  override readonly name = 'InvalidAddressError';

  constructor() {
    super('Not an e-mail address. Pass one address, like "ann@example.com" or "Ann <ann@example.com>".');
  }
}

/** The table could not be asked. Not knowing is not the same as "may be mailed", so this is thrown, never swallowed. */
export class SuppressionStoreError extends Error {
  override readonly name = 'SuppressionStoreError';
}
