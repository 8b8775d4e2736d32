import { SuppressionStoreError } from '../../shared/suppression-list/errors.ts';

/** The names and commands that error messages mention. */
export type ErrorContext = {
  /** `us-east-1` */
  readonly region: string;
  readonly table: string;
  /** Commands. */
  readonly connect: string;
  readonly doctor: string;
  readonly deploy: string;
};

/** The permissions the command needs. */
export const permissions = [
  'cloudformation:DescribeStacks',
  'ses:SendEmail',
  'ses:GetSuppressedDestination',
  'dynamodb:GetItem',
  'dynamodb:Query',
  'dynamodb:DeleteItem',
] as const;
export type Permission = (typeof permissions)[number];

const documentation = 'docs/simulator-tests.md';

/**
 * Makes a call to AWS, and replaces its error by one that says what to do. Does not repeat the messages of AWS, which
 * can contain addresses.
 * @throws Error
 */
export async function withExplainedErrors<Value>(
  permission: Permission,
  context: ErrorContext,
  call: () => Promise<Value>,
): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    throw new Error(explainError(error, permission, context), { cause: error });
  }
}

/** Returns what to do about the error of the call that needs a permission. */
export function explainError(error: unknown, permission: Permission, context?: ErrorContext): string {
  const cause = error instanceof SuppressionStoreError && error.cause instanceof Error ? error.cause : error;
  const { name = 'unknown error', message = '' } = cause instanceof Error ? cause : {};
  if (/AccessDenied|UnauthorizedOperation|NotAuthorized/.test(name))
    return `The credentials do not allow ${permission}. Attach the policy in ${documentation}.`;
  if (/ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch/.test(name))
    return `AWS rejected the credentials (${name}). Renew them.`;
  if (name === 'CredentialsProviderError')
    return 'No AWS credentials found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
  if (context === undefined) return message || name;
  const { region, table, connect, doctor, deploy } = context;
  switch (name) {
    case 'MessageRejected':
      return /not verified/i.test(message)
        ? `SES in ${region} has not verified the sender in --from. Verify its domain or address there, then run: ${connect}`
        : `SES rejected the email (${name}). Run: ${doctor}`;
    case 'MailFromDomainNotVerifiedException':
      return `The MAIL FROM domain of the sender in --from is not verified in ${region}: its DNS records are missing. Run: ${doctor}`;
    case 'SendingPausedException':
    case 'AccountSuspendedException':
      return `Sending is paused for the account or the configuration set. Run: ${doctor}`;
    case 'LimitExceededException':
      return 'The daily sending quota of the account is used up. Try again tomorrow.';
    case 'TooManyRequestsException':
    case 'ThrottlingException':
      return 'Other emails use up the sending rate of the account. Try again when it sends less.';
    case 'NotFoundException':
      return `The configuration set of the stack does not exist. Deploy the stack again: ${deploy}`;
    case 'ResourceNotFoundException':
      return `There is no table ${table} in ${region}. Run: ${doctor}`;
    default:
      return `${permission} failed: ${codeOf(cause) ?? name}. Run: ${doctor}`;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
