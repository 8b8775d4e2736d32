import path from 'node:path';
import type { FeedbackRule } from '../../shared/domain/feedback/rule.ts';
import { rules } from '../../shared/domain/feedback/rules.ts';
import type { Fault, VerdictRow } from '../../shared/domain/verdict/fault.ts';
import { tables } from '../../shared/domain/verdict/verdict.ts';

/** `npm run docs` writes this file. A test fails if it is out of date. */
export const bounceClassesFile = path.join(__dirname, '..', '..', 'docs', 'bounce-classes.md');

const effects: Record<FeedbackRule['effect'], string> = {
  suppress: 'suppress',
  adopt: 'suppress, as SES does',
  strike: 'watch, and add a strike under the soft-bounce policy',
  watch: 'watch',
  none: 'none',
};

const ends: Record<NonNullable<FeedbackRule['ends']>, string> = {
  recipient: ' (permanently, or first for `hard.firstDays`)',
  sender: ' for `policyBlockDays`',
  message: ' for `suppressDays.message`',
  temporary: ' for `suppressDays.temporary`, and add a strike',
  globalList: ' for `suppressDays.globalList`',
  suspectedComplaint: ' for `suppressDays.suspectedComplaint`',
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
  'unknown-tenant': 'the message does not name the tenant',
  'one-of-several': 'the report names several recipients',
};

/** The faults in the order of the page: what each means, and what follows from it. */
const faults: Record<Exclude<Fault, 'unknown'>, readonly [string, string]> = {
  recipient: [
    'The recipient',
    'The mailbox or its domain does not exist, is disabled, or accepts no email from outside. Only this suppresses an address permanently.',
  ],
  sender: [
    'The sender',
    'The server refuses the sender: authentication, reputation, a block list, a rate limit, or the sender’s address. The address is fine, so a suppression ends, and no strike is added. The sender has something to repair.',
  ],
  message: [
    'The message',
    'The server refuses this message, for its content, its size or its headers. The next one may arrive, so a suppression ends soon, and no strike is added.',
  ],
  temporary: [
    'Nobody for long',
    'The mailbox is full, a server is down, or DNS or routing fails. That is a strike; enough strikes suppress the address for a time.',
  ],
};

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const table = (columns: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(columns), row(columns.map(() => '---')), ...rows.map(row)].join('\n');

/** Returns the page about the verdicts and the rules. */
export function bounceClasses(): string {
  const rows = rules.map((rule, index) => [
    String(index + 1),
    `[\`${rule.id}\`](#${rule.id})`,
    condition(rule),
    rule.fault ?? 'by the answer',
    rule.class,
    effects[rule.effect] + (rule.ends === undefined ? '' : ends[rule.ends]),
    rule.metric === null ? 'nothing' : counters[rule.metric],
  ]);
  const reasons = rules.map(({ id, explanation, source }) => `### ${id}\n\n${explanation} [Source](${source})`);
  return `# What each bounce and complaint means

<!-- Generated from shared/domain/verdict and shared/domain/feedback/rules.ts by "npm run docs". -->

A bounce can be the recipient's fault, the sender's, the message's, or nobody's for long. Only the first is a reason to suppress an address
permanently. SES does not say which it is: it reports the same answer of a server as Permanent at one time and as Transient at another. So
each recipient gets a verdict from the answer itself, and a rule then decides by the verdict and by what SES reports.

What counts toward a rate is always what SES counts, no matter who is at fault.

## Who is at fault

The answer of the server nearest to the recipient is compared with these tables. The first row that matches decides:

${tables.map(({ title }, index) => `${index + 1}. ${title}`).join('\n')}

The words come before most codes, because many servers send 5.1.1 or 5.7.1 whatever the reason. Addresses and links in the answer are left out
of the words. If no row matches, the fault is unknown, and SES's type decides.

To try an answer, write it into a bounce message and run \`npx ses-feedback explain FILE\`. An application can call \`bounceVerdict\` of
\`ses-feedback/feedback\`.

${Object.entries(faults)
  .map(([fault, [title, meaning]]) => `### ${title}\n\n${meaning}\n\n${rowsOf(fault as Fault)}`)
  .join('\n\n')}

## What follows

Each recipient of a bounce or complaint gets the first rule of this table that matches. Email to the mailbox simulator and to the verified
domains in \`ownDomains\` counts toward nothing, whatever the rule.

${table(['', 'rule', 'SES reports', 'at fault', 'class', 'effect', 'counts toward'], rows)}

## Why

${reasons.join('\n\n')}
`;
}

function rowsOf(fault: Fault): string {
  const rows = tables.flatMap(({ rows: all }, index) =>
    all
      .filter((one) => one.fault === fault)
      .map((one) => [String(index + 1), `\`${one.id}\``, `\`${one.example}\``, sourceOf(one)]),
  );
  return table(['table', 'row', 'example', 'source'], rows);
}

function sourceOf({ source }: VerdictRow): string {
  return source === undefined ? 'in common use' : `[${new URL(source).hostname.replace(/^www\./, '')}](${source})`;
}

function condition({ when }: FeedbackRule): string {
  const subTypes = when.subTypes instanceof RegExp ? ['On…SuppressionList'] : when.subTypes;
  const words = [
    when.type ?? (when.kind === 'bounce' ? 'any other type' : undefined),
    subTypes?.join(' / '),
    when.feedbackType,
  ];
  const conditions = [
    `${when.kind} ${words.filter(Boolean).join(' ')}`.trim(),
    when.recipient && traits[when.recipient],
    when.faults && `at fault: ${when.faults.join(' or ')}`,
    when.cause === 'no-domain' && 'the domain does not exist',
  ];
  return conditions.filter(Boolean).join('; ');
}
