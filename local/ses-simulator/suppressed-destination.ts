import { defined } from '../../shared/domain/defined.ts';
import { isListReason, validateListAddress } from './address.ts';
import { type Json, textOf } from './json.ts';
import type { SuppressedEntry } from './list-entry.ts';
import { type ApiResponse, badRequest, notFound, ok } from './response.ts';
import type { Ses, SesState } from './state.ts';

/** The list of an account or of a tenant. */
export type List = SesState['list'];

/** PutSuppressedDestination: adds an address, or replaces its entry. */
export function putSuppressedDestination(input: Json, list: List, { state, clock }: Ses): ApiResponse {
  if (state.account.isSandbox) return badRequest('The account is in the sandbox.');
  const emailAddress = textOf(input.EmailAddress);
  if (emailAddress === undefined) return badRequest('EmailAddress is missing.');
  const problem = validateListAddress(emailAddress);
  if (problem !== undefined) return badRequest(problem);
  if (!isListReason(input.Reason)) return badRequest('Reason must be BOUNCE or COMPLAINT.');
  list.set(emailAddress, { emailAddress, reason: input.Reason, lastUpdateTime: clock() });
  return ok();
}

/** GetSuppressedDestination: returns the entry of exactly this address. */
export function getSuppressedDestination(address: string, list: List): ApiResponse {
  const entry = list.get(address);
  if (entry === undefined) return notOnList(address);
  const { attributes } = entry;
  const Attributes = attributes && { MessageId: attributes.messageId, FeedbackId: attributes.feedbackId };
  return ok({ SuppressedDestination: { ...toSummary(entry), ...defined({ Attributes }) } });
}

/** DeleteSuppressedDestination: removes the entry of exactly this address. */
export function deleteSuppressedDestination(address: string, list: List): ApiResponse {
  return list.delete(address) ? ok() : notOnList(address);
}

/** Returns an entry in the form the API lists it. Times are epoch seconds in this protocol. */
export function toSummary({ emailAddress, reason, lastUpdateTime }: SuppressedEntry): object {
  return { EmailAddress: emailAddress, Reason: reason, LastUpdateTime: lastUpdateTime / 1000 };
}

function notOnList(address: string): ApiResponse {
  return notFound(`Email address ${address} does not exist on your suppression list.`);
}
