import type { Observation } from './observation.ts';

export type ReportFacts = {
  readonly version: string;
  readonly region: string;
  readonly stackName: string;
  readonly time: string;
  /** What the suite printed. */
  readonly lines: readonly string[];
  readonly observations: readonly Observation[];
};

/** Returns the report as Markdown, fit for a public issue: the name of the stack is replaced. */
export function formatReport({ version, region, stackName, time, lines, observations }: ReportFacts): string {
  const unexpected = observations.filter(({ isExpected }) => isExpected === false).length;
  const missing = observations.filter(({ isExpected }) => isExpected === undefined).length;
  const text = [
    '## The first hour on AWS',
    '',
    `ses-feedback ${version}, Node ${process.version}, ${region}, ${time}`,
    '',
    '```text',
    ...lines.filter((line) => line !== ''),
    '```',
    '',
    '| | | expected | observed |',
    '| --- | --- | --- | --- |',
    ...observations.map(
      ({ subject, expected, observed, isExpected }) =>
        `| ${mark(isExpected)} | ${subject} | ${expected} | ${observed} |`,
    ),
    '',
    `${observations.length} observations: ${unexpected} not as expected, ${missing} not observed.`,
  ].join('\n');
  return text.replaceAll(stackName, 'STACK').replace(/\b\d{12}\b/g, 'ACCOUNT');
}

function mark(isExpected: boolean | undefined): string {
  if (isExpected === undefined) return '?';
  return isExpected ? '✓' : '✗';
}
