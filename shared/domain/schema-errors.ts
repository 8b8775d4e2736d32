import type * as z from 'zod/mini';

/**
 * Returns one sentence for each issue: which field is wrong and what is allowed. A sentence never contains the value of
 * the field, because that value can be an email address.
 *
 * @param subject name of the whole value, for an issue that is not about one field
 */
export function describeIssues(error: z.core.$ZodError, subject = 'the value'): string[] {
  return error.issues.map((issue) => {
    const field = issue.path.join('.') || subject;
    switch (issue.code) {
      case 'invalid_type':
        return `${field} is not ${withArticle(issue.expected)}`;
      case 'unrecognized_keys':
        // Only the policy rejects unknown keys. Its schema lists the valid ones in the message.
        return `${field} has unknown settings: ${issue.keys.join(', ')} (${issue.message})`;
      case 'too_small':
        return `${field} must be at least ${issue.minimum}${unit(issue.origin, issue.minimum)}`;
      case 'too_big':
        return `${field} must be at most ${issue.maximum}${unit(issue.origin, issue.maximum)}`;
      case 'invalid_value':
        return `${field} must be one of ${issue.values.join(', ')}`;
      case 'invalid_key':
        return `${field}: ${issue.issues.map(({ message }) => message).join()}`;
      default:
        return `${field}: ${issue.message}`;
    }
  });
}

/** Names for people, where the schema library's own name of a type is not one. */
const typeNames: ReadonlyMap<string, string> = new Map([
  ['array', 'list'],
  ['int', 'whole number'],
  ['record', 'object'],
]);

function withArticle(type: string): string {
  const name = typeNames.get(type) ?? type;
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

function unit(origin: string, count: number | bigint): string {
  const isOne = Number(count) === 1;
  if (origin === 'string') return isOne ? ' character long' : ' characters long';
  if (origin === 'array') return isOne ? ' entry long' : ' entries long';
  return '';
}
