import { text } from 'node:stream/consumers';
import type { CliIO, ExitCode } from '../io/cli-io.ts';
import { CommandError, CredentialsError, UsageError } from '../io/errors.ts';
import { sanitize, sanitizeJson } from '../io/sanitize.ts';
import { checkLogin } from '../smtp/check-login.ts';
import { isImplicitTls, type MailServer, mailServerConfig, type SmtpAccount } from '../smtp/mail-server-config.ts';
import { smtpPassword } from '../smtp/smtp-password.ts';

export type SmtpCredentialsOptions = {
  readonly region: string;
  readonly accessKeyId?: string;
  readonly for?: MailServer;
  readonly configurationSet: string;
  readonly port: number;
  readonly check?: true;
  readonly json?: true;
};

/** Version of the JSON that the command prints. */
const schemaVersion = 1;

/** Runs the command `smtp-credentials`. @throws CommandError if the key cannot have SMTP credentials, or SES does not accept them */
export async function smtpCredentialsCommand(
  options: SmtpCredentialsOptions,
  io: CliIO,
  login: typeof checkLogin = checkLogin,
): Promise<ExitCode> {
  const { region, port, configurationSet, check, json } = options;
  if (options.for === 'sendmail' && isImplicitTls(port))
    throw new UsageError(
      `Sendmail cannot begin a connection with TLS, as port ${port} needs. Pass --port 587 or 2587.`,
    );
  const { username, secretKey } = await readKey(options, io);
  const host = `email-smtp.${region}.amazonaws.com`;
  const account: SmtpAccount = { host, port, username, password: smtpPassword(secretKey, region), configurationSet };
  if (check) await assertAccepted(account, login, io);
  if (json) io.stdout.write(sanitizeJson({ schemaVersion, ...account }));
  else io.stdout.write(options.for === undefined ? describe(account) : mailServerConfig[options.for](account));
  return 0;
}

async function readKey({ region, accessKeyId }: SmtpCredentialsOptions, { stdin }: CliIO) {
  if (!/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(region)) throw new UsageError(`"${sanitize(region)}" is not an AWS Region.`);
  const username = accessKeyId ?? process.env.AWS_ACCESS_KEY_ID;
  if (username === undefined)
    throw new CredentialsError(
      'No access key. Pass --access-key-id, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  // Access keys of roles and of SSO begin like this: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  if (username.startsWith('ASIA'))
    throw new CredentialsError(
      'These are temporary credentials, and SMTP needs the access key of an IAM user. Create one with: aws iam create-access-key --user-name …',
    );
  if (!/^[A-Z0-9]{16,128}$/.test(username))
    throw new UsageError('The access key ID is not one of AWS. An IAM user has IDs like AKIAIOSFODNN7EXAMPLE.');
  const isOwn = accessKeyId === undefined || accessKeyId === process.env.AWS_ACCESS_KEY_ID;
  const fromEnvironment = isOwn ? process.env.AWS_SECRET_ACCESS_KEY : undefined;
  const secretKey = fromEnvironment ?? (stdin.isTTY ? '' : (await text(stdin)).trim());
  if (!/^[A-Za-z0-9/+=]{16,}$/.test(secretKey))
    throw new CredentialsError(
      'No secret key. Set AWS_SECRET_ACCESS_KEY to that of the access key, or write it to the standard input.',
    );
  return { username, secretKey };
}

async function assertAccepted(account: SmtpAccount, login: typeof checkLogin, { stderr }: CliIO): Promise<void> {
  const outcome = await login(account);
  const server = `${account.host}:${account.port}`;
  if (outcome.kind === 'accepted') return void stderr.write(`${server} accepted the credentials.\n`);
  const reason = sanitize(outcome.reason);
  if (outcome.kind === 'rejected')
    throw new CommandError(
      `${server} rejected the credentials: ${reason}. Check that the secret key belongs to ${account.username}, that the key is active, and that its user may call ses:SendRawEmail.`,
      4,
    );
  throw new CommandError(
    `No encrypted connection to ${server}: ${reason}. Check the Region and the firewall, or try --port 2587. EC2 blocks port 25.`,
    75,
  );
}

function describe({ host, port, username, password }: SmtpAccount): string {
  return [`host      ${host}`, `port      ${port}`, `username  ${username}`, `password  ${password}`, ''].join('\n');
}
