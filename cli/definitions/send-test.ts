import { type Command, Option } from 'commander';
import type { SendTestOptions } from '../commands/send-test.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson, withPolicy, withStack } from '../io/common-options.ts';
import { parseWait } from '../io/parse-options.ts';

/** Adds the command `send-test`: its options and help. */
export function defineSendTest(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('send-test')
    .summary('Sends a test email and follows it until its outcome is known')
    .description(
      'Sends a test email and follows it until its outcome is known: from SES through the stack to the suppressions table.',
    )
    .option('--from <address>', 'sender (default: an address of the only verified identity)')
    .option(
      '--to <recipient>',
      'bounce, complaint, ooto, suppressionlist or success (mailboxes of the SES simulator), or an address',
      'bounce',
    )
    .option('--configuration-set <name>', "configuration set to send with (default: the stack's own)")
    .addOption(
      new Option(
        '--wait <seconds>',
        'how long to wait for feedback (default: 120, or 30 if none is expected)',
      ).argParser(parseWait),
    )
    .addHelpText(
      'after',
      `
SES bills the email. Emails to its simulator count neither in the rates nor in the quota, and the
suppression of their address ends after an hour. To test all mailboxes: npm run test:e2e

Examples:
  $ npx ses-feedback send-test --from news@example.com
  $ npx ses-feedback send-test --from news@example.com --to complaint
  $ npx ses-feedback send-test --from news@example.com --to ann@example.net --wait 60`,
    );
  withStack(withJson(withPolicy(command))).action(async (options: SendTestOptions) => {
    const { sendTestCommand } = await import('../commands/send-test.ts');
    exitWith(await sendTestCommand(options, io));
  });
}
