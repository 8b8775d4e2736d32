/** One field of a header, or of a machine-readable report. */
export type Field = {
  /** In lower case. */
  readonly name: string;
  /** On one line, otherwise as it was written. Untrusted text. */
  readonly value: string;
};

/** A part of an email that is not its text: an attachment, a machine-readable report, another email. */
export type EmailPart = {
  /** Media type in lower case, such as `message/delivery-status`. */
  readonly type: string;
  /** The decoded content. Untrusted text. */
  readonly text: string;
  /** The email, or its header, inside a part of a type such as `message/rfc822`, unless it is nested too deep. */
  readonly email?: ReceivedEmail;
};

/** An email that was received, with its MIME structure read and its texts decoded. */
export type ReceivedEmail = {
  readonly header: readonly Field[];
  /** The time in `Date`, in epoch milliseconds. Missing if the field is missing or invalid. */
  readonly date?: number;
  /**
   * The readable texts in their order, with `\n` as line end, without an email that is quoted below. HTML is used if there is no plain text.
   */
  readonly text: string;
  /** The parts in their order. An email that is quoted in the text is the last one, with the type `message/rfc822`. */
  readonly parts: readonly EmailPart[];
};

/** Returns the first field of that name, or `''`. */
export function fieldOf(fields: readonly Field[], name: string): string {
  return fields.find((field) => field.name === name)?.value ?? '';
}

/** Returns every field of that name. */
export function fieldsOf(fields: readonly Field[], name: string): readonly string[] {
  return fields.filter((field) => field.name === name).map(({ value }) => value);
}
