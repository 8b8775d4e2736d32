import { parseArn } from '../../shared/domain/arn.ts';
import { callerOf } from '../stack/caller.ts';
import { type Clients, createClients } from '../stack/clients.ts';
import type { CliIO } from './cli-io.ts';
import { sanitize } from './sanitize.ts';

/** The options that select an account and a Region. The profile is an environment variable by the time a command runs. */
export type AccountOptions = { readonly region?: string; readonly profile?: string };

/**
 * Creates the clients of a command that needs no stack, and names the account and the Region on a terminal.
 * @throws Error of the SDK if no Region is configured
 */
export async function openAccount(
  { region: selected }: AccountOptions,
  { stderr }: Pick<CliIO, 'stderr'>,
): Promise<{ clients: Clients; region: string }> {
  const clients = createClients(selected === undefined ? {} : { region: selected });
  const region = await clients.ses.config.region();
  if (stderr.isTTY) {
    const { account = 'unknown' } = parseArn(await callerOf(region)) ?? {};
    const profile = process.env.AWS_PROFILE ? ` · profile ${process.env.AWS_PROFILE}` : '';
    stderr.write(`${sanitize(`account ${account} · ${region}${profile}`)}\n`);
  }
  return { clients, region };
}
