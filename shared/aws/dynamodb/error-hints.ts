/**
 * What to do about an error, by its name or code at DynamoDB, in the SDK or in Node. The first pattern that matches
 * applies. This file imports nothing, so that the npm package can use it without the SDK.
 */
const hints: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /^ResourceNotFound/,
    'The table does not exist in this Region. Check its name, the Region, and whether the stack is deployed.',
  ],
  [/^AccessDenied/, 'The credentials do not allow this operation. Allow it in the IAM policy of the role or user.'],
  [
    /^(UnrecognizedClient|InvalidSignature|IncompleteSignature)/,
    'AWS does not accept these credentials in this Region. Check the credentials, the Region and the clock of this machine.',
  ],
  [/^ExpiredToken/, 'The credentials have expired. Sign in again, for example with: aws sso login'],
  [/^Credentials/, 'No AWS credentials found. Set AWS_PROFILE, or give the process a role.'],
  [/^NoRegion$/, 'No AWS Region configured. Set AWS_REGION.'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'The host of DynamoDB was not found. Check the Region, the endpoint and the network.'],
  [
    /^(ECONNREFUSED|EPROTO|ERR_INVALID_URL)$/,
    'Cannot connect to the endpoint. Check the endpoint, and the variable AWS_ENDPOINT_URL_DYNAMODB.',
  ],
  [
    /^(Timeout|AbortError)/,
    'DynamoDB did not respond in time. Try again. If this happens often, check the network and the endpoint.',
  ],
  [/Throttl|Exceeded/, 'DynamoDB is throttling the table. The table scales on demand: try again in a few minutes.'],
];

/** Returns a sentence that says what is wrong and what to do about it, or `undefined` if the error is not known. */
export function hintFor(code: string): string | undefined {
  return hints.find(([pattern]) => pattern.test(code))?.[1];
}
