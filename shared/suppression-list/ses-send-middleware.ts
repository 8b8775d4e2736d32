import { checkRecipients } from './check-recipients.ts';
import type { CheckAll, GuardOptions } from './guard-ses.ts';
import type { Verdict } from './verdict.ts';

const fields = ['ToAddresses', 'CcAddresses', 'BccAddresses'] as const;

type Entry = { readonly Destination?: { readonly [field in (typeof fields)[number]]?: readonly string[] } };
type Args = { readonly input: Entry & { readonly BulkEmailEntries?: readonly Entry[] } };
type Output = { readonly BulkEmailEntryResults?: readonly unknown[] };
type Next = (args: Args) => Promise<{ readonly output: Output }>;
type Send = (args: Args, next: Next, checkAll: CheckAll, options: GuardOptions) => ReturnType<Next>;

/** What becomes of a command of SES. All but the two that send go through. */
export function sesSendMiddleware(commandName = ''): Send {
  return (
    { SendEmailCommand: sendEmail, SendBulkEmailCommand: sendBulkEmail }[commandName] ?? ((args, next) => next(args))
  );
}

const sendEmail: Send = async (args, next, checkAll, { onDropped }) => {
  const [{ kept, refusal, dropped }] = (await screen([args.input], checkAll)) as [Screened];
  if (refusal !== undefined) throw refusal;
  if (dropped.length > 0) await onDropped?.(dropped);
  return next({ ...args, input: kept });
};

/** SES answers one result an entry, in their order. For an entry that is not sent stands one of ours, so that nobody's is taken for another's. */
const sendBulkEmail: Send = async (args, next, checkAll, { onDropped }) => {
  const screened = await screen(args.input.BulkEmailEntries ?? [], checkAll);
  const sent = screened.filter(({ refusal }) => refusal === undefined);
  const dropped = screened.flatMap((entry) => entry.dropped);
  if (sent.length === 0) throw checkRecipients(screened.flatMap(({ verdicts }) => verdicts));
  if (dropped.length > 0) await onDropped?.(dropped);
  const input = { ...args.input, BulkEmailEntries: sent.map(({ kept }) => kept) };
  const { output, ...rest } = await next({ ...args, input });
  const results = (output.BulkEmailEntryResults ?? []).values();
  const all = screened.map(({ refusal }) =>
    refusal === undefined ? results.next().value : { Status: 'MESSAGE_REJECTED', Error: refusal.message },
  );
  return { ...rest, output: { ...output, BulkEmailEntryResults: all } };
};

type Screened = {
  /** The entry without those who may not be mailed; the others as they were. */
  readonly kept: Entry;
  /** Why it is not to be sent at all. */
  readonly refusal: Error | undefined;
  readonly verdicts: readonly Verdict[];
  readonly dropped: readonly Verdict[];
};

/** Asks about all recipients of all entries together. */
async function screen(entries: readonly Entry[], checkAll: CheckAll): Promise<Screened[]> {
  const addressesOf = ({ Destination = {} }: Entry) => fields.flatMap((field) => Destination[field] ?? []);
  const verdicts = await checkAll(entries.flatMap(addressesOf));
  return entries.map((entry) => {
    const ofEntry = verdicts.splice(0, addressesOf(entry).length);
    const dropped = ofEntry.filter(({ kind }) => kind !== 'allowed');
    const refusal = checkRecipients(ofEntry);
    const inTurn = ofEntry.values();
    const left = fields.map((field) => {
      const addresses = entry.Destination?.[field] ?? [];
      return [field, addresses.filter(() => inTurn.next().value?.kind === 'allowed')] as const;
    });
    const destination = Object.fromEntries(left.filter(([, addresses]) => addresses.length > 0));
    return { kept: { ...entry, Destination: destination }, refusal, verdicts: ofEntry, dropped };
  });
}
