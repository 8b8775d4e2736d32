import type { Command } from 'commander';
import type { AccountsOptions } from '../commands/accounts.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson } from '../io/common-options.ts';
import { collect } from '../io/parse-options.ts';

type Given = { readonly profile?: string[]; readonly region?: string[]; readonly json?: true };

/** Adds the command `accounts`: its options and help. */
export function defineAccounts(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('accounts')
    .summary('Shows the accounts of your AWS profiles, with their status and stacks')
    .description(
      'Shows the accounts of your AWS profiles: whether SES sends, how much of the quota is used, and whether ses-feedback is deployed. Changes nothing.',
    )
    .option('--profile <profile>', 'only this profile, repeatable (default: all in your AWS configuration)', collect)
    .option('--region <region>', 'this AWS Region, repeatable (default: the Region of each profile)', collect)
    .addHelpText(
      'after',
      `
Examples:
  $ npx ses-feedback accounts
  $ npx ses-feedback accounts --profile prod --region us-east-1 --region eu-west-1`,
    );
  withJson(command).action(async ({ profile: profiles, region: regions, json }: Given) => {
    const { accountsCommand } = await import('../commands/accounts.ts');
    const options: AccountsOptions = {
      ...(profiles && { profiles }),
      ...(regions && { regions }),
      ...(json && { json }),
    };
    exitWith(await accountsCommand(options, io));
  });
}
