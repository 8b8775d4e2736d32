/**
 * Returns a pattern that matches where any of the alternatives does, whatever the case. Each must take linear time, because the answers of
 * servers are untrusted text.
 */
export function anyOf(alternatives: readonly string[]): RegExp {
  return new RegExp(alternatives.join('|'), 'i');
}
