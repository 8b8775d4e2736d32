import {
  CreateTenantCommand,
  DeleteSuppressedDestinationCommand,
  DeleteTenantCommand,
  GetAccountCommand,
  GetSuppressedDestinationCommand,
  PutSuppressedDestinationCommand,
  PutTenantSuppressionAttributesCommand,
  paginateListSuppressedDestinations,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import { nameOutcome, type Observation, observe } from './observation.ts';

/** Makes names that nothing else uses. */
export type NewId = () => string;

/**
 * Observes how SES keeps its suppression lists, on an entry and a tenant of its own, which it removes: `example.com` is reserved (RFC 2606),
 * so nobody sends to the entry.
 */
export async function observeLists(ses: SESv2Client, newId: NewId, now: number): Promise<readonly Observation[]> {
  const address = `First-Hour-${newId()}@example.com`;
  const production = await observe('production access', 'yes', async () => {
    const { ProductionAccessEnabled } = await ses.send(new GetAccountCommand());
    return { observed: ProductionAccessEnabled ? 'yes' : 'no', isExpected: true };
  });
  if (production.isExpected === undefined) return [production];
  if (production.observed === 'no') return [production, await observeSandbox(ses, address)];
  try {
    return [
      production,
      ...(await observeAccountList(ses, address, now)),
      ...(await observeTenantList(ses, address, newId)),
    ];
  } finally {
    for (const EmailAddress of [address, address.toLowerCase()])
      await ses.send(new DeleteSuppressedDestinationCommand({ EmailAddress })).catch(() => {});
  }
}

/** The simulator of SES assumes the name of the error. The sync only needs it to fail. */
function observeSandbox(ses: SESv2Client, EmailAddress: string): Promise<Observation> {
  return observe('PutSuppressedDestination in the sandbox', 'BadRequestException', async () => {
    const outcome = await nameOutcome(
      ses.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason: 'BOUNCE' })),
    );
    if (outcome === 'ok') await ses.send(new DeleteSuppressedDestinationCommand({ EmailAddress }));
    return outcome;
  });
}

async function observeAccountList(
  ses: SESv2Client,
  EmailAddress: string,
  now: number,
): Promise<readonly Observation[]> {
  const put = (Reason: 'BOUNCE' | 'COMPLAINT') =>
    ses.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason }));
  const remove = () => nameOutcome(ses.send(new DeleteSuppressedDestinationCommand({ EmailAddress })));
  return inTurn([
    () =>
      observe('an entry that was put', 'BOUNCE, no attributes', async () => {
        await put('BOUNCE');
        return describeEntry(ses, EmailAddress);
      }),
    () =>
      observe('the same entry, asked for in lower case', 'NotFoundException', () =>
        describeEntry(ses, EmailAddress.toLowerCase()),
      ),
    () =>
      observe('listed at once, as it was put', 'yes', async () => {
        const StartDate = new Date(now - 60_000);
        for await (const { SuppressedDestinationSummaries = [] } of paginateListSuppressedDestinations(
          { client: ses },
          { StartDate, PageSize: 1000 },
        ))
          if (SuppressedDestinationSummaries.some((entry) => entry.EmailAddress === EmailAddress)) return 'yes';
        return 'no';
      }),
    () =>
      observe('put again with another reason', 'COMPLAINT, no attributes', async () => {
        await put('COMPLAINT');
        return describeEntry(ses, EmailAddress);
      }),
    () =>
      observe('removed in lower case', 'NotFoundException', () =>
        nameOutcome(ses.send(new DeleteSuppressedDestinationCommand({ EmailAddress: EmailAddress.toLowerCase() }))),
      ),
    () => observe('removed', 'ok', remove),
    () => observe('removed again', 'NotFoundException', remove),
  ]);
}

async function observeTenantList(
  ses: SESv2Client,
  EmailAddress: string,
  newId: NewId,
): Promise<readonly Observation[]> {
  const TenantName = `ses-feedback-first-hour-${newId()}`;
  const whose = { EmailAddress, TenantName };
  const created = await observe('a tenant is created', 'ok', () =>
    nameOutcome(ses.send(new CreateTenantCommand({ TenantName }))),
  );
  if (!created.isExpected) return [created];
  return [
    created,
    ...(await inTurn([
      () =>
        observe('scope TENANT for a tenant', 'ok', () =>
          nameOutcome(ses.send(new PutTenantSuppressionAttributesCommand({ TenantName, SuppressionScope: 'TENANT' }))),
        ),
      () =>
        observe("an entry of the tenant's list", 'BOUNCE, no attributes', async () => {
          await ses.send(new PutSuppressedDestinationCommand({ ...whose, Reason: 'BOUNCE' }));
          return describeEntry(ses, EmailAddress, TenantName);
        }),
      () =>
        observe("the same address on the account's list", 'NotFoundException', () => describeEntry(ses, EmailAddress)),
      () =>
        observe("removed from the tenant's list", 'ok', () =>
          nameOutcome(ses.send(new DeleteSuppressedDestinationCommand(whose))),
        ),
      () =>
        observe('the tenant is deleted', 'ok', () => nameOutcome(ses.send(new DeleteTenantCommand({ TenantName })))),
    ])),
  ];
}

/** Returns the reason of an entry and the names of its attributes, or the name of the error. */
async function describeEntry(ses: SESv2Client, EmailAddress: string, TenantName?: string): Promise<string> {
  try {
    const { SuppressedDestination: entry } = await ses.send(
      new GetSuppressedDestinationCommand({ EmailAddress, TenantName }),
    );
    const attributes = Object.keys(entry?.Attributes ?? {});
    return `${entry?.Reason}, ${attributes.length === 0 ? 'no attributes' : attributes.join(', ')}`;
  } catch (error) {
    return error instanceof Error && error.name === 'NotFoundException' ? error.name : Promise.reject(error);
  }
}

async function inTurn(looks: readonly (() => Promise<Observation>)[]): Promise<Observation[]> {
  const observations: Observation[] = [];
  for (const look of looks) observations.push(await look());
  return observations;
}
