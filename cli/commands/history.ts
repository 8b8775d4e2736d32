import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { createHistoryTable } from '../../shared/aws/dynamodb/history-table.ts';
import { parseAddress } from '../../shared/domain/address.ts';
import type { OperatorChange } from '../../shared/domain/suppression/operator-change.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { changeToJson } from '../io/describe-history.ts';
import { UsageError } from '../io/errors.ts';
import { formatQuantity, formatTime } from '../io/format.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';

export type HistoryOptions = StackOptions & {
  readonly author?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly limit: number;
  readonly json?: true;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** Runs the command `history`, which only reads. Exit code 3: nothing matches. */
export async function historyCommand(
  given: string | undefined,
  { author, since, until, limit, json, ...stackOptions }: HistoryOptions,
  io: CliIO,
): Promise<ExitCode> {
  const address = given === undefined ? undefined : parseAddress(given);
  if (given !== undefined && address === undefined)
    throw new UsageError(`${sanitize(given)}: not a valid email address`);
  const { stack } = await openStack(stackOptions, io);
  const { region, suppressionsTable } = stack;
  const history = createHistoryTable({ client: createDynamoDBClient({ region }), suppressionsTable });
  const period = { since: since?.getTime() ?? 0, until: until?.getTime() ?? Date.now() + 1 };
  const pages = address === undefined ? history.all(period) : [await history.ofAddress(address.key)];
  const changes: OperatorChange[] = [];
  let isMore = false;
  for await (const page of pages) {
    const matching = page.filter(({ at, by }) => at >= period.since && at < period.until && by.includes(author ?? ''));
    isMore = changes.length + matching.length > limit;
    changes.push(...matching.slice(0, limit - changes.length));
    if (isMore) break;
  }
  if (json) io.stdout.write(sanitizeJson({ schemaVersion, isComplete: !isMore, changes: changes.map(changeToJson) }));
  else io.stdout.write(`${changes.flatMap(describe).map(sanitize).join('\n') || 'No change is known.'}\n`);
  if (isMore)
    io.stderr.write(`The newest ${formatQuantity(limit, 'change')}; there are more. To see them: --limit all\n`);
  return changes.length === 0 ? 3 : 0;
}

function describe(change: OperatorChange): string[] {
  const { address, list, action, at, by, note, until, before } = change;
  const end = until === undefined ? '' : ` until ${formatTime(until)}`;
  const where = list === undefined ? '' : ` on the list ${list}`;
  const was =
    before === undefined ? 'was not suppressed' : `was suppressed: ${before.reason}, since ${formatTime(before.since)}`;
  return [`${formatTime(at)}  ${address}  ${action}${end}${where}`, `  by ${by}: ${note}`, `  ${was}`];
}
