import { CommandError, CredentialsError, UsageError } from './errors.ts';
import { sanitize } from './sanitize.ts';

/** Names under which AWS, and the SDK before it asks AWS, refuse credentials. */
const credentialErrors =
  /^(Credentials|Token)Provider|^SSO|^(Expired|Invalid|Unrecognized|Unauthorized).*(Token|Client|SSO)|^(SignatureDoesNotMatch|ExpiredToken)/;
const deniedErrors = /^(AccessDenied|UnauthorizedOperation|AuthorizationError|NotAuthorized)/;
const throttleErrors = /Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded|SlowDown/;
const networkErrors =
  /^(TimeoutError|RequestTimeout|NetworkingError|ServiceUnavailable|InternalServerError|InternalFailure)|^E(CONN|PIPE|HOSTUNREACH|AI_AGAIN|NOTFOUND)|ENOTFOUND|EAI_AGAIN/;

/** The profile and the Region of a command, for its error messages. */
export type ErrorContext = { readonly profile: string | undefined; readonly region: string | undefined };

/**
 * Returns an error that says what happened, why and what to do next, with its exit code: 4 for credentials and rights, 75 if the same command can
 * succeed later. Returns other errors as they are.
 */
export function explainAwsError(error: unknown, context: ErrorContext): unknown {
  if (error instanceof CommandError || !(error instanceof Error)) return error;
  // A StoreError and a failed stack read carry the error of the SDK.
  const origin = error.cause instanceof Error ? error.cause : error;
  const { name, message } = origin;
  const code = 'code' in origin && typeof origin.code === 'string' ? origin.code : '';
  const where = context.region === undefined ? 'AWS' : `AWS in ${context.region}`;
  if (message === 'Region is missing')
    return new UsageError('No AWS Region configured. Pass --region or set AWS_REGION.');
  if (credentialErrors.test(name)) return new CredentialsError(describeCredentials(message, context));
  if (deniedErrors.test(name))
    return new CredentialsError(
      `${describeIdentity(context)} may not do this: ${message} Attach the policy of your role (see the outputs of the stack), or use another profile.`,
    );
  if (networkErrors.test(name) || networkErrors.test(code))
    return new CommandError(
      `Cannot reach ${where} (${code || name}). Check the Region and the network, and run the command again.`,
      75,
    );
  if (throttleErrors.test(name) || ('scope' in error && error.scope === 'transient'))
    return new CommandError(`${where} is busy (${name}). Wait a minute and run the command again.`, 75);
  if (name === 'ResourceNotFoundException')
    return new CommandError(
      `${error.message} Check the Region (--region) and whether the stack is deployed: npx ses-feedback doctor`,
      1,
    );
  return error;
}

function describeIdentity({ profile }: ErrorContext): string {
  return profile ? `Profile "${sanitize(profile)}"` : 'These credentials';
}

function describeCredentials(reason: string, { profile }: ErrorContext): string {
  if (!profile && /Could not load credentials/.test(reason))
    return 'No AWS credentials found. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
  const text = sanitize(reason).replace(/\.$/, '');
  if (!profile) return `AWS does not accept the credentials: ${text}. Renew them, or select a profile with --profile.`;
  const name = sanitize(profile);
  return `Cannot load credentials for profile "${name}": ${text}. If the session has expired, run: aws sso login --profile ${name}`;
}
