/**
 * What to do about an error, by its name or code at DynamoDB, in the SDK or in Node. The first pattern that matches
 * applies. This file imports nothing, so that the npm package can use it without the SDK.
 */
const hints: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [
    /^ResourceNotFound/,
    'The table does not exist in this Region. Check its name, the Region, and whether the stack is deployed.',
  ],
  [/^AccessDenied/, 'The credentials do not allow this operation. Check the IAM policy.'],
  [
    /^(UnrecognizedClient|InvalidSignature|IncompleteSignature)/,
    'AWS does not accept these credentials in this Region. Check both.',
  ],
  [/^ExpiredToken/, 'The credentials have expired. Renew them.'],
  [/^Credentials/, 'No AWS credentials found. Set AWS_PROFILE, or give the process a role.'],
  [/^NoRegion$/, 'No AWS Region configured. Set AWS_REGION.'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'The host of DynamoDB was not found. Check the Region, the endpoint and the network.'],
  [
    /^(ECONNREFUSED|EPROTO|ERR_INVALID_URL)$/,
    'Cannot connect to the endpoint. Check it, and the variable AWS_ENDPOINT_URL_DYNAMODB.',
  ],
  [/^(Timeout|AbortError)/, 'No response in time.'],
  [/Throttl|Exceeded/, 'DynamoDB throttles the table. The table scales on demand, so this passes.'],
];

/** Returns a sentence that says what is wrong and what to do about it, or `undefined` if the error is not known. */
export function hintFor(code: string): string | undefined {
  return hints.find(([pattern]) => pattern.test(code))?.[1];
}
