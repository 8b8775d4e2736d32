import { paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { loadSharedConfigFiles } from '@smithy/core/config';
import { type Clients, createClients } from './clients.ts';
import { inspectAccount } from './inspect-ses.ts';
import type { AccountDetails } from './inventory.ts';

/** A profile of the AWS configuration, or the credentials of the environment (no name), and the Region that goes with it. */
export type Profile = { readonly name?: string; readonly region?: string };

/** What is known of an account in a Region. */
export type AccountInRegion = {
  readonly account: string;
  readonly sending: AccountDetails;
  /** Names of the stacks of ses-feedback. Missing if the identity may not list stacks. */
  readonly stacks?: readonly string[];
};

/** Returns the profiles in the configuration files, and the credentials of the environment if it has some. */
export async function findProfiles(): Promise<Profile[]> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const names = Object.keys({ ...configFile, ...credentialsFile }).filter(
    // Sections of the configuration that are no profiles.
    (name) => !/^(sso-session|services)\b/.test(name),
  );
  const profiles = names.map((name): Profile => {
    const region = configFile[name]?.region ?? credentialsFile[name]?.region;
    return { name, ...(region !== undefined && { region }) };
  });
  return process.env.AWS_ACCESS_KEY_ID ? [{}, ...profiles] : profiles;
}

/** Reads what an account has in a Region: its status at SES, and the stacks of ses-feedback. */
export async function readAccount(profile: string | undefined, region: string): Promise<AccountInRegion> {
  const identity = { region, ...(profile !== undefined && { profile }) };
  const clients = createClients(identity);
  const sts = new STSClient({ ...identity, maxAttempts: 1 });
  const { Account: account = '' } = await sts.send(new GetCallerIdentityCommand({}));
  const sending = await inspectAccount(clients);
  const stacks = await findStacks(clients);
  return { account, sending, ...(stacks !== undefined && { stacks }) };
}

/** Our stacks are recognized by their outputs, because a stack can have any name. */
async function findStacks({ cloudFormation }: Clients): Promise<string[] | undefined> {
  const found: string[] = [];
  try {
    for await (const { Stacks = [] } of paginateDescribeStacks({ client: cloudFormation }, {})) {
      for (const { StackName, Outputs = [] } of Stacks) {
        const keys = Outputs.map(({ OutputKey }) => OutputKey);
        if (StackName !== undefined && keys.includes('SuppressionsTableName') && keys.includes('ReputationTableName'))
          found.push(StackName);
      }
    }
    return found;
  } catch (error) {
    if (error instanceof Error && error.name.startsWith('AccessDenied')) return undefined;
    throw error;
  }
}
