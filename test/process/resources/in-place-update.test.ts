import { everyOption, packageTemplate } from '../../support/template.ts';
import previous from './template-0.1.0.json';

/**
 * Properties that CloudFormation cannot change in place, by type: a new value replaces the resource, together with its
 * content.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html ("Update
 * requires: Replacement")
 */
const createOnlyProperties: Readonly<Record<string, readonly string[]>> = {
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
  'AWS::DynamoDB::Table': ['TableName', 'KeySchema'],
  'AWS::Events::Rule': ['Name'],
  'AWS::IAM::ManagedPolicy': ['ManagedPolicyName', 'Path', 'Description'],
  'AWS::IAM::Role': ['RoleName', 'Path'],
  'AWS::KMS::Key': [],
  'AWS::Lambda::EventSourceMapping': ['EventSourceArn'],
  'AWS::Lambda::EventInvokeConfig': ['FunctionName', 'Qualifier'],
  'AWS::Lambda::Function': ['FunctionName'],
  'AWS::Lambda::Permission': ['Action', 'FunctionName', 'Principal', 'SourceArn'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::Logs::MetricFilter': ['LogGroupName', 'FilterName'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::S3::BucketPolicy': ['Bucket'],
  'AWS::SES::ConfigurationSet': ['Name'],
  'AWS::SES::ConfigurationSetEventDestination': ['ConfigurationSetName'],
  'AWS::SES::EmailIdentity': ['EmailIdentity'],
  'AWS::SNS::Subscription': ['TopicArn', 'Protocol', 'Endpoint'],
  'AWS::SNS::Topic': ['TopicName', 'FifoTopic'],
  'AWS::SNS::TopicPolicy': [],
  'AWS::SQS::Queue': ['QueueName', 'FifoQueue'],
  'AWS::SQS::QueuePolicy': [],
};

type PackagedResource = { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> };

function identityOf({ Type, Properties = {} }: PackagedResource) {
  const names = createOnlyProperties[Type];
  if (names === undefined) throw new Error(`Add the create-only properties of ${Type} to this test.`);
  return {
    Type,
    ...Object.fromEntries(names.filter((name) => name in Properties).map((name) => [name, Properties[name]])),
  };
}

test('a stack of version 0.1.0 is updated in place: no resource is removed or replaced, and no output disappears', async () => {
  const template = await packageTemplate({ args: ['--stage', 'prod', ...everyOption] });
  const resources: Record<string, PackagedResource> = template.Resources;
  const kept = Object.keys(previous.resources).filter((id) => id in resources);
  expect(Object.fromEntries(kept.map((id) => [id, identityOf(resources[id] as PackagedResource)]))).toEqual(
    previous.resources,
  );
  expect(previous.outputs.filter((name) => !(name in template.Outputs))).toEqual([]);
});
