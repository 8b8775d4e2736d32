/** Who asks to do what. */
export type Request = {
  /** `ses.amazonaws.com`, or `anyone` for a caller that is no service and of no account that is named. */
  readonly principal: string;
  /** `sns:Publish` */
  readonly action: string;
  /** On whose behalf a service asks: account id and ARN. */
  readonly sourceAccount?: string;
  readonly sourceArn?: string;
};

type Statement = {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/**
 * Whether a policy of a topic, a queue or a key lets somebody do something. Reads what such policies are made of: services, accounts,
 * wildcards, and conditions on the source, its owner and TLS. A condition on anything else is held not to be met by whoever is to be let in.
 *
 * @param policy JSON; what is no policy lets nobody in
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function lets(policy: string, request: Request): boolean {
  const applying = statementsOf(policy).filter((statement) => applies(statement, request));
  return applying.some(({ Effect }) => Effect === 'Allow') && !applying.some(({ Effect }) => Effect === 'Deny');
}

function statementsOf(policy: string): Statement[] {
  try {
    return [JSON.parse(policy)?.Statement ?? []].flat();
  } catch {
    return [];
  }
}

function applies({ Principal, Action, Condition = {} }: Statement, request: Request): boolean {
  return (
    principalsOf(Principal).some((principal) => principal === '*' || principal === request.principal) &&
    [Action].flat().some((action) => matches(String(action).toLowerCase(), request.action.toLowerCase())) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, key, [values].flat().map(String), request)),
    )
  );
}

function principalsOf(principal: unknown): unknown[] {
  if (principal === '*') return ['*'];
  return Object.values(Object(principal)).flat();
}

function holds(operator: string, key: string, values: readonly string[], request: Request): boolean {
  const [, kind = '', ifExists] = /^(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const actual = contextOf(key, request);
  if (actual === undefined) return ifExists !== undefined;
  const expected = (value: string) => (/Like$|^Arn/.test(kind) ? matches(value, actual) : value === actual);
  if (/^(String|Arn)(Equals|Like|EqualsIgnoreCase)$|^Bool$/.test(kind)) return values.some(expected);
  if (/^(String|Arn)Not(Equals|Like|EqualsIgnoreCase)$/.test(kind)) return !values.some(expected);
  return false;
}

function contextOf(key: string, { sourceAccount, sourceArn }: Request): string | undefined {
  switch (key.toLowerCase()) {
    case 'aws:sourceaccount':
    // What SNS writes into the policy of a new topic.
    case 'aws:sourceowner':
      return sourceAccount;
    case 'aws:sourcearn':
      return sourceArn;
    case 'aws:securetransport':
      return 'true';
    default:
      return undefined;
  }
}

/** As in IAM: `*` is any text, `?` any character. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}
