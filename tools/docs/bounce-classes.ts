import path from 'node:path';
import { type FeedbackRule, rules } from '../../shared/domain/feedback/rules.ts';

/** `npm run docs` writes this file. A test fails if it is out of date. */
export const bounceClassesFile = path.join(__dirname, '..', '..', 'docs', 'bounce-classes.md');

const effects: Record<FeedbackRule['effect'], string> = {
  suppress: 'suppress',
  adopt: 'suppress, as SES does',
  strike: 'watch, and add a strike under the soft-bounce policy',
  watch: 'watch',
  none: 'none',
};

const counters: Record<NonNullable<FeedbackRule['metric']>, string> = {
  hard: 'bounce rate',
  complaints: 'complaint rate',
  soft: 'no rate',
  prevented: 'no rate; subtracted from the sends',
};

const traits: Record<NonNullable<FeedbackRule['when']['recipient']>, string> = {
  'still-retried': 'delivery to this recipient is only delayed',
  'temporary-status': 'the status is 4.x',
  failure: 'the server gave an error, or the status is 4.x or 5.x',
  'permanent-failure': 'delivery failed with a status of 5.x',
  'reported-elsewhere': 'the report names an address of another domain',
  'one-of-several': 'the report names several recipients',
};

/** Returns the page about the rule table. */
export function bounceClasses(): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = rules.map((rule, index) =>
    row([
      String(index + 1),
      `[\`${rule.id}\`](#${rule.id})`,
      condition(rule),
      rule.class,
      effects[rule.effect],
      rule.metric === null ? 'nothing' : counters[rule.metric],
    ]),
  );
  const reasons = rules.map(({ id, explanation, source }) => `### ${id}\n\n${explanation} [Source](${source})`);
  return `# Bounce classes

<!-- Generated from shared/domain/feedback/rules.ts by "npm run docs". -->

Each recipient of a bounce or complaint gets the first rule of this table that matches. Email to the mailbox simulator and to the verified
domains in \`ownDomains\` counts toward nothing, whatever the rule.

${[row(['', 'rule', 'SES reports', 'class', 'effect', 'counts toward']), row(Array(6).fill('---')), ...rows].join('\n')}

## Why

${reasons.join('\n\n')}
`;
}

function condition({ when }: FeedbackRule): string {
  const subTypes = when.subTypes instanceof RegExp ? ['On…SuppressionList'] : when.subTypes;
  const words = [
    when.type ?? (when.kind === 'bounce' ? 'any other type' : undefined),
    subTypes?.join(' / '),
    when.feedbackType,
  ];
  const trait = when.recipient === undefined ? '' : `; ${traits[when.recipient]}`;
  return `${when.kind} ${words.filter(Boolean).join(' ')}`.trim() + trait;
}
