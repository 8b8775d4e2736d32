import { SuppressionStoreError } from '../../shared/suppression-list/errors.ts';

/** What a fault is explained with. */
export type Place = {
  /** e.g. `us-east-1` */
  readonly region: string;
  readonly table: string;
  /** Commands. */
  readonly connect: string;
  readonly doctor: string;
  readonly deploy: string;
};

/** What the caller has to be allowed to do. */
export const permissions = [
  'cloudformation:DescribeStacks',
  'ses:SendEmail',
  'ses:GetSuppressedDestination',
  'dynamodb:GetItem',
  'dynamodb:Query',
  'dynamodb:DeleteItem',
] as const;
export type Permission = (typeof permissions)[number];

const page = 'docs/simulator-tests.md';

/**
 * A call to AWS, with its faults in a sentence each that says what to do. Texts of AWS, which can hold addresses, are left out.
 * @throws Error
 */
export async function explained<Value>(permission: Permission, place: Place, call: () => Promise<Value>) {
  try {
    return await call();
  } catch (error) {
    throw new Error(explain(error, permission, place), { cause: error });
  }
}

/** What to do about a fault of the call that needs this permission. */
export function explain(error: unknown, permission: Permission, place?: Place): string {
  const cause = error instanceof SuppressionStoreError && error.cause instanceof Error ? error.cause : error;
  const { name = 'unknown fault', message = '' } = cause instanceof Error ? cause : {};
  if (/AccessDenied|UnauthorizedOperation|NotAuthorized/.test(name))
    return `You may not call ${permission}. What is needed stands in ${page}, as a policy.`;
  if (/ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch/.test(name))
    return `AWS does not take the credentials (${name}): renew them.`;
  if (name === 'CredentialsProviderError') return 'There are no AWS credentials. Set AWS_PROFILE, or log in.';
  if (place === undefined) return message || name;
  const { region, table, connect, doctor, deploy } = place;
  switch (name) {
    case 'MessageRejected':
      return /not verified/i.test(message)
        ? `SES in ${region} does not know what --from names as verified. Verify its domain or address there, then: ${connect}`
        : `SES refused the mail (${name}) → ${doctor}`;
    case 'MailFromDomainNotVerifiedException':
      return `The MAIL FROM domain of what --from names is not verified in ${region}: its DNS records are missing → ${doctor}`;
    case 'SendingPausedException':
    case 'AccountSuspendedException':
      return `SES does not send just now: the account or the configuration set is paused → ${doctor}`;
    case 'LimitExceededException':
      return "SES's daily quota is used up. Try again tomorrow.";
    case 'TooManyRequestsException':
    case 'ThrottlingException':
      return 'Other mail takes all of the sending rate. Try again when less is sent.';
    case 'NotFoundException':
      return `The configuration set of the stack is gone. Deploy the stack again: ${deploy}`;
    case 'ResourceNotFoundException':
      return `There is no table ${table} in ${region} → ${doctor}`;
    default:
      return `${permission} failed: ${codeOf(cause) ?? name} → ${doctor}`;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
