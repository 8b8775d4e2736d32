import { text } from 'node:stream/consumers';
import { type HttpServer, startHttpServer } from '../../../local/emulator/http-server.ts';
import { prepareRemoval } from '../../../serverless/deploy/prepare-removal.ts';

const credentials = async () => ({ accessKeyId: 'local', secretAccessKey: 'local' });
const access = { region: 'eu-west-1', credentials };
const policy = 'arn:aws:iam::123456789012:policy/ses-feedback-prod-eu-west-1-app';
const resources = new Map([
  ['AppPolicy', policy],
  ['ReputationEventsRuleSchedule1', 'ses-feedback-prod-reputation-rule-1'],
  ['ReputationLambdaPermissionEventsRuleSchedule1', 'a-permission'],
  ['Sesfeedbackprodreputationrule2EventBridgeRule', 'ses-feedback-prod-reputation-rule-2'],
  ['BouncesQueue', 'https://sqs.eu-west-1.amazonaws.com/123456789012/ses-feedback-prod-bounces'],
]);

let aws: HttpServer;
let roles: string[];
let disabled: string[];
let deleted: string[];
const before = { ...process.env };
beforeEach(async () => {
  [roles, disabled, deleted] = [[], [], []];
  // The forms of the responses are those of the API references of IAM (ListEntitiesForPolicy), EventBridge (DisableRule) and S3.
  aws = await startHttpServer(async (request, response) => {
    const body = await text(request);
    if (body.includes('Action=ListEntitiesForPolicy')) {
      const members = roles.map((name) => `<member><RoleName>${name}</RoleName><RoleId>x</RoleId></member>`).join('');
      response.writeHead(200, { 'content-type': 'text/xml' });
      response.end(
        `<ListEntitiesForPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListEntitiesForPolicyResult><PolicyRoles>${members}</PolicyRoles><PolicyGroups/><PolicyUsers/><IsTruncated>false</IsTruncated></ListEntitiesForPolicyResult></ListEntitiesForPolicyResponse>`,
      );
      return;
    }
    if (request.url?.includes('list-type=2')) {
      response.writeHead(200, { 'content-type': 'application/xml' });
      response.end(
        '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a.jsonl</Key></Contents></ListBucketResult>',
      );
      return;
    }
    if (request.url?.includes('delete')) {
      // The rules are disabled first, or a function could write another file.
      deleted.push(`${/<Key>(.*?)<\/Key>/.exec(body)?.[1]} after ${disabled.length} rules`);
      response.writeHead(200, { 'content-type': 'application/xml' });
      response.end('<DeleteResult/>');
      return;
    }
    disabled.push(JSON.parse(body).Name);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end('{}');
  });
  process.env.AWS_ENDPOINT_URL = aws.endpoint;
  process.env.AWS_ENDPOINT_URL_S3 = aws.endpoint;
});
afterEach(async () => {
  process.env = { ...before };
  await aws.close();
});

test('a policy that is attached stops the removal before anything is changed, with the command that detaches it', async () => {
  roles = ['shop-backend'];
  await expect(prepareRemoval({ resources, bucket: 'imports' }, access)).rejects.toThrow(
    `Nothing was removed. Policies of the stack are still attached, and CloudFormation cannot delete them. Detach them, then remove the stack again:\n  aws iam detach-role-policy --role-name shop-backend --policy-arn ${policy}`,
  );
  expect([disabled, deleted]).toEqual([[], []]);
});

test('otherwise the rules are disabled, and the bucket is emptied', async () => {
  await prepareRemoval({ resources, bucket: 'imports' }, access);
  expect(disabled).toEqual(['ses-feedback-prod-reputation-rule-1', 'ses-feedback-prod-reputation-rule-2']);
  expect(deleted).toEqual(['a.jsonl after 2 rules']);
});
