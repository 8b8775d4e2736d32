import path from 'node:path';
import { type Rule, rules } from '../../shared/domain/feedback/rules.ts';

/** `npm run docs` writes it; a test says when it is out of date. */
export const bounceClassesFile = path.join(__dirname, '..', '..', 'docs', 'bounce-classes.md');

const effects: Record<Rule['effect'], string> = {
  suppress: 'suppress',
  adopt: 'suppress, as SES does',
  strike: 'watch; a strike under the soft policy',
  watch: 'watch',
  none: 'nothing',
};

const counted = {
  hard: 'bounce rate',
  complaints: 'complaint rate',
  soft: 'no rate',
  prevented: 'no rate; off the sends',
};

/** The rule table as a page. */
export function bounceClasses(): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = rules.map((rule, index) =>
    row([
      String(index + 1),
      `[\`${rule.id}\`](#${rule.id})`,
      condition(rule),
      rule.class,
      effects[rule.effect],
      rule.metric === null ? 'nothing' : counted[rule.metric],
    ]),
  );
  const reasons = rules.map(({ id, explanation, source }) => `### ${id}\n\n${explanation} [Source](${source})`);
  return `# Bounce classes

<!-- Generated from shared/feedback/rules.ts by "npm run docs". -->

Every recipient of every bounce and complaint meets these rules from top to bottom; the first that matches decides. Mail to the
mailbox simulator and to our own verified domains counts toward nothing, whatever the rule.

${[row(['', 'rule', 'SES says', 'class', 'effect', 'counts toward']), row(Array(6).fill('---')), ...rows].join('\n')}

## Why

${reasons.join('\n\n')}
`;
}

function condition({ when }: Rule): string {
  const subTypes = when.subTypes instanceof RegExp ? ['On…SuppressionList'] : when.subTypes;
  const words = [
    when.type ?? (when.kind === 'bounce' ? 'any other type' : undefined),
    subTypes?.join(' / '),
    when.feedbackType,
  ];
  const recipient = when.recipient === undefined ? '' : `, recipient ${when.recipient}`;
  return `${when.kind} ${words.filter(Boolean).join(' ')}`.trim() + recipient;
}
