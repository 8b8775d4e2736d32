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
  /** Is told whom a mail goes without, and waited for, before it is sent to the others. Where it fails nothing is sent. */
  readonly onDropped?: (dropped: readonly Verdict[]) => unknown;
};

/** A verdict for each address, in the same order. */
export type CheckAll = (addresses: readonly string[], signal?: AbortSignal) => Promise<Verdict[]>;

/**
 * Puts itself behind what the application has the client do first, so that what SES is asked is what was allowed. Two lists can guard one
 * client; the same one twice is once.
 */
export function guardSesClient<Client extends SESv2Like>(
  client: Client,
  checkAll: CheckAll,
  name: string,
  options: GuardOptions = {},
): Client {
  // What other clients send would go unseen.
  if ((client.config as { serviceId?: string }).serviceId !== 'SESv2')
    throw new TypeError('guard takes an SESv2Client.');
  client.middlewareStack.add(
    (next: never, { commandName }: { commandName?: string }) =>
      async (args: never) => {
        const { sesSendMiddleware } = await import('./ses-send-middleware.ts');
        return sesSendMiddleware(commandName)(args, next, checkAll, options);
      },
    { step: 'initialize', priority: 'low', name: `ses-feedback ${name}`, override: true },
  );
  return client;
}
