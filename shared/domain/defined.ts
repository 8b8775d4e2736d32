type Defined<Fields> = { [name in keyof Fields as undefined extends Fields[name] ? never : name]: Fields[name] } & {
  [name in keyof Fields as undefined extends Fields[name] ? name : never]?: Exclude<Fields[name], undefined>;
};

/**
 * Returns the object without the properties whose value is `undefined`.
 *
 * @example defined({ since: 5, until: undefined }) // { since: 5 }
 */
export function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}
