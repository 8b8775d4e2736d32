import type { Policy } from '../../shared/domain/policy/policy.ts';
import type { Inspected, StackInventory } from '../stack/inventory.ts';

/** A value of the configuration. Keys and lists are sorted, so that two audits of the same configuration are the same text. */
export type AuditValue =
  | string
  | number
  | boolean
  | null
  | readonly AuditValue[]
  | { readonly [name: string]: AuditValue };

/** The sections of an audit, in the order in which they are printed. */
export type Audit = Readonly<Record<string, AuditValue>>;

/**
 * Returns the configuration of SES and of a stack, without anything that changes by itself: no counts, ages or quotas used. A part that could not
 * be read has the error.
 */
export function describeConfiguration(
  { stack, account, configurationSets, identities, streams, subscribers }: StackInventory,
  policy: Policy,
): Audit {
  const { createdAt: _, ...stackSettings } = stack;
  return sortKeys({
    stack: toValue(stackSettings),
    policy: toValue(policy),
    account: partOf(account, ({ quota, ...settings }) => ({
      ...settings,
      ...(quota && { quota: { perDay: quota.perDay, perSecond: quota.perSecond } }),
    })),
    configurationSets: partOf(configurationSets, byName),
    identities: partOf(identities, byName),
    streams: Object.fromEntries(
      Object.entries(streams).map(([name, stream]) => [
        name,
        partOf(stream, ({ deadLetters: __, oldestSeconds: ___, queuePolicy, topics, ...settings }) => ({
          ...settings,
          queuePolicy: parsePolicy(queuePolicy),
          topics: topics.map(({ policy: ofTopic, ...topic }) => ({ ...topic, policy: parsePolicy(ofTopic) })),
        })),
      ]),
    ),
    alarmSubscribers: partOf(subscribers, (all) => all.map((one) => ({ ...one }))),
  }) as Audit;
}

function partOf<Value>(part: Inspected<Value>, describe: (value: Value) => unknown): AuditValue {
  return 'error' in part ? { error: part.error } : toValue(describe(part.value));
}

const byName = <Named extends { readonly name: string }>(all: readonly Named[]) =>
  all.toSorted((a, b) => (a.name < b.name ? -1 : 1));

function parsePolicy(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Leaves out what is undefined, as JSON does. */
function toValue(value: unknown): AuditValue {
  return sortKeys(JSON.parse(JSON.stringify(value)));
}

function sortKeys(value: AuditValue): AuditValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, sortKeys(inner)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Formats an audit as a Markdown page: a heading for each section, and a line for each setting. */
export function toMarkdown(audit: Audit, title: string): string {
  const sections = Object.entries(audit).map(([name, value]) => `## ${name}\n\n${linesOf(value, 0).join('\n')}\n`);
  return `# ${title}\n\n${sections.join('\n')}`;
}

function linesOf(value: AuditValue, depth: number): string[] {
  const indent = '  '.repeat(depth);
  if (typeof value !== 'object' || value === null) return [`${indent}- ${formatScalar(value)}`];
  if (Array.isArray(value)) {
    if (value.length === 0) return [`${indent}- none`];
    return value.flatMap((one) => linesOf(one, depth));
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'object' && inner !== null
      ? [`${indent}- ${name}:`, ...linesOf(inner, depth + 1)]
      : [`${indent}- ${name}: ${formatScalar(inner)}`],
  );
}

/** Names and policies come from AWS, and may contain the marks of Markdown. */
function formatScalar(value: string | number | boolean | null): string {
  return typeof value === 'string' ? `\`${value.replaceAll('`', "'").replaceAll('\n', ' ')}\`` : String(value);
}
