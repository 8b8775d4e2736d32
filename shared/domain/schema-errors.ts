import type * as z from 'zod/mini';

/** Says which field is wrong and what it should be, without a word of what it holds: that may be an address. */
export function describeIssues(error: z.core.$ZodError): string[] {
  return error.issues.map((issue) => {
    const place = issue.path.join('.') || 'the value';
    switch (issue.code) {
      case 'invalid_type':
        return `${place} is not ${article(issue.expected)}`;
      case 'unrecognized_keys':
        return `${place} has unknown settings: ${issue.keys.join(', ')}`;
      case 'too_small':
        return `${place} must be at least ${issue.minimum}${unit(issue.origin)}`;
      case 'too_big':
        return `${place} must be at most ${issue.maximum}${unit(issue.origin)}`;
      case 'invalid_value':
        return `${place} must be one of ${issue.values.join(', ')}`;
      case 'invalid_key':
        return `${place}: ${issue.issues.map(({ message }) => message).join()}`;
      default:
        return `${place}: ${issue.message}`;
    }
  });
}

function article(type: string): string {
  const name = type === 'array' ? 'list' : type;
  return `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' entries long' : '';
}
