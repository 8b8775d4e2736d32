/** A request to be checked against the policy of a topic, queue or key. */
export type AccessRequest = {
  /** `ses.amazonaws.com`, or `anyone` for a caller that is not a service and that no policy names. */
  readonly principal: string;
  /** `sns:Publish` */
  readonly action: string;
  /** ARN of the topic, queue or key that has the policy. */
  readonly resource: string;
  /** Account ID and ARN of the resource a service acts for. */
  readonly sourceAccount?: string;
  readonly sourceArn?: string;
  /**
   * The caller should be denied. If a condition cannot be evaluated, an untrusted caller counts as allowed and every other
   * caller as denied, so that uncertainty is always reported as a problem.
   */
  readonly isUntrusted?: true;
};

type Statement = Readonly<Record<string, unknown>>;

/** Whether a statement or condition matches; `undefined` if that cannot be determined. */
type Match = boolean | undefined;

/**
 * Returns whether the policy of a topic, queue or key allows a request. Understands what such policies usually contain:
 * services, accounts, wildcards, and conditions on the source ARN, the source account and TLS. A statement with any other
 * condition is uncertain: it does not allow a request and, if it is a `Deny`, it denies the request. For an untrusted
 * request it is the other way round.
 *
 * @param policy JSON; an invalid policy allows nothing
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function allows(policy: string, request: AccessRequest): boolean {
  const statements = statementsOf(policy);
  const matchesOf = (effect: string) =>
    statements.filter(({ Effect }) => Effect === effect).map((statement) => matchesRequest(statement, request));
  const [allowed, denied] = [matchesOf('Allow'), matchesOf('Deny')];
  if (request.isUntrusted) return allowed.some((match) => match !== false) && !denied.includes(true);
  return allowed.includes(true) && denied.every((match) => match === false);
}

function statementsOf(policy: string): Statement[] {
  try {
    return [JSON.parse(policy)?.Statement].flat().map(Object);
  } catch {
    return [];
  }
}

function matchesRequest(statement: Statement, request: AccessRequest): Match {
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = statement;
  const action = request.action.toLowerCase();
  const conditions = Object.entries(Object(Condition)).flatMap(([operator, keys]) =>
    Object.entries(Object(keys)).map(([key, values]) => isConditionMet(operator, key, stringsOf(values), request)),
  );
  return all([
    matchesElement(
      principalsOf(Principal),
      principalsOf(NotPrincipal),
      (value) => value === '*' || value === request.principal,
    ),
    matchesElement(Action, NotAction, (value) => matchesPattern(value.toLowerCase(), action)),
    matchesElement(Resource, NotResource, (value) => matchesPattern(value, request.resource)),
    ...conditions,
  ]);
}

/** Returns services, accounts and other principals as one list. */
function principalsOf(principal: unknown): unknown {
  return typeof principal === 'object' && principal !== null ? Object.values(principal).flat() : principal;
}

/** Evaluates an element and its `Not…` form. AWS rejects a statement with neither, so such a statement is uncertain. */
function matchesElement(element: unknown, notElement: unknown, matches: (value: string) => boolean): Match {
  const matchesAny = (values: unknown) => stringsOf(values).some(matches);
  if (element !== undefined) return matchesAny(element);
  return notElement === undefined ? undefined : !matchesAny(notElement);
}

/** Returns one value or several as a list. An object, which AWS accepts nowhere, becomes an empty string. */
function stringsOf(values: unknown): string[] {
  return [values].flat().map((value) => (typeof value === 'object' ? '' : String(value)));
}

const comparisons = new Map<string, (expected: string, actual: string) => Match>([
  ['StringEquals', (expected, actual) => expected === actual],
  ['StringEqualsIgnoreCase', (expected, actual) => expected.toLowerCase() === actual.toLowerCase()],
  ['StringLike', matchesPattern],
  ['ArnEquals', matchesArn],
  ['ArnLike', matchesArn],
  ['Bool', (expected, actual) => expected.toLowerCase() === actual],
]);

function isConditionMet(operator: string, key: string, values: readonly string[], request: AccessRequest): Match {
  const [, family = '', not, kind = '', ifExists] = /^([A-Z][a-z]+)(Not)?(\w*?)(IfExists)?$/.exec(operator) ?? [];
  const compare = comparisons.get(family + kind);
  const actual = contextOf(key, request);
  if (compare === undefined) return undefined;
  if (actual !== undefined) {
    const isMet = some(values.map((value) => (value.includes('${') ? undefined : compare(value, actual))));
    return not ? opposite(isMet) : isMet;
  }
  // No policy names an untrusted caller: its value for an unknown key differs from every literal value, or is absent.
  // A pattern may still match it, and with `Bool` both values are possible, so those stay uncertain.
  if (!request.isUntrusted || family === 'Bool' || values.some((value) => /[*?$]/.test(value))) return undefined;
  if (not) return true;
  return ifExists ? undefined : false;
}

function contextOf(key: string, { principal, sourceAccount, sourceArn }: AccessRequest): string | undefined {
  switch (key.toLowerCase()) {
    case 'aws:sourceaccount':
    // SNS writes this key into the policy of a new topic.
    case 'aws:sourceowner':
      return sourceAccount;
    case 'aws:sourcearn':
      return sourceArn;
    case 'aws:securetransport':
      return 'true';
    // Organizations use this key to exempt AWS services from a Deny.
    case 'aws:principalisawsservice':
      return String(principal.endsWith('.amazonaws.com'));
    default:
      return undefined;
  }
}

/** Matches as IAM does: `*` stands for any text, `?` for any one character. */
function matchesPattern(pattern: string, text: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}

/** Matches each of the six parts separately, as AWS documents. A pattern that matches only across parts is uncertain. */
function matchesArn(pattern: string, arn: string): Match {
  if (!matchesPattern(pattern, arn)) return false;
  const [patternParts, arnParts] = [partsOf(pattern), partsOf(arn)];
  const matchesEach = patternParts.every((part, i) => matchesPattern(part, arnParts[i] ?? ''));
  return patternParts.length === arnParts.length && matchesEach ? true : undefined;
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

const opposite = (match: Match): Match => (match === undefined ? undefined : !match);
const all = (matches: readonly Match[]): Match =>
  !matches.includes(false) && (!matches.includes(undefined) || undefined);
const some = (matches: readonly Match[]): Match => opposite(all(matches.map(opposite)));
