import { createHash } from 'node:crypto';
import { type Answer, badRequest, ok, refusal } from './response.ts';
import type { ListEntry, Ses } from './state.ts';
import { isReason, summaryOf } from './suppressed-destination.ts';

const maxPageSize = 1000;

/**
 * ListSuppressedDestinations: the list by spelling, page by page. A page goes on after the last spelling given, so what
 * stays on the list is given once, however the list changes in between.
 *
 * @param secret of this simulator: the tokens of another one are refused
 */
export function listSuppressedDestinations(query: URLSearchParams, { state }: Ses, secret: string): Answer {
  const reasons = query.getAll('Reason');
  if (!reasons.every(isReason)) return badRequest('Reason must be BOUNCE or COMPLAINT.');
  const [start, end] = ['StartDate', 'EndDate'].map((name) => timeOf(query.get(name)));
  if (Number.isNaN(start) || Number.isNaN(end)) return badRequest('StartDate or EndDate is no time.');
  const pageSize = Number(query.get('PageSize') ?? maxPageSize);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > maxPageSize) {
    return badRequest(`PageSize must be between 1 and ${maxPageSize}.`);
  }
  const seal = (last: string) => hashOf([secret, last, ...reasons.toSorted(), `${start}`, `${end}`]);
  const token = query.get('NextToken');
  const after = token === null ? '' : openToken(token, seal);
  if (after === undefined) return refusal(400, 'InvalidNextTokenException', 'The specified NextToken is invalid.');

  const isAsked = ({ emailAddress, reason, lastUpdateTime }: ListEntry) =>
    emailAddress > after &&
    (reasons.length === 0 || reasons.includes(reason)) &&
    (start === undefined || lastUpdateTime >= start) &&
    (end === undefined || lastUpdateTime <= end);
  const rest = [...state.list.values()].filter(isAsked).sort((a, b) => (a.emailAddress < b.emailAddress ? -1 : 1));
  const page = rest.slice(0, pageSize);
  const last = page.at(-1)?.emailAddress;
  const NextToken = last !== undefined && rest.length > page.length ? writeToken(last, seal) : undefined;
  return ok({ SuppressedDestinationSummaries: page.map(summaryOf), ...(NextToken !== undefined && { NextToken }) });
}

/** @returns NaN where it is there and no time */
function timeOf(text: string | null): number | undefined {
  return text === null ? undefined : Date.parse(text);
}

function writeToken(last: string, seal: (last: string) => string): string {
  return Buffer.from(`${seal(last)}${last}`).toString('base64');
}

function openToken(token: string, seal: (last: string) => string): string | undefined {
  const text = Buffer.from(token, 'base64').toString();
  const last = text.slice(sealLength);
  return text.slice(0, sealLength) === seal(last) ? last : undefined;
}

const sealLength = 16;

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, sealLength);
}
