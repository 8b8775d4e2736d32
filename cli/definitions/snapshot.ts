import type { Command } from 'commander';
import type { SnapshotCommandOptions } from '../commands/snapshot.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withStack } from '../io/common-options.ts';
import { parseListNames } from '../io/parse-options.ts';

/** Adds the command `snapshot`: its options and help. */
export function defineSnapshot(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('snapshot')
    .summary('Writes a file of suppressed addresses, to filter a campaign')
    .description('Writes hashes of all suppressed addresses to a file, to filter the recipients of a campaign.')
    .argument('<file>', 'file to write; an existing file is replaced when the snapshot is complete')
    .option(
      '--list <name>',
      'list of a tenant or email category to include beside the account list (repeatable)',
      parseListNames,
    )
    .addHelpText(
      'after',
      `
Reads the whole table, about one read unit per ten records. The file has eight bytes per
address. Anyone who knows an address can check whether the file contains it, so protect the
file as you protect the list. In the application:

  const snapshot = await suppressions.openSnapshot(file);
  for await (const { kind, address } of snapshot.filter(recipients)) if (kind === 'allowed') …

Matches are confirmed in the table. Addresses that were suppressed after the snapshot are not
in it, so write a new one before each campaign.`,
    );
  withStack(withJson(command)).action(async (file: string, options: SnapshotCommandOptions) => {
    const { snapshotCommand } = await import('../commands/snapshot.ts');
    exitWith(await snapshotCommand(file, options, io));
  });
}
