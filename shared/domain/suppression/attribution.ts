/** Names the person or system that changed an address manually, and says why. Both texts are stored with the record. */
export type Attribution = {
  /** Who made the change, such as `support` or `ann@example.com`. Not empty. */
  readonly by: string;
  /** Why, such as `asked by phone`. Not empty. */
  readonly note: string;
};
