import { refusalOf } from './errors.ts';
import type { Verdict } from './verdict.ts';

/** What is needed of an `SESv2Client`, so that an application without one needs no package of it. */
export type SESv2Like = {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: the SDK's own type is of each command
    add(middleware: any, options: any): void;
  };
  readonly config: { readonly serviceId?: string };
};

export type GuardOptions = {
  /** Is told whom a mail goes without, before it is sent to the others. */
  readonly onDropped?: (dropped: readonly Verdict[]) => void;
};

/** A verdict for each address, in the same order. */
export type JudgeAll = (addresses: readonly string[], signal?: AbortSignal) => Promise<Verdict[]>;

const fields = ['ToAddresses', 'CcAddresses', 'BccAddresses'] as const;

type Destination = { readonly [field in (typeof fields)[number]]?: readonly string[] };
type Entry = { readonly Destination?: Destination };
type Input = Entry & { readonly BulkEmailEntries?: readonly Entry[] };
type Output = { readonly BulkEmailEntryResults?: readonly object[] };
type Next = (args: { readonly input: Input }) => Promise<{ readonly output: Output }>;

/** Puts itself before everything else the client does, so that what SES is asked is what was allowed. Twice is once. */
export function guard<Client extends SESv2Like>(
  client: Client,
  judgeAll: JudgeAll,
  options: GuardOptions = {},
): Client {
  if (client?.config?.serviceId !== 'SESv2')
    throw new TypeError(
      'guard takes an SESv2Client of @aws-sdk/client-sesv2; sends of another client would go unseen.',
    );
  const middleware =
    (next: Next, { commandName }: { readonly commandName?: string }) =>
    (args: { readonly input: Input }) => {
      if (commandName === 'SendEmailCommand') return sendEmail(args, next, judgeAll, options);
      if (commandName === 'SendBulkEmailCommand') return sendBulkEmail(args, next, judgeAll, options);
      return next(args);
    };
  client.middlewareStack.add(middleware, {
    step: 'initialize',
    priority: 'high',
    name: 'sesFeedbackGuard',
    override: true,
  });
  return client;
}

async function sendEmail(args: { readonly input: Input }, next: Next, judgeAll: JudgeAll, { onDropped }: GuardOptions) {
  const [{ kept, dropped }] = (await screen([args.input], judgeAll)) as [Screened];
  if (kept === undefined) throw refusalOf(dropped);
  if (dropped.length > 0) onDropped?.(dropped);
  return next({ ...args, input: kept });
}

/** SES answers one result an entry, in their order. For an entry that is not sent stands one of ours, so that nobody's is taken for another's. */
async function sendBulkEmail(
  args: { readonly input: Input },
  next: Next,
  judgeAll: JudgeAll,
  { onDropped }: GuardOptions,
) {
  const screened = await screen(args.input.BulkEmailEntries ?? [], judgeAll);
  const kept = screened.flatMap((entry) => entry.kept ?? []);
  const dropped = screened.flatMap((entry) => entry.dropped);
  if (kept.length === 0) throw refusalOf(dropped);
  if (dropped.length > 0) onDropped?.(dropped);
  const { output, ...rest } = await next({ ...args, input: { ...args.input, BulkEmailEntries: kept } });
  const results = [...(output.BulkEmailEntryResults ?? [])];
  const all = screened.map((entry) =>
    entry.kept === undefined
      ? { Status: 'MESSAGE_REJECTED', Error: refusalOf(entry.dropped).message }
      : (results.shift() ?? {}),
  );
  return { ...rest, output: { ...output, BulkEmailEntryResults: all } };
}

type Screened = {
  /** `undefined`: it is not to be sent. */
  readonly kept: Entry | undefined;
  readonly dropped: readonly Verdict[];
};

/** What is left of each entry. One with an address that is none goes to nobody: SES would refuse it all the same. */
async function screen(entries: readonly Entry[], judgeAll: JudgeAll): Promise<Screened[]> {
  const addressesOf = ({ Destination = {} }: Entry) => fields.flatMap((field) => Destination[field] ?? []);
  const verdicts = await judgeAll(entries.flatMap(addressesOf));
  return entries.map((entry) => {
    const own = verdicts.splice(0, addressesOf(entry).length);
    const dropped = own.filter(({ kind }) => kind !== 'allowed');
    if (dropped.length === own.length || own.some(({ kind }) => kind === 'invalid'))
      return { kept: undefined, dropped };
    const left = fields.map((field) => {
      const addresses = entry.Destination?.[field] ?? [];
      return [field, addresses.filter(() => own.shift()?.kind === 'allowed')] as const;
    });
    const destination = Object.fromEntries(left.filter(([, addresses]) => addresses.length > 0));
    return { kept: { ...entry, Destination: destination }, dropped };
  });
}
