import { type Command, Option } from 'commander';
import type { ExplainOptions } from '../commands/explain.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withPolicy } from '../io/common-options.ts';
import { collect, parseAccountIds } from '../io/parse-options.ts';

/** Adds the command `explain`: its options and help. */
export function defineExplain(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('explain')
    .summary('Explains what SES messages and bounce emails would do')
    .description(
      'Explains what each message in the files would do to an empty table, and who is at fault. Works offline and changes nothing.',
    )
    .argument(
      '<file...>',
      'Lambda, SNS or EventBridge events, SES JSON, output of aws sqs receive-message, JSON lines, text, or a bounce or complaint that arrived as email (.eml); - is standard input',
    )
    .option('--account <id>', 'AWS account to trust; feedback of others has no effect (repeatable)', parseAccountIds)
    .option('--topic <arn>', 'SNS topic to trust; messages of others have no effect (repeatable)', collect)
    .option('--in-order', 'apply the messages one after the other, so that strikes and duplicates show')
    .addOption(
      new Option(
        '--redact',
        'instead, print the file with addresses, names, ids and account numbers replaced, to attach it to an issue',
      ).conflicts(['json', 'account', 'topic', 'policy', 'inOrder']),
    )
    .addHelpText(
      'after',
      `
Each message is explained as if it were processed at the time of the feedback. (Feedback on
emails more than 30 days old still suppresses addresses, but is not counted.)

An email is explained as if it was about an email of yours. (ingest-email checks that it was.)

Unreadable messages are reported and do not change the exit code. Exit code 1 means an
invalid policy, or a file that cannot be opened.

Example:
  $ npx ses-feedback explain events/bounce.json
  $ npx ses-feedback explain bounce.eml --json`,
    );
  withJson(withPolicy(command)).action(async (files: readonly string[], options: ExplainOptions) => {
    const { explainCommand } = await import('../commands/explain.ts');
    exitWith(await explainCommand(files, options, io));
  });
}
