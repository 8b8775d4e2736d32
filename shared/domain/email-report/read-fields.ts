import type { Field } from './received-email.ts';

/** A field name (RFC 5322, section 2.2) and its value. Some servers put a space in front of the colon. */
const fieldLine = /^([\x21-\x39\x3b-\x7e]{1,100})[ \t]{0,8}:[ \t]*(.*)$/;

/** Reads the fields at the start of a text, up to the first empty line. Lines that are no field are skipped. */
export function readFields(text: string): Field[] {
  const fields: { name: string; lines: string[] }[] = [];
  for (const line of linesOf(text)) {
    if (line.trim() === '') {
      if (fields.length > 0) break;
      continue;
    }
    const [, name, value = ''] = fieldLine.exec(line) ?? [];
    if (/^[ \t]/.test(line)) fields.at(-1)?.lines.push(line.trim());
    else if (name !== undefined) fields.push({ name: name.toLowerCase(), lines: [value.trim()] });
  }
  return fields.map(({ name, lines }) => ({ name, value: lines.join(' ') }));
}

/** Reads groups of fields with an empty line between two groups, as in a delivery status (RFC 3464, section 2.1). */
export function readFieldGroups(text: string): Field[][] {
  const groups = linesOf(text)
    .join('\n')
    .split(/\n[ \t]*\n/);
  return groups.map(readFields).filter((group) => group.length > 0);
}

/** Returns the lines of a text, whatever ends them. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}
