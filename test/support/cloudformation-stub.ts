import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TableNames } from '../../local/emulator/tables.ts';

/** CloudFormation on loopback: knows one call, and the stacks given, by name, with their outputs. */
export async function startCloudFormationStub(stacks: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const stub = { endpoint: '', isDenied: false, close };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const outputs = stacks[new URLSearchParams(body).get('StackName') ?? ''];
      const fault = stub.isDenied
        ? [403, 'AccessDenied']
        : outputs === undefined
          ? [400, 'ValidationError']
          : undefined;
      response.writeHead(Number(fault?.[0] ?? 200), { 'content-type': 'text/xml' });
      response.end(fault ? faultOf(String(fault[1])) : describe(outputs ?? {}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stub.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function close(): Promise<void> {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
  return stub;
}

const space = 'xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"';

function describe(outputs: Readonly<Record<string, string>>): string {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const stack = `<CreationTime>2026-11-20T12:00:00Z</CreationTime><Outputs>${members.join('')}</Outputs>`;
  const result = `<DescribeStacksResult><Stacks><member>${stack}</member></Stacks></DescribeStacksResult>`;
  return `<DescribeStacksResponse ${space}>${result}</DescribeStacksResponse>`;
}

function faultOf(code: string): string {
  const error = `<Type>Sender</Type><Code>${code}</Code><Message>${code}</Message>`;
  return `<ErrorResponse ${space}><Error>${error}</Error></ErrorResponse>`;
}

/** The outputs of a stack, as resources/outputs.yml has them; topics and queues are nowhere. */
export function stackOutputs({ suppressionsTable, reputationTable }: TableNames): Record<string, string> {
  const arn = (name: string) => `arn:aws:sns:us-east-1:123456789012:ses-feedback-prod-${name}`;
  const url = (name: string) => `https://sqs.us-east-1.amazonaws.com/123456789012/ses-feedback-prod-${name}`;
  const streams = ['Bounces', 'Complaints', 'Volume'].flatMap((stream) => [
    [`${stream}TopicArn`, arn(stream.toLowerCase())],
    [`${stream}QueueUrl`, url(stream.toLowerCase())],
    [`${stream}DeadLetterQueueUrl`, url(`${stream.toLowerCase()}-dead-letters`)],
  ]);
  return {
    ...Object.fromEntries(streams),
    Stage: 'prod',
    AlarmTopicArn: arn('alarms'),
    SuppressionsTableName: suppressionsTable,
    ReputationTableName: reputationTable,
    ConfigurationSetName: 'ses-feedback-prod',
  };
}
