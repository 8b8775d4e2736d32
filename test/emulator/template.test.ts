import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Checkout, createCheckout } from '../support/checkout.ts';
import { root, run } from '../support/run.ts';
import { everyOption } from '../support/template.ts';

/** The packaged template, as those see it who review templates for a living. */
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

async function faultsOf(statements: readonly Statement[]): Promise<string> {
  const pairs = statements.flatMap(({ Action, Resource }) =>
    [Action].flat().map((action) => [action, [Resource].flat().map((one) => (one === '*' ? '*' : 'an ARN'))]),
  );
  const script = path.join(root, 'test', 'deploy', 'check_actions.py');
  const { code, stdout, stderr } = await run(program('python'), [script], { input: JSON.stringify(pairs) });
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

test('an action that does not exist, a needless *, and an ARN that permits nothing are found', async () => {
  const faults = await faultsOf([
    { Action: ['sqs:SendMesage', 'sqs:SendMessage'], Resource: '*' },
    { Action: 'ses:GetAccount', Resource: 'arn:aws:ses:us-east-1:123456789012:account' },
  ]);
  expect(faults.trim().split('\n')).toEqual([
    'sqs:SendMesage: there is no such action',
    expect.stringMatching(/^sqs:SendMessage: is on \*, and could be on \['arn:.*:sqs:/),
    'ses:GetAccount: knows no resource but *, so this permits nothing',
  ]);
});

test('the actions of the policy for who deploys exist, too, each with an ARN where it knows one', async () => {
  const { Statement } = JSON.parse(readFileSync(path.join(root, 'docs', 'deploy-policy.json'), 'utf8'));
  expect(await faultsOf(Statement)).toBe('');
});

describe('the policy for who deploys', () => {
  const text = readFileSync(path.join(root, 'docs', 'deploy-policy.json'), 'utf8');
  const { Statement } = JSON.parse(text) as { Statement: Statement[] };

  test('is no larger than IAM takes: 6,144 characters without spaces', () => {
    expect(JSON.stringify(JSON.parse(text)).length).toBeLessThan(6144);
  });

  test('lets CloudFormation tag all that the stack has', async () => {
    const { code, stdout, stderr } = await checkout.sls(['package', '--stage=prod', ...everyOption]);
    if (code !== 0) throw new Error(stdout + stderr);
    const file = path.join(checkout.folder, '.serverless', 'cloudformation-template-update-stack.json');
    const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as Template;
    const types = [...new Set(Object.values(Resources).map(({ Type }) => Type))];
    const answer = await run(program('python'), [path.join(root, 'test', 'deploy', 'tagging.py'), ...types]);
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
])('%s', (_name, args) => {
  const template = () => path.join(checkout.folder, '.serverless', 'cloudformation-template-update-stack.json');
  beforeAll(async () => {
    const { code, stdout, stderr } = await checkout.sls(['package', '--stage=prod', ...args]);
    if (code !== 0) throw new Error(stdout + stderr);
    expect(existsSync(template())).toBe(true);
  });

  test('cfn-lint has nothing to say', async () => {
    const { code, stdout, stderr } = await run(program('cfn-lint'), ['--', template()]);
    expect(stdout + stderr).toBe('');
    expect(code).toBe(0);
  });

  test('checkov finds nothing that is not excused with a reason', async () => {
    expect(await checkov('--config-file', path.join(root, '.checkov.yaml'))).toMatch(
      /Passed checks: [1-9]\d*, Failed checks: 0, Skipped checks: 0/,
    );
  });

  test('every action of its policies exists, has an ARN where it knows one, and * where it knows none', async () => {
    const { Resources } = JSON.parse(readFileSync(template(), 'utf8')) as Template;
    const statements = Object.values(Resources).flatMap(({ Type, Properties }) => {
      if (Type === 'AWS::IAM::ManagedPolicy') return Properties.PolicyDocument?.Statement ?? [];
      if (Type !== 'AWS::IAM::Role') return [];
      return (Properties.Policies ?? []).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    });
    expect(statements.length).toBeGreaterThan(20);
    expect(await faultsOf(statements)).toBe('');
  });

  if (args === everyOption)
    test('with a key of its own, checkov sees that topics and queues are encrypted', async () => {
      const out = await checkov('--framework', 'cloudformation', '--check', 'CKV_AWS_26', '--check', 'CKV_AWS_27');
      // Four topics and six queues.
      expect(out).toContain('Passed checks: 10, Failed checks: 0');
    });

  const checkov = async (...options: string[]) =>
    // Elsewhere: a .checkov.yaml where it is run would be read as well.
    (await run(program('checkov'), [...options, '--skip-download', '-f', template()], { cwd: checkout.folder })).stdout;
});
