import { getAccount } from './get-account.ts';
import { createImportJob, getImportJob, listImportJobs } from './import-jobs.ts';
import { type Json, objectOf, stringsOf, textOf } from './json.ts';
import { listSuppressedDestinations } from './list-suppressed.ts';
import { type Answer, notFound, refusal } from './response.ts';
import { sendEmail } from './send-email.ts';
import type { Ses } from './state.ts';
import {
  deleteSuppressedDestination,
  getSuppressedDestination,
  putSuppressedDestination,
} from './suppressed-destination.ts';

/** A call, read as far as to know what it is. */
export type Operation = {
  readonly name: string;
  readonly address?: string;
  /** Whether it draws on the one budget of calls a second. */
  readonly isPaced: boolean;
  perform(ses: Ses): Answer | Promise<Answer>;
};

type Request = { readonly method: string; readonly url: URL; readonly body: Buffer };

/** Finds out which operation a request is. One that cannot be read is an operation, too: it is refused. */
export function operationOf(request: Request, secret: string): Operation {
  const { method, url } = request;
  const input = readBody(request.body);
  const match = /^(\/v2\/email\/(?:account|outbound-emails|suppression\/addresses|import-jobs))(?:\/(.+))?$/.exec(
    url.pathname,
  );
  const name = match?.[2] === undefined ? undefined : decode(match[2]);
  if (input === undefined || name === null) {
    return { name: 'Unreadable', isPaced: false, perform: () => refusal(400, 'SerializationException', 'Malformed.') };
  }
  const known = find(`${method} ${match?.[1]}${name === undefined ? '' : '/'}`, name ?? '', input, url, secret);
  if (known === undefined) {
    const perform = () => refusal(404, 'UnknownOperationException', `${method} ${url.pathname} is not simulated.`);
    return { name: 'Unknown', isPaced: false, perform };
  }
  // There are no tenants, and to take the account's list for a tenant's would be wrong.
  const tenant = input.TenantName ?? url.searchParams.get('TenantName') ?? undefined;
  return tenant === undefined ? known : { ...known, perform: () => notFound('The tenant does not exist.') };
}

function find(route: string, name: string, input: Json, url: URL, secret: string): Operation | undefined {
  switch (route) {
    case 'POST /v2/email/outbound-emails':
      return {
        name: 'SendEmail',
        ...addressed(firstRecipient(input)),
        isPaced: false,
        perform: (ses) => sendEmail(input, ses),
      };
    case 'GET /v2/email/account':
      return paced('GetAccount', getAccount);
    case 'PUT /v2/email/suppression/addresses':
      return {
        ...paced('PutSuppressedDestination', (ses) => putSuppressedDestination(input, ses)),
        ...addressed(textOf(input.EmailAddress)),
      };
    case 'GET /v2/email/suppression/addresses':
      return paced('ListSuppressedDestinations', (ses) => listSuppressedDestinations(url.searchParams, ses, secret));
    case 'GET /v2/email/suppression/addresses/':
      return {
        ...paced('GetSuppressedDestination', (ses) => getSuppressedDestination(name, ses)),
        address: name,
      };
    case 'DELETE /v2/email/suppression/addresses/':
      return {
        ...paced('DeleteSuppressedDestination', (ses) => deleteSuppressedDestination(name, ses)),
        address: name,
      };
    case 'POST /v2/email/import-jobs':
      return paced('CreateImportJob', (ses) => createImportJob(input, ses));
    case 'POST /v2/email/import-jobs/':
      return name === 'list' ? paced('ListImportJobs', listImportJobs) : undefined;
    case 'GET /v2/email/import-jobs/':
      return paced('GetImportJob', (ses) => getImportJob(name, ses));
    default:
      return undefined;
  }
}

function paced(name: string, perform: Operation['perform']): Operation {
  return { name, isPaced: true, perform };
}

function addressed(address: string | undefined) {
  return address === undefined ? {} : { address };
}

function firstRecipient(input: Json): string | undefined {
  const { ToAddresses, CcAddresses, BccAddresses } = objectOf(input.Destination);
  return [ToAddresses, CcAddresses, BccAddresses].flatMap(stringsOf)[0];
}

function readBody(body: Buffer): Json | undefined {
  try {
    return body.length === 0 ? {} : objectOf(JSON.parse(body.toString()));
  } catch {
    return undefined;
  }
}

/** @returns null where the escapes are broken */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
