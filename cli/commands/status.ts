import type { Policy } from '../../shared/domain/policy/policy.ts';
import { formatPercent } from '../../shared/domain/reputation/format-rate.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { loadPolicy } from '../io/files.ts';
import { formatTime } from '../io/format.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { repeatUntilInterrupted } from '../io/watch.ts';
import { commandLocation, type Stack } from '../stack/stack.ts';
import { awsWindowJson } from '../status/aws-window-status.ts';
import { collectStatus, type Status } from '../status/collect-status.ts';
import { describeParts, findStatusProblems, type StatusProblem } from '../status/describe-status.ts';

export type StatusOptions = StackOptions & {
  /** Seconds between two refreshes. `true`: a minute. */
  readonly watch?: number | true;
  readonly failOn?: 'approaching' | 'critical';
  readonly json?: true;
  readonly policy?: string;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** Runs the command `status`, which only reads. Exit code 3: `--fail-on` is reached. 1: a part could not be read. */
export async function statusCommand(
  { watch, failOn, json, policy: file, ...options }: StatusOptions,
  io: CliIO,
): Promise<ExitCode> {
  const policy = await loadPolicy(file, io);
  const { clients, stack } = await openStack(options, io);
  const show = async (): Promise<ExitCode> => {
    const status = await collectStatus(clients, stack, policy, Date.now());
    const problems = findStatusProblems(status, stack);
    io.stdout.write(format(status, problems, { stack, policy, json, isWatched: watch !== undefined, io }));
    return exitCodeOf(problems, failOn);
  };
  return watch === undefined ? show() : repeatUntilInterrupted(show, 1000 * (watch === true ? 60 : watch));
}

function exitCodeOf(problems: readonly StatusProblem[], failOn: StatusOptions['failOn']): ExitCode {
  const failing: readonly string[] = failOn === 'approaching' ? ['approaching', 'critical'] : [failOn ?? ''];
  if (problems.some(({ level }) => failing.includes(level))) return 3;
  return problems.some(({ level }) => level === 'unknown') ? 1 : 0;
}

type FormatOptions = {
  readonly stack: Stack;
  readonly policy: Policy;
  readonly json: true | undefined;
  readonly isWatched: boolean;
  readonly io: CliIO;
};

function format(
  status: Status,
  problems: readonly StatusProblem[],
  { stack, policy, json, isWatched, io }: FormatOptions,
): string {
  if (json)
    return sanitizeJson({ schemaVersion, stack: stack.name, region: stack.region, ...toJson(status), problems });
  const { isTTY = false, columns = 80 } = io.stdout;
  // A log of a watched status has one line for each refresh.
  if (isWatched && !isTTY) return `${formatLine(status, problems)}\n`;
  const lines = [
    `${stack.name} in ${stack.region}, account ${stack.account}, ${formatTime(status.at)}`,
    '',
    ...problems.flatMap(({ level, message, next }) => [`${marks[level]} ${message}`, `    → ${next}`]),
    ...(problems.length === 0 ? ['✓ No problem is known.'] : [`  ${commandLocation}`]),
    '',
    ...describeParts(status, policy, columns),
  ];
  return `${isWatched ? clearScreen : ''}${lines.map(sanitize).join('\n')}\n`;
}

const marks = { critical: '✗', approaching: '!', note: '–', unknown: '?' } as const;

const clearScreen = '\u001b[H\u001b[2J';

function formatLine({ at, rates, account }: Status, problems: readonly StatusProblem[]): string {
  const rate = (metric: 'bounceRate' | 'complaintRate') =>
    'error' in rates || rates.value[metric].rate === undefined ? 'unknown' : formatPercent(rates.value[metric].rate);
  const status = 'error' in account ? 'unknown' : account.value.enforcementStatus;
  const [first] = problems;
  return sanitize(
    `${formatTimestamp(at)}  ${status}  bounces ${rate('bounceRate')}  complaints ${rate('complaintRate')}  problems ${problems.length}${first ? `: ${first.message}` : ''}`,
  );
}

/** Times in ISO 8601. */
function toJson({ at, alarms, awsWindow, ...parts }: Status): object {
  const dated =
    'error' in alarms
      ? alarms
      : { value: alarms.value.map(({ since, ...alarm }) => ({ ...alarm, since: formatTimestamp(since) })) };
  const window = 'error' in awsWindow ? awsWindow : { value: awsWindow.value ? awsWindowJson(awsWindow.value) : null };
  return { at: formatTimestamp(at), ...parts, awsWindow: window, alarms: dated };
}
