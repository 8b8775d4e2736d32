import { type Command, InvalidArgumentError, Option } from 'commander';
import type { SmtpCredentialsOptions } from '../commands/smtp-credentials.ts';
import type { CommandContext } from '../io/cli-io.ts';
import { withJson } from '../io/common-options.ts';

/** The ports of the SMTP interface of SES: https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html */
const ports = [25, 465, 587, 2465, 2587];

function parsePort(text: string): number {
  const port = Number(text);
  if (!ports.includes(port)) throw new InvalidArgumentError(`SES listens on ${ports.join(', ')}.`);
  return port;
}

/** Adds the command `smtp-credentials`: its options and help. */
export function defineSmtpCredentials(program: Command, { io, exitWith }: CommandContext): void {
  const command = program
    .command('smtp-credentials')
    .summary('Prints SMTP credentials and the configuration of a mail server that sends through SES')
    .description(
      'Derives SMTP credentials from the access key of an IAM user, and prints them, or the configuration of a mail server that sends through SES. Makes no network call, except with --check.',
    )
    .requiredOption('--region <region>', 'AWS Region that the mail server sends from')
    .option('--access-key-id <id>', 'id of the access key (default: AWS_ACCESS_KEY_ID)')
    .addOption(
      new Option('--for <server>', 'print the configuration of this mail server').choices([
        'postfix',
        'exim',
        'sendmail',
      ]),
    )
    .option('--configuration-set <name>', 'configuration set of the emails', 'ses-feedback-prod')
    .option(
      '--port <port>',
      'port of the SMTP interface: 587, 2587 or 25, or for TLS from the start 465 or 2465',
      parsePort,
      587,
    )
    .option('--check', 'connect, and log in with the credentials; sends no email')
    .addHelpText(
      'after',
      `
The secret key is read from AWS_SECRET_ACCESS_KEY, or from the standard input. It needs to belong to
an IAM user: temporary credentials have no SMTP password. A password is for one Region.

Exit code 0 means that the credentials were printed, and with --check accepted. 4: there is no key,
or SES rejected it. 75: SES cannot be reached.

Examples:
  $ npx ses-feedback smtp-credentials --region us-east-1
  $ npx ses-feedback smtp-credentials --region us-east-1 --for postfix
  $ npx ses-feedback smtp-credentials --region us-east-1 --check`,
    );
  withJson(command).action(async (options: SmtpCredentialsOptions) => {
    const { smtpCredentialsCommand } = await import('../commands/smtp-credentials.ts');
    exitWith(await smtpCredentialsCommand(options, io));
  });
}
