import { faultOfListAddress } from './address.ts';
import { type Json, textOf } from './json.ts';
import { type Answer, badRequest, notFound, ok } from './response.ts';
import type { ListEntry, ListReason, Ses } from './state.ts';

/** Whether it is one of the two reasons SES knows. */
export function isReason(value: unknown): value is ListReason {
  return value === 'BOUNCE' || value === 'COMPLAINT';
}

/** PutSuppressedDestination: adds an address, or writes its entry anew. */
export function putSuppressedDestination(input: Json, { state, clock }: Ses): Answer {
  if (state.account.isSandbox) return badRequest('The account is in the sandbox.');
  const emailAddress = textOf(input.EmailAddress);
  if (emailAddress === undefined) return badRequest('EmailAddress is missing.');
  const fault = faultOfListAddress(emailAddress);
  if (fault !== undefined) return badRequest(fault);
  if (!isReason(input.Reason)) return badRequest('Reason must be BOUNCE or COMPLAINT.');
  state.list.set(emailAddress, { emailAddress, reason: input.Reason, lastUpdateTime: clock() });
  return ok();
}

/** GetSuppressedDestination: the entry of exactly this spelling. */
export function getSuppressedDestination(address: string, { state }: Ses): Answer {
  const entry = state.list.get(address);
  if (entry === undefined) return isAbsent(address);
  const { attributes } = entry;
  const Attributes = attributes && { MessageId: attributes.messageId, FeedbackId: attributes.feedbackId };
  return ok({ SuppressedDestination: { ...summaryOf(entry), ...(Attributes && { Attributes }) } });
}

/** DeleteSuppressedDestination: removes the entry of exactly this spelling. */
export function deleteSuppressedDestination(address: string, { state }: Ses): Answer {
  return state.list.delete(address) ? ok() : isAbsent(address);
}

/** An entry as lists show it. Times are seconds in this protocol. */
export function summaryOf({ emailAddress, reason, lastUpdateTime }: ListEntry): object {
  return { EmailAddress: emailAddress, Reason: reason, LastUpdateTime: lastUpdateTime / 1000 };
}

function isAbsent(address: string): Answer {
  return notFound(`Email address ${address} does not exist on your suppression list.`);
}
