import { type Command, Option } from 'commander';
import type { ExportOptions } from '../commands/export.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withStack } from '../io/common-options.ts';
import { parseListNames, parseReasons, parseTime } from '../io/parse-options.ts';

/** Adds the command `export`: its options and help. */
export function defineExport(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('export')
    .summary('Writes all suppressed addresses to a file')
    .description(
      'Writes all suppressed addresses to a file, for marketing or another system, or as hashes to filter a campaign.',
    )
    .argument(
      '[file]',
      'file to write (default: standard output); an existing file is replaced when the export is complete',
    )
    .addOption(
      new Option('--format <format>', 'csv, or jsonl: a JSON document on each line')
        .choices(['csv', 'jsonl'])
        .default('csv'),
    )
    .option('--reason <reason>', 'suppressed for this reason (repeatable)', parseReasons)
    .option('--since <time>', 'suppressed since this time: 2026-11-20, 30d or yesterday', parseTime)
    .option('--until <time>', 'suppressed before this time', parseTime)
    .addOption(
      new Option('--hashed', 'write hashes, which do not show the addresses').conflicts(['reason', 'since', 'until']),
    )
    .option(
      '--list <name>',
      'with --hashed: list of a tenant or email category to include beside the account list (repeatable)',
      parseListNames,
    )
    .addHelpText(
      'after',
      `
With --hashed, reads the whole table, about one read unit per ten records. The file has eight bytes
per address. Anyone who knows an address can check whether the file contains it, so protect the
file as you protect the list. In the application:

  const snapshot = await suppressions.openSnapshot(file);
  for await (const { kind, address } of snapshot.filter(recipients)) if (kind === 'allowed') …

Matches are confirmed in the table. Addresses that were suppressed after the export are not in it,
so write a new file before each campaign.

Examples:
  $ npx ses-feedback export suppressed.csv
  $ npx ses-feedback export --format jsonl --reason complaint
  $ npx ses-feedback export --hashed suppressed.bin`,
    );
  withStack(withJson(command)).action(async (file: string | undefined, options: ExportOptions) => {
    const { exportCommand } = await import('../commands/export.ts');
    exitWith(await exportCommand(file, options, io));
  });
}
