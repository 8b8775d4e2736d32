import { Command } from 'commander';
import { explainEvents } from './explain-event.ts';

/** Not commander's own variadic options: those would take the files behind them for accounts. */
const several = (value: string, before: string[] = []) => [...before, value];

const program = new Command('ses-feedback')
  .description('Looks after SES bounces and complaints.')
  .showHelpAfterError('(ses-feedback --help lists the commands)');

program
  .command('explain-event')
  .description('Says what each message in the files would do to an empty table. Works offline and changes nothing.')
  .argument(
    '<file...>',
    'Lambda events, SNS envelopes, EventBridge events, bare SES JSON or plain text; - is standard input',
  )
  .option('--json', 'one array on standard output, an element a message')
  .option('--account <id>', 'our account: feedback of any other is foreign; may be given more than once', several)
  .option('--topic <arn>', 'our topic: what any other published is foreign; may be given more than once', several)
  .option('--policy <file>', 'the policy to decide by', 'policy.json')
  .addHelpText(
    'after',
    '\nA message that cannot be read is an answer, not a failure: exit code 1 means a file could not be opened.',
  )
  .action(explainEvents);

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`ses-feedback: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
