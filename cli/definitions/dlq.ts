import { type Command, Option } from 'commander';
import type { DlqOptions } from '../commands/dlq.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withPolicy, withStack } from '../io/common-options.ts';
import { parseLimit } from '../io/parse-options.ts';

const withStream = (command: Command) =>
  command.addOption(new Option('--stream <stream>', 'only this stream').choices(['bounces', 'complaints', 'volume']));

/** Adds the command `dlq`, with its subcommands. */
export function defineDlq(program: Command, { io, exitWith }: CommandContext): void {
  const dlq = program
    .command('dlq')
    .summary('Shows and replays the messages in the dead-letter queues')
    .description('Shows the messages that a function could not process, and sends them back to be processed again.');

  const list = withStream(dlq.command('list'))
    .summary('Lists the messages and explains why each was not processed')
    .description(
      'Lists the messages of the dead-letter queues, and explains why each was not processed. Changes nothing.',
    )
    .addOption(
      new Option('--limit <count>', 'how many to list at most in each queue, or all')
        .default(20, '20')
        .argParser(parseLimit),
    )
    .addHelpText('after', '\nExample:\n  $ npx ses-feedback dlq list --stream bounces');
  withStack(withJson(withPolicy(list))).action(async (options: DlqOptions) => {
    const { dlqListCommand } = await import('../commands/dlq.ts');
    exitWith(await dlqListCommand(options, io));
  });

  const show = withStream(dlq.command('show'))
    .summary('Prints a message')
    .description('Prints a message of a dead-letter queue as it lies there, and explains it. Changes nothing.')
    .argument('<id>', 'id of the message, or its beginning')
    .addHelpText('after', '\nExample:\n  $ npx ses-feedback dlq show 5fea7756');
  withStack(withJson(withPolicy(show))).action(async (id: string, options: DlqOptions) => {
    const { dlqShowCommand } = await import('../commands/dlq.ts');
    exitWith(await dlqShowCommand(id, options, io));
  });

  const replay = withStream(dlq.command('replay'))
    .summary('Sends messages back to be processed again')
    .description(
      'Sends messages of the dead-letter queues back to their queues, to be processed again. A message that was processed already changes nothing.',
    )
    .argument('[id...]', 'ids of messages, or their beginnings')
    .option('--all', 'every message, also those that still cannot be read')
    .option('--readable', 'every message that can be read now')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx ses-feedback dlq replay --readable\n  $ npx ses-feedback dlq replay 5fea7756',
    );
  withStack(withJson(withPolicy(replay))).action(async (ids: readonly string[], options: DlqOptions) => {
    const { dlqReplayCommand } = await import('../commands/dlq.ts');
    exitWith(await dlqReplayCommand(ids, options, io));
  });
  for (const command of dlq.commands) command.showHelpAfterError(`Run: npx ses-feedback dlq ${command.name()} --help`);
}
