type Present<Fields> = { [name in keyof Fields]?: NonNullable<Fields[name]> };

/** The fields that have a value: absent, null and empty are one thing to us. */
export function omitEmpty<Fields extends Record<string, string | null | undefined>>(fields: Fields): Present<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) as Present<Fields>;
}
