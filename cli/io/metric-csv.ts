import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import type { MetricPoint } from '../../shared/domain/aws-window/score-rule.ts';
import { defined } from '../../shared/domain/defined.ts';
import { parseTimestamp } from '../../shared/domain/timestamp.ts';
import type { CliIO } from './cli-io.ts';
import { describeFileError } from './files.ts';
import { sanitize } from './sanitize.ts';

const columns = ['time', 'bounceRate', 'complaintRate'] as const;

/**
 * Reads AWS's rates from a CSV file with the columns `time,bounceRate,complaintRate`. A field is empty where CloudWatch has no value.
 *
 * @throws Error with the file, the line, what is wrong and what was expected
 */
export async function readMetricCsv(file: string, { stdin }: Pick<CliIO, 'stdin'>): Promise<MetricPoint[]> {
  const input = file === '-' ? stdin : createReadStream(file);
  const parser = parse({ bom: true, trim: true, skip_empty_lines: true, info: true, relax_column_count: true });
  input.on('error', (error: Error) => parser.destroy(new Error(`Cannot read ${file}: ${describeFileError(error)}`)));
  const points: MetricPoint[] = [];
  let indexes: readonly number[] | undefined;
  for await (const { record, info } of input.pipe(parser) as AsyncIterable<{
    record: string[];
    info: { lines: number };
  }>) {
    const location = `${file}:${info.lines}`;
    if (indexes === undefined) {
      indexes = columns.map((name) => record.indexOf(name));
      if (indexes.some((index) => index < 0))
        throw new Error(
          `${location}: the header is "${sanitize(record.join(',').slice(0, 200))}". Expected "${columns.join(',')}".`,
        );
      continue;
    }
    const [time = '', bounceRate = '', complaintRate = ''] = indexes.map((index) => record[index] ?? '');
    const at = parseTimestamp(time);
    if (at === undefined)
      throw new Error(
        `${location}: time is "${sanitize(time.slice(0, 40))}". Expected a time such as 2026-11-20T14:00:00Z.`,
      );
    points.push({
      at,
      ...defined({
        bounceRate: readRate('bounceRate', bounceRate, location),
        complaintRate: readRate('complaintRate', complaintRate, location),
      }),
    });
  }
  if (points.length === 0)
    throw new Error(`${file} has no rows. Expected "${columns.join(',')}" and one row for each value.`);
  return points.sort((a, b) => a.at - b.at);
}

function readRate(column: string, text: string, location: string): number | undefined {
  if (text === '') return undefined;
  const value = Number(text);
  if (/^\d*\.?\d+(e-?\d+)?$/i.test(text) && value <= 1) return value;
  throw new Error(
    `${location}: ${column} is "${sanitize(text.slice(0, 40))}". Expected a share from 0 to 1, such as 0.0123 for 1.23 %.`,
  );
}
