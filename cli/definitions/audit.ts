import { type Command, Option } from 'commander';
import type { AuditOptions } from '../commands/audit.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withPolicy, withStack } from '../io/common-options.ts';

/** Adds the command `audit`: its options and help. */
export function defineAudit(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('audit')
    .summary('Prints the complete configuration of SES and the stack')
    .description(
      'Prints the complete configuration of SES and the stack, to keep it or to compare two dates. It contains no counts and no times.',
    )
    .addOption(new Option('--format <format>', 'form of the output').choices(['json', 'markdown']).default('json'))
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .addHelpText(
      'after',
      `
The same configuration gives the same text, so that diff shows what has changed.

Examples:
  $ npx ses-feedback audit > audit-2026-11-27.json
  $ npx ses-feedback audit --format markdown`,
    );
  withStack(withPolicy(command)).action(async (options: AuditOptions) => {
    const { auditCommand } = await import('../commands/audit.ts');
    exitWith(await auditCommand(options, io));
  });
}
