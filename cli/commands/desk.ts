import { openDesk } from '../desk/desk.ts';
import { startDesk } from '../desk/server.ts';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { loadPolicy } from '../io/files.ts';
import { openStack, type StackOptions } from '../io/stack-options.ts';
import { callerOf } from '../stack/caller.ts';

export type DeskCommandOptions = StackOptions & {
  readonly port?: number;
  readonly readOnly?: true;
  readonly policy?: string;
};

/** Runs the command `desk`: serves pages until nobody has used them for an hour, or the process is interrupted. */
export async function deskCommand(
  { port, readOnly, policy, ...options }: DeskCommandOptions,
  io: CliIO,
): Promise<ExitCode> {
  const { clients, stack } = await openStack(options, io);
  const desk = openDesk({
    stack,
    clients,
    policy: await loadPolicy(policy, io),
    by: await callerOf(stack.region),
    isReadOnly: readOnly === true,
  });
  const server = await startDesk(desk, port === undefined ? {} : { port });
  io.stdout.write(`Open this address in a browser on this computer. It works once:\n\n  ${server.url}\n\n`);
  io.stderr.write('The desk ends after an hour without use. To end it now: Ctrl-C\n');
  const stop = () => server.close();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  await server.ended;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  io.stderr.write('The desk has ended.\n');
  return 0;
}
