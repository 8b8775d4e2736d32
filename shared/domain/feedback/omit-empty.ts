type NonEmpty<Fields> = { [name in keyof Fields]?: NonNullable<Fields[name]> };

/**
 * Returns only the fields that contain text: in an SES message, an absent field, null and an empty string mean the
 * same. Use `defined` for fields in which null or an empty value has a meaning.
 *
 * @example omitEmpty({ action: 'failed', status: '', diagnosticCode: null }) // { action: 'failed' }
 */
export function omitEmpty<Fields extends Record<string, string | null | undefined>>(fields: Fields): NonEmpty<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) as NonEmpty<Fields>;
}
