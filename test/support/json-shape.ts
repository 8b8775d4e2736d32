/**
 * Returns the fields of a JSON value, one per line: `rates.bounces: number`. `[]` stands for each item of a list. A field with several types has
 * them all, and a field that is missing in some items is listed like the others.
 */
export function fieldsOf(value: unknown): string[] {
  const types = new Map<string, Set<string>>();
  collect(value, '', types);
  return [...types].map(([path, found]) => `${path}: ${[...found].sort().join(' | ')}`).sort();
}

function collect(value: unknown, path: string, types: Map<string, Set<string>>): void {
  if (Array.isArray(value)) {
    if (value.length === 0) add(types, path, 'list');
    for (const item of value) collect(item, `${path}[]`, types);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, field] of Object.entries(value)) collect(field, path === '' ? name : `${path}.${name}`, types);
  } else add(types, path, value === null ? 'null' : typeof value);
}

function add(types: Map<string, Set<string>>, path: string, type: string): void {
  types.set(path, (types.get(path) ?? new Set()).add(type));
}

/** Returns the path of a line of {@link fieldsOf}. */
export const pathOf = (line: string): string => line.slice(0, line.lastIndexOf(': '));
