import fc from 'fast-check';
import { resolveConditions, type Template } from '../../serverless/deploy/resolve-conditions.ts';
import { runs } from '../support/runs.ts';

const noValue = { Ref: 'AWS::NoValue' };
const conditions = {
  Yes: { 'Fn::Equals': ['create', 'create'] },
  No: { 'Fn::Equals': ['create', 'use'] },
};

/** What becomes of a template with these parts. */
function resolved(parts: Partial<Template>) {
  const template: Template = { Conditions: conditions, Resources: {}, ...parts };
  resolveConditions(template);
  return template;
}

/** What becomes of the properties of a resource. */
const properties = (Properties: Record<string, unknown>) =>
  resolved({ Resources: { Thing: { Type: 'AWS::SQS::Queue', Properties } } }).Resources.Thing?.Properties;

describe('a resource is built where its condition holds', () => {
  test.each<[unknown, boolean]>([
    [{ 'Fn::Equals': ['create', 'create'] }, true],
    [{ 'Fn::Equals': ['create', 'Create'] }, false],
    [{ 'Fn::Equals': ['', ''] }, true],
    [{ 'Fn::Equals': [true, 'true'] }, true],
    [{ 'Fn::Equals': [0, ''] }, false],
    [{ 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] }, false],
    [{ 'Fn::Not': [{ Condition: 'No' }] }, true],
    [{ 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] }, true],
    [{ 'Fn::Or': [{ Condition: 'No' }, { Condition: 'No' }] }, false],
    [{ 'Fn::And': [{ Condition: 'No' }, { Condition: 'Yes' }] }, false],
    [{ 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Not': [{ Condition: 'No' }] }] }, true],
    [{ Condition: 'Yes' }, true],
    [{ Condition: 'No' }, false],
  ])('%j: %s', (condition, isBuilt) => {
    const thing = { Type: 'AWS::SNS::Topic', Condition: 'Asked' };
    const output = { Value: { Ref: 'Thing' }, Condition: 'Asked' };
    const template = resolved({
      Conditions: { ...conditions, Asked: condition },
      Resources: { Thing: thing },
      Outputs: { ThingArn: output },
    });
    expect(template).toStrictEqual(
      isBuilt
        ? { Resources: { Thing: { Type: 'AWS::SNS::Topic' } }, Outputs: { ThingArn: { Value: { Ref: 'Thing' } } } }
        : { Resources: {}, Outputs: {} },
    );
  });
});

describe('what only CloudFormation knows is not guessed', () => {
  const region = { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] };
  test.each<[string, unknown]>([
    ['a reference on the left', region],
    ['a reference on the right', { 'Fn::Equals': ['us-east-1', { Ref: 'AWS::Region' }] }],
    ['a reference within', { 'Fn::Not': [{ 'Fn::And': [{ Condition: 'Yes' }, region] }] }],
    ['another function', { 'Fn::Contains': [['a'], 'a'] }],
    ['nothing', {}],
  ])('%s', (_name, condition) => {
    const parts = {
      Conditions: { ...conditions, Asked: condition },
      Resources: { Thing: { Condition: 'Asked' } },
    };
    expect(() => resolved(parts)).toThrow(/^Not known before the stack is deployed: \{/);
  });

  test('it is said what is not known', () => {
    expect(() => resolved({ Conditions: { Asked: region }, Resources: { Thing: { Condition: 'Asked' } } })).toThrow(
      new Error('Not known before the stack is deployed: {"Fn::Equals":[{"Ref":"AWS::Region"},"us-east-1"]}'),
    );
  });

  test('but where nothing hangs on it, it is no matter', () => {
    expect(resolved({ Conditions: { Asked: region } })).toEqual({ Resources: {} });
  });
});

describe('a condition there is not', () => {
  const unknown = new Error('There is no condition Unknown.');

  test('is told, wherever it is named', () => {
    expect(() => resolved({ Resources: { Thing: { Condition: 'Unknown' } } })).toThrow(unknown);
    expect(() => resolved({ Outputs: { Thing: { Condition: 'Unknown' } } })).toThrow(unknown);
    expect(() => properties({ Name: { 'Fn::If': ['Unknown', 'a', 'b'] } })).toThrow(unknown);
    expect(() =>
      resolved({ Conditions: { Asked: { Condition: 'Unknown' } }, Resources: { Thing: { Condition: 'Asked' } } }),
    ).toThrow(unknown);
  });

  test('is told of a template without any, too', () => {
    const template = { Resources: { Thing: { Condition: 'Unknown' } } };
    expect(() => resolveConditions(template)).toThrow(unknown);
  });
});

