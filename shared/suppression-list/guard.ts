import type { Verdict } from './verdict.ts';

/** What is needed of an `SESv2Client`, so that an application without one needs no package of it. */
export type SESv2Like = {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: the SDK's own type is of each command
    add(middleware: any, options: any): void;
  };
  readonly config: object;
};

export type GuardOptions = {
  /** Is told whom a mail goes without, before it is sent to the others. */
  readonly onDropped?: (dropped: readonly Verdict[]) => void;
};

/** A verdict for each address, in the same order. */
export type JudgeAll = (addresses: readonly string[], signal?: AbortSignal) => Promise<Verdict[]>;

/** Puts itself before everything else the client does, so that what SES is asked is what was allowed. Twice is once. */
export function guard<Client extends SESv2Like>(
  client: Client,
  judgeAll: JudgeAll,
  options: GuardOptions = {},
): Client {
  // What other clients send would go unseen.
  if ((client.config as { serviceId?: string }).serviceId !== 'SESv2')
    throw new TypeError('guard takes an SESv2Client of @aws-sdk/client-sesv2.');
  client.middlewareStack.add(
    (next: never, { commandName }: { commandName?: string }) =>
      async (args: never) => {
        const { guarded } = await import('./guard-send.ts');
        return guarded(commandName)(args, next, judgeAll, options);
      },
    { step: 'initialize', priority: 'high', name: 'sesFeedbackGuard', override: true },
  );
  return client;
}
