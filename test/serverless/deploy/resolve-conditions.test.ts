import fc from 'fast-check';
import { resolveConditions, type Template } from '../../../serverless/deploy/resolve-conditions.ts';
import { runs } from '../../support/runs.ts';

const noValue = { Ref: 'AWS::NoValue' };
const conditions = {
  Yes: { 'Fn::Equals': ['create', 'create'] },
  No: { 'Fn::Equals': ['create', 'use'] },
};

/** Resolves the conditions of a template with these parts. */
function resolved(parts: Partial<Template>) {
  const template: Template = { Conditions: conditions, Resources: {}, ...parts };
  resolveConditions(template);
  return template;
}

/** Resolves the conditions in the properties of a resource. */
const resolveProperties = (Properties: Record<string, unknown>) =>
  resolved({ Resources: { Thing: { Type: 'AWS::SQS::Queue', Properties } } }).Resources.Thing?.Properties;

describe('a resource and an output stay in the template only if their condition is met', () => {
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
    const thing = { Type: 'AWS::SNS::Topic', Condition: 'Tested' };
    const output = { Value: { Ref: 'Thing' }, Condition: 'Tested' };
    const template = resolved({
      Conditions: { ...conditions, Tested: condition },
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

describe('a condition that only CloudFormation can evaluate throws', () => {
  const region = { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] };
  test.each<[string, unknown]>([
    ['a reference on the left', region],
    ['a reference on the right', { 'Fn::Equals': ['us-east-1', { Ref: 'AWS::Region' }] }],
    ['a nested reference', { 'Fn::Not': [{ 'Fn::And': [{ Condition: 'Yes' }, region] }] }],
    ['an unknown function', { 'Fn::Contains': [['a'], 'a'] }],
    ['an empty condition', {}],
  ])('%s', (_name, condition) => {
    const parts = {
      Conditions: { ...conditions, Tested: condition },
      Resources: { Thing: { Condition: 'Tested' } },
    };
    expect(() => resolved(parts)).toThrow(/^This condition cannot be evaluated before the deployment: \{/);
  });

  test('with the condition in the message', () => {
    expect(() => resolved({ Conditions: { Tested: region }, Resources: { Thing: { Condition: 'Tested' } } })).toThrow(
      new Error(
        'This condition cannot be evaluated before the deployment: {"Fn::Equals":[{"Ref":"AWS::Region"},"us-east-1"]}',
      ),
    );
  });

  test('unless nothing uses it', () => {
    expect(resolved({ Conditions: { Tested: region } })).toEqual({ Resources: {} });
  });
});

describe('a condition that does not exist', () => {
  const unknown = new Error('The template has no condition Unknown.');

  test('is reported wherever it is used', () => {
    expect(() => resolved({ Resources: { Thing: { Condition: 'Unknown' } } })).toThrow(unknown);
    expect(() => resolved({ Outputs: { Thing: { Condition: 'Unknown' } } })).toThrow(unknown);
    expect(() => resolveProperties({ Name: { 'Fn::If': ['Unknown', 'a', 'b'] } })).toThrow(unknown);
    expect(() =>
      resolved({ Conditions: { Tested: { Condition: 'Unknown' } }, Resources: { Thing: { Condition: 'Tested' } } }),
    ).toThrow(unknown);
  });

  test('is reported in a template without conditions', () => {
    const template = { Resources: { Thing: { Condition: 'Unknown' } } };
    expect(() => resolveConditions(template)).toThrow(unknown);
  });
});

describe('Fn::If', () => {
  test('is replaced by one of its branches, also if it is nested', () => {
    expect(
      resolveProperties({
        Yes: { 'Fn::If': ['Yes', 'a', 'b'] },
        No: { 'Fn::If': ['No', 'a', { Name: { 'Fn::If': ['Yes', ['c'], 'd'] } }] },
        Chain: { 'Fn::If': ['No', 'a', { 'Fn::If': ['No', 'b', 'c'] }] },
      }),
    ).toEqual({ Yes: 'a', No: { Name: ['c'] }, Chain: 'c' });
  });

  test('does not evaluate the other branch', () => {
    expect(resolveProperties({ Name: { 'Fn::If': ['Yes', 'a', { 'Fn::If': ['Unknown', 'b', 'c'] }] } })).toEqual({
      Name: 'a',
    });
  });

  test('is resolved in outputs and in attributes of a resource other than its properties', () => {
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

test('AWS::NoValue is removed from objects and lists, and everything else stays unchanged', () => {
  expect(
    resolveProperties({
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

test('the Condition of a policy statement stays unchanged', () => {
  const statement = { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
  expect(resolveProperties({ PolicyDocument: { Statement: [statement] } })).toEqual({
    PolicyDocument: { Statement: [statement] },
  });
});

test('DependsOn names no resource that is left out', () => {
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

test('a template without conditions stays unchanged', () => {
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

test('no template contains conditions afterwards, and resolving it again changes nothing', () => {
  fc.assert(
    fc.property(templates, (original) => {
      const template = structuredClone(original) as Template;
      resolveConditions(template);
      expect(JSON.stringify(template)).not.toMatch(/Fn::If|AWS::NoValue|"Conditions?"/);
      const ids = Object.keys(template.Resources);
      expect(ids).toEqual(Object.keys(original.Resources).filter((key) => isBuilt(original.Resources[key]?.Condition)));
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