describe('Fn::If', () => {
  test('becomes the one or the other, also one within another', () => {
    expect(
      properties({
        Yes: { 'Fn::If': ['Yes', 'a', 'b'] },
        No: { 'Fn::If': ['No', 'a', { Name: { 'Fn::If': ['Yes', ['c'], 'd'] } }] },
        Chain: { 'Fn::If': ['No', 'a', { 'Fn::If': ['No', 'b', 'c'] }] },
      }),
    ).toEqual({ Yes: 'a', No: { Name: ['c'] }, Chain: 'c' });
  });

  test('of the branch that is not taken nothing is asked', () => {
    expect(properties({ Name: { 'Fn::If': ['Yes', 'a', { 'Fn::If': ['Unknown', 'b', 'c'] }] } })).toEqual({
      Name: 'a',
    });
  });

  test('is worked out in outputs and in what stands beside the properties', () => {
    const choice = { 'Fn::If': ['No', 'a', 'b'] };
    const parts = {
      Resources: { Thing: { Type: 'AWS::SQS::Queue', Metadata: { Name: choice } } },
      Outputs: { Name: { Value: choice } },
    };
    expect(resolved(parts as Partial<Template>)).toEqual({
      Resources: { Thing: { Type: 'AWS::SQS::Queue', Metadata: { Name: 'b' } } },
      Outputs: { Name: { Value: 'b' } },
    });
  });
});

test('AWS::NoValue leaves no trace in objects and lists, and all else stays as it is', () => {
  expect(
    properties({
      Gone: noValue,
      Chosen: { 'Fn::If': ['Yes', noValue, 'a'] },
      Object: { Gone: { 'Fn::If': ['No', 'a', noValue] }, Name: 'a' },
      List: ['a', noValue, { 'Fn::If': ['No', 'b', noValue] }, { 'Fn::If': ['No', noValue, 'c'] }],
      Empty: [noValue],
      Others: [{ Ref: 'Thing' }, { 'Fn::GetAtt': ['Thing', 'Arn'] }, null, 0, false, '', [], {}],
    }),
  ).toEqual({
    Object: { Name: 'a' },
    List: ['a', 'c'],
    Empty: [],
    Others: [{ Ref: 'Thing' }, { 'Fn::GetAtt': ['Thing', 'Arn'] }, null, 0, false, '', [], {}],
  });
});

test("the Condition of a policy's statement is none of ours", () => {
  const statement = { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
  expect(properties({ PolicyDocument: { Statement: [statement] } })).toEqual({
    PolicyDocument: { Statement: [statement] },
  });
});

test('nothing waits for what is not built', () => {
  const { Resources } = resolved({
    Resources: {
      Gone: { Condition: 'No' },
      Kept: { Condition: 'Yes' },
      One: { DependsOn: 'Kept' },
      OneGone: { DependsOn: 'Gone' },
      Some: { DependsOn: ['Gone', 'Kept', 'One'] },
      AllGone: { DependsOn: ['Gone'] },
    },
  });
  expect(Resources).toStrictEqual({
    Kept: {},
    One: { DependsOn: ['Kept'] },
    OneGone: {},
    Some: { DependsOn: ['Kept', 'One'] },
    AllGone: {},
  });
});

test('a template without conditions stays as it is', () => {
  const topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'bounces' } };
  const policy = { Type: 'AWS::SNS::TopicPolicy', DependsOn: ['Topic'], Properties: { Topics: [{ Ref: 'Topic' }] } };
  const template = { AWSTemplateFormatVersion: '2010-09-09', Resources: { Topic: topic, Policy: policy } };
  const before = structuredClone(template);
  resolveConditions(template);
  expect(template).toStrictEqual(before);
});

const name = fc.constantFrom('Yes', 'No', 'Both', 'Neither');
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>('a', 7, true, null, noValue, { Ref: 'R0' }),
    fc.tuple(name, tie('value'), tie('value')).map((choice) => ({ 'Fn::If': choice })),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('A', 'B', 'C'), tie('value'), { maxKeys: 3 }),
  ),
}));
const id = fc.constantFrom('R0', 'R1', 'R2', 'R3');
const part = { Condition: name, Properties: fc.dictionary(fc.constantFrom('A', 'B'), value, { maxKeys: 2 }) };
const templates = fc.record({
  Conditions: fc.constant({
    ...conditions,
    Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    Neither: { 'Fn::Not': [{ 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] }] },
  }),
  Resources: fc.dictionary(
    id,
    fc.record({ ...part, DependsOn: fc.oneof(id, fc.array(id)) }, { requiredKeys: ['Properties'] }),
  ),
  Outputs: fc.dictionary(id, fc.record(part, { requiredKeys: [] })),
});

test('nothing of a condition is left in any template, and a second time changes nothing', () => {
  fc.assert(
    fc.property(templates, (given) => {
      const template = structuredClone(given) as Template;
      resolveConditions(template);
      expect(JSON.stringify(template)).not.toMatch(/Fn::If|AWS::NoValue|"Conditions?"/);
      const ids = Object.keys(template.Resources);
      expect(ids).toEqual(Object.keys(given.Resources).filter((key) => isBuilt(given.Resources[key]?.Condition)));
      for (const { DependsOn } of Object.values(template.Resources))
        expect(ids).toEqual(expect.arrayContaining([DependsOn ?? []].flat()));
      const again = structuredClone(template);
      resolveConditions(again);
      expect(again).toEqual(template);
    }),
    { numRuns: runs(300) },
  );
});

const isBuilt = (condition: string | undefined) => condition === undefined || condition === 'Yes';
