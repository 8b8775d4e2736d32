import { type Command, Option } from 'commander';
import type { ListCommandOptions } from '../commands/list.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withPolicy, withStack } from '../io/common-options.ts';
import {
  collect,
  parseDomains,
  parseFaults,
  parseIncident,
  parseLimit,
  parseReasons,
  parseTime,
} from '../io/parse-options.ts';

/** Adds the command `list`: its options and help. */
export function defineList(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('list')
    .summary('Lists or counts suppressed addresses')
    .description('Lists the suppressed addresses of the table, newest first, or counts them.')
    .option('--reason <reason>', 'manual, complaint, hard, ses-list, policy-block or soft (repeatable)', parseReasons)
    .option('--fault <fault>', 'recipient, sender, message, temporary or unknown (repeatable)', parseFaults)
    .option('--domain <domain>', 'addresses of this domain (repeatable)', parseDomains)
    .option('--provider <name>', 'mailbox provider, such as google or microsoft (repeatable)', collect)
    .option(
      '--scope <scope>',
      'bounced in this scope in the last 31 days: configuration-set:<name>, tag:<name>=<value>, …',
    )
    .option('--author <name>', 'suppressed manually by someone whose name contains this text')
    .option(
      '--since <time>',
      'suppressed since: 2026-11-20, 2026-11-20T14:00Z, 24h, 30d, today or yesterday',
      parseTime,
    )
    .option('--until <time>', 'suppressed before, in the same forms', parseTime)
    .option('--incident <id>', 'suppressed in this outage of a provider, as incidents shows it', parseIncident)
    .addOption(
      new Option('--limit <count>', 'how many to list at most, or all').default(50, '50').argParser(parseLimit),
    )
    .option('--count', 'print numbers instead of addresses')
    .addOption(
      new Option('--by <property>', 'what to count by')
        .choices(['reason', 'domain', 'provider', 'day'])
        .default('reason'),
    )
    .addOption(new Option('--format <format>', 'form of the output').choices(['table', 'json', 'csv']).default('table'))
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .addHelpText(
      'after',
      `
Examples:
  $ npx ses-feedback list --since today
  $ npx ses-feedback list --domain example.net --reason hard --limit all --format csv
  $ npx ses-feedback list --since 7d --count --by provider`,
    );
  withStack(withPolicy(command)).action(async (options: ListCommandOptions) => {
    const { listCommand } = await import('../commands/list.ts');
    exitWith(await listCommand(options, io));
  });
}
