import { isListReason, validateListAddress } from './address.ts';
import { objectOf } from './json.ts';
import type { ListReason } from './list-entry.ts';
import type { FailedRecord, SimulatedImportJob } from './state.ts';

/** A line of an import file that can be applied. */
export type ImportRecord = { readonly record: string; readonly address: string; readonly reason?: ListReason };

/** Returns the lines of an import file that are not empty. */
export function parseImportFile(file: Uint8Array): string[] {
  const lines = Buffer.from(file).toString('utf8').split(/\r?\n/);
  return lines.filter((line) => line.trim() !== '');
}

/**
 * Reads one line. A job that adds has `ann@example.net,BOUNCE` or `{"emailAddress":…,"reason":…}`. A job that removes
 * has the address alone, or the object without a reason (a reason is ignored).
 */
export function readRecord(record: string, { action, format }: SimulatedImportJob): ImportRecord | FailedRecord {
  const fields = format === 'CSV' ? readCsv(record, action) : readJson(record);
  if (fields === undefined) return { record, error: `The record is not ${format}.` };
  const { address, reason } = fields;
  if (typeof address !== 'string') return { record, error: 'The record has no email address.' };
  if (action === 'DELETE') return { record, address };
  const problem = validateListAddress(address);
  if (problem !== undefined) return { record, error: problem };
  return isListReason(reason) ? { record, address, reason } : { record, error: 'Reason must be BOUNCE or COMPLAINT.' };
}

type Fields = { readonly address: unknown; readonly reason?: unknown };

function readCsv(record: string, action: SimulatedImportJob['action']): Fields | undefined {
  if (action === 'DELETE') return { address: record.trim() };
  const comma = record.lastIndexOf(',');
  return comma < 0 ? undefined : { address: record.slice(0, comma).trim(), reason: record.slice(comma + 1).trim() };
}

function readJson(record: string): Fields | undefined {
  try {
    const { emailAddress, reason } = objectOf(JSON.parse(record));
    return { address: emailAddress, reason };
  } catch {
    return undefined;
  }
}
