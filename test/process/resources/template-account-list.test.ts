import { formatSyncEntry, withSyncMetric } from '../../../shared/account-list/sync-report.ts';
import { bucketNameOf } from '../../../shared/aws/s3/bucket-name.ts';
import { appendedPrefix, monthPrefix } from '../../../shared/aws/s3/delivery-keys.ts';
import { homeRegion } from '../../../shared/domain/suppression/account-list-state.ts';
import { only, type PackagedTemplate, packageTemplate, permissionsOf, ref } from '../../support/template.ts';

/** The resources that sync the SES account suppression list. */

let template: PackagedTemplate;
beforeAll(async () => {
  template = await packageTemplate({ args: ['--stage=prod'] });
});

const bucket = () => only(template.ofType('AWS::S3::Bucket').filter(({ id }) => id === 'ImportBucket'));

test('addresses in the bucket are encrypted, not public, and deleted after two days', () => {
  expect(bucket().Properties).toMatchObject({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    LifecycleConfiguration: {
      Rules: [
        { Prefix: 'imports/', Status: 'Enabled', ExpirationInDays: 2 },
        { Prefix: 'reconcile/', Status: 'Enabled', ExpirationInDays: 2 },
        { Prefix: appendedPrefix, Status: 'Enabled', ExpirationInDays: 7 },
        { Prefix: monthPrefix, Status: 'Enabled', ExpirationInDays: 40 },
      ],
    },
  });
});

test('SES reads only import files, only for this account, and all access uses TLS', () => {
  const policy = only(
    template.ofType('AWS::S3::BucketPolicy').filter(({ Properties }) => Properties.Bucket.Ref === 'ImportBucket'),
  );
  const { Statement } = policy.Properties.PolicyDocument;
  const allowed = Statement.filter(({ Effect }) => Effect === 'Allow');
  expect(allowed.map(({ Sid: _, Condition, ...rest }) => rest)).toEqual(
    Array(2).fill({
      Effect: 'Allow',
      Principal: { Service: 'ses.amazonaws.com' },
      Action: 's3:GetObject',
      Resource: { 'Fn::Sub': expect.stringMatching(/^\$\{ImportBucket\.Arn\}\/imports\/\*$/) },
    }),
  );
  expect(allowed.map(({ Condition }) => Condition)).toEqual([
    { StringEquals: { 'aws:Referer': ref('AWS::AccountId') } },
    { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
  ]);
  expect(Statement.filter(({ Effect }) => Effect === 'Deny')).toMatchObject([
    { Principal: '*', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  ]);
});

test('the functions compute the name that the bucket has', () => {
  const name = bucket().Properties.BucketName as { 'Fn::Sub': string };
  const bucketName = name['Fn::Sub']
    .replace(/\$\{AWS::AccountId\}/, '123456789012')
    .replace(/\$\{AWS::Region\}/, 'us-east-1');
  const functions = template
    .ofType('AWS::Lambda::Function')
    .filter(({ Properties }) => 'IMPORT_BUCKET' in Properties.Environment.Variables);
  expect(functions.map(({ Properties }) => Properties.FunctionName)).toEqual([
    'ses-feedback-prod-bounce',
    'ses-feedback-prod-complaint',
    'ses-feedback-prod-volume',
    'ses-feedback-prod-account-list',
    'ses-feedback-prod-reconcile',
  ]);
  for (const { Properties } of functions) {
    const arn = `arn:aws:lambda:us-east-1:123456789012:function:${Properties.FunctionName}`;
    expect(bucketNameOf(Properties.Environment.Variables.IMPORT_BUCKET ?? '', arn)).toBe(bucketName);
  }
});

test('each function can access only its own prefix in the bucket: import files or pages of a listing', () => {
  const bucketPermissions = permissionsOf(template).filter(({ Resource }) =>
    JSON.stringify(Resource).includes('ImportBucket'),
  );
  const prefixes = bucketPermissions.map(
    ({ owner, Resource }) => `${owner} ${JSON.stringify(Resource).replace(/.*Arn\}?/, '')}`,
  );
  expect(prefixes).toEqual(['AccountListRole /imports/*"}', 'ReconcileRole /reconcile/*"}', 'ReconcileRole "]}']);
});

test('the delay alarm uses the metric that a sync writes; in the SES sandbox no metric is written', () => {
  const alarm = only(
    template.ofType('AWS::CloudWatch::Alarm').filter(({ id }) => id === 'AccountListDelay'),
  ).Properties;
  const { Properties } = only(
    template.ofType('AWS::Lambda::Function').filter(({ id }) => id === 'AccountDashlistLambdaFunction'),
  );
  const entry = {
    kind: 'account-list',
    region: homeRegion,
    synced: 1,
    rejected: 0,
    pending: 3,
    oldestMs: 61_000,
  } as const;
  expect(withSyncMetric(entry, 5, Properties.Environment.Variables.STACK ?? '')).toEqual({
    ...entry,
    [alarm.MetricName ?? '']: 61,
    _aws: {
      Timestamp: 5,
      CloudWatchMetrics: [
        {
          Namespace: alarm.Namespace,
          Dimensions: [['region']],
          Metrics: [{ Name: alarm.MetricName, Unit: 'Seconds' }],
        },
      ],
    },
  });
  expect(alarm).toMatchObject({ Dimensions: [{ Name: 'region', Value: homeRegion }], Statistic: 'Minimum' });
  const inSandbox = { ...entry, isInSandbox: true } as const;
  expect(withSyncMetric(inSandbox, 5, 'x')).toBe(inSandbox);
});

test.each([
  [{ synced: 2, rejected: 0, pending: 0 }, 'SES account suppression list: 2 synced'],
  [{ synced: 0, rejected: 1, pending: 3 }, 'SES account suppression list: 0 synced; 1 rejected; 3 pending'],
  [
    { synced: 0, rejected: 0, pending: 1001, job: 'started' },
    'SES account suppression list: 0 synced; more than 1,000 pending; import job: started',
  ],
  [{ synced: 0, rejected: 0, error: 'TimeoutError' }, 'SES account suppression list: 0 synced; stopped: TimeoutError'],
  [
    { synced: 0, rejected: 0, pending: 2, isInSandbox: true as const },
    'SES account suppression list: 0 synced; 2 pending; the account is in the SES sandbox, where the list cannot be changed',
  ],
])('the log entry of a sync with %j is formatted for people', (fields, text) => {
  expect(formatSyncEntry({ kind: 'account-list', region: homeRegion, ...fields })).toBe(text);
  expect(formatSyncEntry({ kind: 'account-list', region: 'eu-west-1', ...fields })).toBe(
    text.replace('list', 'list in eu-west-1'),
  );
});
