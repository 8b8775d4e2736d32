import { checkRecipients } from './check-recipients.ts';
import type { GuardOptions } from './options.ts';
import type { CheckAll, Verdict } from './verdict.ts';

const recipientFields = ['ToAddresses', 'CcAddresses', 'BccAddresses'] as const;

type Entry = { readonly Destination?: { readonly [field in (typeof recipientFields)[number]]?: readonly string[] } };
type Args = {
  readonly input: Entry & { readonly TenantName?: string; readonly BulkEmailEntries?: readonly Entry[] };
};
type Output = { readonly BulkEmailEntryResults?: readonly unknown[] };
type Next = (args: Args) => Promise<{ readonly output: Output }>;
type Send = (args: Args, next: Next, checkAll: CheckAll, options: GuardOptions) => ReturnType<Next>;

/** Returns the guarded form of `SendEmail` or `SendBulkEmail`; other commands pass unchanged. */
export function sesSendMiddleware(commandName = ''): Send {
  return (
    { SendEmailCommand: sendEmail, SendBulkEmailCommand: sendBulkEmail }[commandName] ?? ((args, next) => next(args))
  );
}

const sendEmail: Send = async (args, next, checkAll, { onDropped }) => {
  const [{ kept, refusal, dropped }] = (await checkEntries([args.input], args.input.TenantName, checkAll)) as [
    CheckedEntry,
  ];
  if (refusal !== undefined) throw refusal;
  if (dropped.length > 0) await onDropped?.(dropped);
  return next({ ...args, input: kept });
};

/**
 * SES returns one result per entry, in the order of the entries. A refused entry gets a result of this library at its place, so that every
 * other result keeps the index of its entry.
 */
const sendBulkEmail: Send = async (args, next, checkAll, { onDropped }) => {
  const entries = await checkEntries(args.input.BulkEmailEntries ?? [], args.input.TenantName, checkAll);
  const accepted = entries.filter(({ refusal }) => refusal === undefined);
  const dropped = entries.flatMap((entry) => entry.dropped);
  if (accepted.length === 0) throw checkRecipients(entries.flatMap(({ verdicts }) => verdicts));
  if (dropped.length > 0) await onDropped?.(dropped);
  const input = { ...args.input, BulkEmailEntries: accepted.map(({ kept }) => kept) };
  const { output, ...rest } = await next({ ...args, input });
  const results = (output.BulkEmailEntryResults ?? []).values();
  const allResults = entries.map(({ refusal }) =>
    refusal === undefined ? results.next().value : { Status: 'MESSAGE_REJECTED', Error: refusal.message },
  );
  return { ...rest, output: { ...output, BulkEmailEntryResults: allResults } };
};

type CheckedEntry = {
  /** The entry without its suppressed recipients; the other recipients are unchanged. */
  readonly kept: Entry;
  /** Why the entry must not be sent at all; `undefined` if it may. */
  readonly refusal: Error | undefined;
  readonly verdicts: readonly Verdict[];
  readonly dropped: readonly Verdict[];
};

/**
 * Checks the recipients of all entries in one call. Works on copies: the application may change its arrays while the table is read, and what
 * is sent must be what was checked.
 */
async function checkEntries(
  originals: readonly Entry[],
  tenant: string | undefined,
  checkAll: CheckAll,
): Promise<CheckedEntry[]> {
  const entries = originals.map((entry) => ({ ...entry, Destination: copyOf(entry.Destination) }));
  const addressesOf = ({ Destination = {} }: Entry) => recipientFields.flatMap((field) => Destination[field] ?? []);
  const remaining = await checkAll(entries.flatMap(addressesOf), tenant === undefined ? {} : { tenant });
  return entries.map((entry) => {
    const verdicts = remaining.splice(0, addressesOf(entry).length);
    const dropped = verdicts.filter(({ kind }) => kind !== 'allowed');
    const refusal = checkRecipients(verdicts);
    const inOrder = verdicts.values();
    const kept = recipientFields.map((field) => {
      const addresses = entry.Destination?.[field] ?? [];
      return [field, addresses.filter(() => inOrder.next().value?.kind === 'allowed')] as const;
    });
    const destination = Object.fromEntries(kept.filter(([, addresses]) => addresses.length > 0));
    return { kept: { ...entry, Destination: destination }, refusal, verdicts, dropped };
  });
}

function copyOf(destination: Entry['Destination']): NonNullable<Entry['Destination']> {
  const fields = recipientFields.flatMap((field) => (destination?.[field] ? [[field, [...destination[field]]]] : []));
  return Object.fromEntries(fields);
}
