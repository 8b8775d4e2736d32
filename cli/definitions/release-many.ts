import type { Command } from 'commander';
import type { ReleaseManyOptions } from '../commands/release-many.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withAttribution, withJson, withPolicy, withStack } from '../io/common-options.ts';
import { parseReasons, parseTime } from '../io/parse-options.ts';

/** Adds the command `release-many`: its options and help. */
export function defineReleaseMany(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('release-many')
    .summary('Releases all addresses of a domain or period')
    .description(
      'Counts the suppressed addresses of a domain or period. With --yes, also releases them. Use it after an incident at a mailbox provider.',
    )
    .option('--domain <domain>', 'addresses of this domain')
    .option('--since <time>', 'suppressed at or after this time: 2026-11-20 or 2026-11-20T14:00Z', parseTime)
    .option('--until <time>', 'suppressed before this time', parseTime)
    .option(
      '--reason <reason>',
      'suppressed for this reason (repeatable; default: all but manual and complaint)',
      parseReasons,
    )
    .option('--yes', 'release the addresses instead of only counting them')
    .addHelpText(
      'after',
      `
Examples:
  $ npx ses-feedback release-many --domain example.net --since 2026-11-20T14:00Z --note "outage"
  $ npx ses-feedback release-many --domain example.net --since 2026-11-20T14:00Z --note "outage" --yes`,
    );
  withStack(withJson(withPolicy(withAttribution(command)))).action(async (options: ReleaseManyOptions) => {
    const { releaseManyCommand } = await import('../commands/release-many.ts');
    exitWith(await releaseManyCommand(options, io));
  });
}
