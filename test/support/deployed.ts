import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type SesSimulator, startSesSimulator } from '../../local/ses/simulator.ts';
import { root, run } from './run.ts';
import { createSystem, type System } from './system.ts';

/** A stack as the commands see one: its outputs, its tables, and SES. The clock is the real one, as theirs is. */
export type Deployed = {
  readonly system: System;
  readonly ses: SesSimulator;
  /** Where the commands are run, and what they leave. */
  readonly folder: string;
  /** Runs a command of ses-feedback on it, in a folder of its own. */
  command(...args: string[]): ReturnType<typeof run>;
  close(): Promise<void>;
};

export async function startDeployed(): Promise<Deployed> {
  const system = await createSystem();
  system.now = Date.now();
  const ses = await startSesSimulator({ publish: () => {} });
  const stacks = await serveStack(outputsOf(system));
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  const env = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_CLOUDFORMATION: stacks.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '',
    AWS_ENDPOINT_URL_SESV2: ses.endpoint,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const program = path.join(root, 'cli', 'ses-feedback.js');
  return {
    system,
    ses,
    folder,
    command: (...args) => run('node', [program, ...args], { env, cwd: folder }),
    async close() {
      await Promise.all([ses.close(), stacks.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

function outputsOf({ tables }: System): Record<string, string> {
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
    SuppressionsTableName: tables.suppressionsTable,
    ReputationTableName: tables.reputationTable,
    ConfigurationSetName: 'ses-feedback-prod',
  };
}

/** CloudFormation, as far as it tells the outputs of the one stack it knows. */
async function serveStack(outputs: Record<string, string>) {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const stack = `<StackName>ses-feedback-prod</StackName><CreationTime>2026-11-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>`;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end(
      `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>${stack}<Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
