import type { Command } from 'commander';
import type { IngestEmailOptions } from '../commands/ingest-email.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withPolicy, withStack } from '../io/common-options.ts';
import { collect, parseWait } from '../io/parse-options.ts';

/** Adds the command `ingest-email`: its options and help. */
export function defineIngestEmail(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('ingest-email')
    .summary('Processes bounces and complaints that arrived as email')
    .description(
      'Processes emails that report a bounce or a complaint, as the functions process the events of SES. A report suppresses an address only if it is about an email that you sent.',
    )
    .argument('<file...>', 'emails; - is one email on standard input')
    .option(
      '--key-file <file>',
      'key of your signed return paths (repeatable: after a change, the old one too)',
      collect,
    )
    .option('--message-ids <file>', 'Message-IDs of emails that you sent, one on each line')
    .option('--recipient <address>', 'address that the report was sent to, if it is not in its header')
    .option('--keep <folder>', 'keep a copy of each email that cannot be read, for a person')
    .option('--wait <seconds>', 'how long to try again if the table is busy', parseWait, 30)
    .option('--dry-run', 'say what would happen, without changing anything')
    .addHelpText(
      'after',
      `
A report that is tied to no email of yours is kept as evidence, and suppresses nobody: anybody
can write one. Processing an email again changes nothing.

Exit code 75 means that AWS is busy or cannot be reached, which makes Postfix try again later.
Exit code 1 means that an email cannot be read, and that --keep was not given.

Examples:
  $ npx ses-feedback ingest-email bounce.eml --key-file return-path.key
  In master.cf of Postfix:
  ses-feedback unix - n n - 4 pipe user=nobody argv=/usr/bin/ses-feedback ingest-email -
    --recipient \${original_recipient} --key-file /etc/return-path.key --keep /var/spool/reports`,
    );
  withStack(withJson(withPolicy(command))).action(async (files: readonly string[], options: IngestEmailOptions) => {
    const { ingestEmailCommand } = await import('../commands/ingest-email.ts');
    exitWith(await ingestEmailCommand(files, options, io));
  });
}
