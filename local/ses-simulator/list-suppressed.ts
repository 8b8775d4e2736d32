import { createHash } from 'node:crypto';
import { defined } from '../../shared/domain/defined.ts';
import { isListReason } from './address.ts';
import type { SuppressedEntry } from './list-entry.ts';
import { type ApiResponse, badRequest, errorResponse, ok } from './response.ts';
import type { Ses } from './state.ts';
import { type List, toSummary } from './suppressed-destination.ts';

const maxPageSize = 1000;

/**
 * ListSuppressedDestinations: returns a page of the list, in the order of the addresses. A page continues after the
 * last address of the page before it, so an entry that stays on the list is returned exactly once even if the list
 * changes between two pages.
 */
export function listSuppressedDestinations(query: URLSearchParams, list: List, { secret }: Ses): ApiResponse {
  const reasons = query.getAll('Reason');
  if (!reasons.every(isListReason)) return badRequest('Reason must be BOUNCE or COMPLAINT.');
  const [start, end] = ['StartDate', 'EndDate'].map((name) => parseTime(query.get(name)));
  if (Number.isNaN(start) || Number.isNaN(end)) return badRequest('StartDate or EndDate is not a valid time.');
  const pageSize = Number(query.get('PageSize') ?? maxPageSize);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > maxPageSize) {
    return badRequest(`PageSize must be between 1 and ${maxPageSize}.`);
  }
  const sign = (last: string) =>
    hash([secret, query.get('TenantName') ?? '', last, ...reasons.toSorted(), `${start}`, `${end}`]);
  const token = query.get('NextToken');
  const after = token === null ? '' : readToken(token, sign);
  if (after === undefined) {
    return errorResponse(400, 'InvalidNextTokenException', 'The specified NextToken is invalid.');
  }

  const isRequested = ({ emailAddress, reason, lastUpdateTime }: SuppressedEntry) =>
    emailAddress > after &&
    (reasons.length === 0 || reasons.includes(reason)) &&
    (start === undefined || lastUpdateTime >= start) &&
    (end === undefined || lastUpdateTime <= end);
  const rest = [...list.values()].filter(isRequested).sort((a, b) => (a.emailAddress < b.emailAddress ? -1 : 1));
  const page = rest.slice(0, pageSize);
  const last = page.at(-1)?.emailAddress;
  const NextToken = last !== undefined && rest.length > page.length ? createToken(last, sign) : undefined;
  return ok({ SuppressedDestinationSummaries: page.map(toSummary), ...defined({ NextToken }) });
}

/** Returns `undefined` if there is no text, and NaN if the text is not a time. */
function parseTime(text: string | null): number | undefined {
  return text === null ? undefined : Date.parse(text);
}

type Sign = (last: string) => string;

function createToken(last: string, sign: Sign): string {
  return Buffer.from(`${sign(last)}${last}`).toString('base64');
}

/**
 * Returns the last address of the page before, or `undefined` if the token is not one of this simulator and these
 * filters.
 */
function readToken(token: string, sign: Sign): string | undefined {
  const text = Buffer.from(token, 'base64').toString();
  const last = text.slice(signatureLength);
  return text.slice(0, signatureLength) === sign(last) ? last : undefined;
}

const signatureLength = 16;

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, signatureLength);
}
