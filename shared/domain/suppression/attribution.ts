/** Names the person or system that changed an address manually, and says why. Both texts are stored with the record. */
export type Attribution = {
  /** Who made the change, such as `support` or `ann@example.com`. 1 to 1,000 characters. */
  readonly by: string;
  /** Why, such as `asked by phone`. 1 to 1,000 characters. */
  readonly note: string;
};

/** A longer text could fill the item of the record, so that no more feedback could be stored in it. Characters. */
export const maxAttributionLength = 1000;

/** @throws Error with advice for the operator if a text is too long to be stored with the record */
export function assertAttribution({ by, note }: Attribution): void {
  for (const [name, text] of Object.entries({ by, note }))
    if (text.length > maxAttributionLength)
      throw new Error(
        `"${name}" has ${text.length} characters. At most ${maxAttributionLength} are stored with a record: shorten it.`,
      );
}
