import { type Command, Option } from 'commander';
import type {
  IdentityCheckOptions,
  IdentityCreateOptions,
  IdentityDkimOptions,
  IdentityListOptions,
  IdentityOptions,
  IdentityRecordsOptions,
} from '../commands/identities.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withAws, withJson } from '../io/common-options.ts';
import { parseRegions } from '../io/parse-options.ts';

/** Adds the command `identities`, with its subcommands. */
export function defineIdentities(program: Command, { io, exitWith }: CommandContext): void {
  const identities = program
    .command('identities')
    .summary('Sets up and checks the domains and addresses that SES sends from')
    .description('Sets up and checks the domains and addresses that SES sends from. Needs no stack.');
  const load = () => import('../commands/identities.ts');

  const list = identities
    .command('list')
    .summary('Lists the domains and addresses that SES has')
    .description('Lists the domains and addresses that SES has in this Region, and whether they are verified.')
    .addOption(new Option('--kind <kind>', 'only these').choices(['domain', 'address']))
    .option('--verified', 'only those that SES sends from')
    .addHelpText('after', '\nExample:\n  $ npx ses-feedback identities list --kind domain');
  withAws(withJson(list)).action(async (options: IdentityListOptions) =>
    exitWith(await (await load()).identitiesListCommand(options, io)),
  );

  const create = identities
    .command('create')
    .summary('Creates a domain or an address, and prints the DNS records')
    .description(
      'Creates a domain with Easy DKIM (2048 bits), or an address, and prints the DNS records to create. Changes nothing that is set up already.',
    )
    .argument('<name>', 'domain, or email address')
    .option('--mail-from <subdomain>', 'also set the MAIL FROM domain, such as bounce.example.com')
    .option('--replace', 'with --mail-from, also if the identity already has another one')
    .addHelpText('after', '\nExample:\n  $ npx ses-feedback identities create example.com --mail-from bounce');
  withAws(withJson(create)).action(async (name: string, options: IdentityCreateOptions) =>
    exitWith(await (await load()).identitiesCreateCommand(name, options, io)),
  );

  const verify = identities
    .command('verify')
    .summary('Starts the verification of a domain or an address, or starts it again')
    .description(
      'Starts the verification of a domain or an address: creates the identity, sends the email with the link again, or lets SES search for the DNS records again after it has given up.',
    )
    .argument('<name>', 'domain, or email address')
    .addHelpText('after', '\nExample:\n  $ npx ses-feedback identities verify news@example.com');
  withAws(withJson(verify)).action(async (name: string, options: IdentityOptions) =>
    exitWith(await (await load()).identitiesVerifyCommand(name, options, io)),
  );

  const records = identities
    .command('records')
    .summary('Prints the DNS records that a domain needs')
    .description(
      'Prints the DNS records that a domain needs: DKIM, MX and SPF of its MAIL FROM domain, and DMARC. Changes nothing.',
    )
    .argument('<domain>', 'domain that SES has')
    .addOption(
      new Option('--format <format>', 'form of the output: a zone file, a Route 53 change batch, a Cloudflare import')
        .choices(['table', 'bind', 'route53', 'cloudflare'])
        .default('table'),
    )
    .option('--inbound', 'also the MX record with which SES receives emails')
    .option(
      '--backup-region <region>',
      'with --inbound: a Region that receives them if this one fails (repeatable)',
      parseRegions,
    )
    .addHelpText(
      'after',
      `
The Route 53 change batch creates records and replaces none. If a record exists already,
Route 53 names it.

Examples:
  $ npx ses-feedback identities records example.com
  $ npx ses-feedback identities records example.com --format route53 > batch.json`,
    );
  withAws(withJson(records)).action(async (domain: string, options: IdentityRecordsOptions) =>
    exitWith(await (await load()).identitiesRecordsCommand(domain, options, io)),
  );

  const check = identities
    .command('check')
    .summary('Checks everything that emails from a domain need')
    .description(
      'Checks everything that emails from a domain need: verification, DKIM, SPF, DMARC and MX by real DNS, also at the authoritative servers, and production access. Changes nothing.',
    )
    .argument('<domain>', 'domain that SES has')
    .option('--inbound', 'also check the MX record with which SES receives emails')
    .option('--test-email', 'also send an email to the mailbox simulator')
    .option('--dns-server <address>', 'ask only this DNS server, such as 1.1.1.1 or 192.0.2.53:5353')
    .addHelpText('after', '\nExample:\n  $ npx ses-feedback identities check example.com --test-email');
  withAws(withJson(check)).action(async (domain: string, options: IdentityCheckOptions) =>
    exitWith(await (await load()).identitiesCheckCommand(domain, options, io)),
  );

  const dkim = identities
    .command('dkim')
    .summary('Shows how the emails of a domain are signed, or turns signing on')
    .description('Shows how the emails of a domain are signed, or turns signing on.')
    .argument('<domain>', 'domain that SES has')
    .option('--enable', 'sign emails, with Easy DKIM (2048 bits) unless the domain has its own key')
    .addHelpText('after', '\nExample:\n  $ npx ses-feedback identities dkim example.com --enable');
  withAws(withJson(dkim)).action(async (domain: string, options: IdentityDkimOptions) =>
    exitWith(await (await load()).identitiesDkimCommand(domain, options, io)),
  );

  for (const command of identities.commands)
    command.showHelpAfterError(`Run: npx ses-feedback identities ${command.name()} --help`);
}
