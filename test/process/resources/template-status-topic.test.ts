import {
  arn,
  everyOption,
  only,
  type PackagedTemplate,
  packageTemplate,
  permissionsOf,
  ref,
} from '../../support/template.ts';

/** The topic of changes of status, which exists only if the policy publishes them. */

let template: PackagedTemplate;
beforeAll(async () => {
  template = await packageTemplate({
    args: ['--stage=prod', ...everyOption],
    policy: { publishStatusChanges: true },
  });
});

test('a stack that publishes no changes has no such topic, and its function may neither publish nor delete', async () => {
  const without = await packageTemplate({ args: ['--stage=prod'] });
  expect(Object.keys(without.Resources).filter((id) => id.startsWith('Status'))).toEqual([]);
  expect(without.Outputs).not.toHaveProperty('StatusTopicArn');
  const allowed = permissionsOf(without)
    .filter(({ owner }) => owner === 'AccountListRole')
    .flatMap(({ Action }) => Action);
  expect(allowed).not.toContain('sns:Publish');
  expect(allowed.filter((action) => action === 'dynamodb:DeleteItem')).toHaveLength(1);
});

test('the topic is encrypted, and only the function that publishes may publish to it, over TLS', () => {
  const topic = only(template.ofType('AWS::SNS::Topic').filter(({ id }) => id === 'StatusTopic'));
  expect(topic.Properties).toMatchObject({ TopicName: 'ses-feedback-prod-status', KmsMasterKeyId: arn('Key') });
  const policy = only(template.ofType('AWS::SNS::TopicPolicy').filter(({ id }) => id === 'StatusTopicPolicy'));
  expect(policy.Properties.PolicyDocument.Statement).toMatchObject([
    { Effect: 'Allow', Principal: { AWS: arn('AccountListRole') }, Action: 'sns:Publish' },
    { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  ]);
  expect(template.Outputs.StatusTopicArn).toMatchObject({ Value: ref('StatusTopic') });
});

test('the function knows the topic, and may publish to it, encrypt for it, and delete what it has published', () => {
  const { Properties } = only(
    template
      .ofType('AWS::Lambda::Function')
      .filter(({ Properties }) => Properties.FunctionName === 'ses-feedback-prod-account-list'),
  );
  expect(Properties.Environment.Variables).toMatchObject({
    STATUS_TOPIC: 'ses-feedback-prod-status',
    IMPORT_BUCKET: 'ses-feedback-prod-imports',
  });
  const statements = permissionsOf(template).filter(({ owner }) => owner === 'AccountListRole');
  const table = { 'Fn::Sub': expect.stringContaining(':table/ses-feedback-prod-suppressions') };
  expect(statements).toContainEqual(
    expect.objectContaining({ Effect: 'Allow', Action: 'sns:Publish', Resource: ref('StatusTopic') }),
  );
  expect(statements).toContainEqual(
    expect.objectContaining({ Effect: 'Allow', Action: 'dynamodb:DeleteItem', Resource: table }),
  );
  expect(statements).toContainEqual(
    expect.objectContaining({ Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: arn('Key') }),
  );
});
