/** Who asks to do what, with what. */
export type AccessRequest = {
  /** `ses.amazonaws.com`, or `anyone` for a caller that is no service and of no account that is named. */
  readonly principal: string;
  /** `sns:Publish` */
  readonly action: string;
  /** ARN of the topic, queue or key whose policy it is. */
  readonly resource: string;
  /** On whose behalf a service asks: account id and ARN. */
  readonly sourceAccount?: string;
  readonly sourceArn?: string;
  /** Asks for nobody of ours, and should be kept out: in doubt they are let in, where others in doubt are kept out. */
  readonly isStranger?: true;
};

type Statement = Readonly<Record<string, unknown>>;

/** `undefined`: cannot be told. */
type Answer = boolean | undefined;

/**
 * Whether a policy of a topic, a queue or a key lets somebody do something. Reads what such policies are made of:
 * services, accounts, wildcards, and conditions on the source, its owner and TLS. What a condition on anything else
 * does cannot be told: it lets nobody in who is to be let in, and a `Deny` with it keeps them out; a stranger it does
 * not keep out.
 *
 * @param policy JSON; what is no policy lets nobody in
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function allows(policy: string, request: AccessRequest): boolean {
  const statements = statementsOf(policy);
  const answers = (effect: string) =>
    statements.filter(({ Effect }) => Effect === effect).map((statement) => applies(statement, request));
  const [allows, denies] = [answers('Allow'), answers('Deny')];
  if (request.isStranger) return allows.some((answer) => answer !== false) && !denies.includes(true);
  return allows.includes(true) && denies.every((answer) => answer === false);
}

function statementsOf(policy: string): Statement[] {
  try {
    return [JSON.parse(policy)?.Statement].flat().map(Object);
  } catch {
    return [];
  }
}

function applies(statement: Statement, request: AccessRequest): Answer {
  const { Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = statement;
  const action = request.action.toLowerCase();
  const conditions = Object.entries(Object(Condition)).flatMap(([operator, keys]) =>
    Object.entries(Object(keys)).map(([key, values]) => holds(operator, key, textsOf(values), request)),
  );
  return all([
    names(principalsOf(Principal), principalsOf(NotPrincipal), (one) => one === '*' || one === request.principal),
    names(Action, NotAction, (one) => matches(one.toLowerCase(), action)),
    names(Resource, NotResource, (one) => matches(one, request.resource)),
    ...conditions,
  ]);
}

/** Services, accounts and all the others in one list. */
function principalsOf(principal: unknown): unknown {
  return typeof principal === 'object' && principal !== null ? Object.values(principal).flat() : principal;
}

/** Of an element and its `Not`. One of them has to be there: AWS takes no statement without. */
function names(element: unknown, not: unknown, isMeant: (value: string) => boolean): Answer {
  const isIn = (values: unknown) => textsOf(values).some(isMeant);
  if (element !== undefined) return isIn(element);
  return not === undefined ? undefined : !isIn(not);
}

/** One or several; an object, which AWS takes nowhere, is no text. */
function textsOf(values: unknown): string[] {
  return [values].flat().map((value) => (typeof value === 'object' ? '' : String(value)));
}

const comparisons = new Map<string, (expected: string, actual: string) => Answer>([
  ['StringEquals', (expected, actual) => expected === actual],
  ['StringEqualsIgnoreCase', (expected, actual) => expected.toLowerCase() === actual.toLowerCase()],
  ['StringLike', matches],
  ['ArnEquals', matchesArn],
  ['ArnLike', matchesArn],
  ['Bool', (expected, actual) => expected.toLowerCase() === actual],
]);

function holds(operator: string, key: string, values: readonly string[], request: AccessRequest): Answer {
  const [, family = '', not, kind = '', ifExists] = /^([A-Z][a-z]+)(Not)?(\w*?)(IfExists)?$/.exec(operator) ?? [];
  const compare = comparisons.get(family + kind);
  const actual = contextOf(key, request);
  if (compare === undefined) return undefined;
  if (actual !== undefined) {
    const isMet = some(values.map((value) => (value.includes('${') ? undefined : compare(value, actual))));
    return not ? opposite(isMet) : isMet;
  }
  // Nobody names a stranger: whatever the key, theirs is another value, or none. That tells nothing of what may be left
  // out, or fits many.
  if (!request.isStranger || family === 'Bool' || values.some((value) => /[*?$]/.test(value))) return undefined;
  if (not) return true;
  return ifExists ? undefined : false;
}

function contextOf(key: string, { principal, sourceAccount, sourceArn }: AccessRequest): string | undefined {
  switch (key.toLowerCase()) {
    case 'aws:sourceaccount':
    // What SNS writes into the policy of a new topic.
    case 'aws:sourceowner':
      return sourceAccount;
    case 'aws:sourcearn':
      return sourceArn;
    case 'aws:securetransport':
      return 'true';
    // What an organization excepts AWS's services by.
    case 'aws:principalisawsservice':
      return String(principal.endsWith('.amazonaws.com'));
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

/** Each of the six parts by itself, says AWS; of a pattern that is right only across them nothing can be told. */
function matchesArn(pattern: string, arn: string): Answer {
  if (!matches(pattern, arn)) return false;
  const [patterns, parts] = [partsOf(pattern), partsOf(arn)];
  return patterns.length === parts.length && patterns.every((one, i) => matches(one, parts[i] ?? ''))
    ? true
    : undefined;
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

const opposite = (answer: Answer): Answer => (answer === undefined ? undefined : !answer);
const all = (answers: readonly Answer[]): Answer =>
  !answers.includes(false) && (!answers.includes(undefined) || undefined);
const some = (answers: readonly Answer[]): Answer => opposite(all(answers.map(opposite)));
