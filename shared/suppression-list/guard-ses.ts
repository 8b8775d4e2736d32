import type { GuardOptions } from './options.ts';
import type { CheckAll } from './verdict.ts';

/** The part of an `SESv2Client` that a guard uses. An application without SES needs no SES package for it. */
export type SESv2Like = {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: the SDK's own type depends on the command
    add(middleware: any, options: any): void;
  };
  readonly config: object;
};

/**
 * Adds a middleware that checks the recipients of each email. It runs after the application's own middleware, so that it checks exactly the
 * recipients that SES receives. Two lists can guard one client; guarding it twice with the same list replaces the first guard.
 *
 * @param name identifies the list
 */
export function guardSesClient<Client extends SESv2Like>(
  client: Client,
  checkAll: CheckAll,
  name: string,
  options: GuardOptions = {},
): Client {
  // Emails sent through the client of another API would pass unchecked.
  if ((client.config as { serviceId?: string }).serviceId !== 'SESv2')
    throw new TypeError('guard expects an SESv2Client.');
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
