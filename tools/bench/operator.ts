/**
 * `npm run bench:operator`: measures how long an operator waits for the commands that read single addresses and the newest ones, on a table of a
 * million records (or the number given). Each is a process of its own, next to Node that makes the smallest request of the same kind. Then it
 * measures `preflight` on as many addresses, half of which have a record, and the pages of the desk.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { useLocalAwsEnvironment } from '../../local/emulator/aws-environment.ts';
import { stackOutputs, startCloudFormationStub } from '../../local/emulator/cloudformation.ts';
import { createTables } from '../../local/emulator/tables.ts';
import { startSesSimulator } from '../../local/ses-simulator/simulator.ts';
import { createDynamoDBClient } from '../../shared/aws/dynamodb/client.ts';
import { toItem } from '../../shared/aws/dynamodb/suppression-item.ts';
import type { AddressKey } from '../../shared/domain/address.ts';
import { hour } from '../../shared/domain/durations.ts';
import { emptyRecord, type SuppressionRecord } from '../../shared/domain/suppression/record.ts';
import { startDnsServer } from '../../test/support/dns-server.ts';
import { measureDesk } from './desk.ts';
import { median } from './statistics.ts';

const runs = 7;
const maxMs = 1000;
const batchesAtOnce = 8;
const tables = { suppressionsTable: 'bench-suppressions', reputationTable: 'bench-reputation' };

/** Returns a record as a bounce leaves it, one of them suppressed every hour for years, or many in an hour. */
function recordOf(index: number, count: number, now: number): SuppressionRecord {
  const at = now - Math.floor((index / count) * 10_000) * hour;
  const address = `person${index}@example${index % 1000}.net` as AddressKey;
  const evidence: SuppressionRecord['evidence'] = [
    {
      id: `event-${index}`,
      class: 'hard',
      rule: 'permanent',
      fault: 'recipient',
      row: 'no-mailbox',
      provider: 'example',
      subType: 'General',
      status: '5.1.1',
      diagnosticCode: 'smtp; 550 5.1.1 The email account that you tried to reach does not exist. Please try again.',
      messageId: `message-${index}`,
      channel: 'configuration-set',
      at,
    },
  ];
  const causes = { hard: { since: at, last: at } };
  return { ...emptyRecord(address), status: 'suppressed', reason: 'hard', since: at, causes, evidence };
}

/** Writes the records, 25 in a request, several requests at a time. */
async function fill(client: DynamoDBClient, count: number): Promise<void> {
  const now = Date.now();
  let next = 0;
  const work = async () => {
    while (next < count) {
      const from = next;
      next += 25;
      const indexes = Array.from({ length: Math.min(25, count - from) }, (_, i) => from + i);
      const requests = indexes.map((index) => ({
        PutRequest: { Item: toItem(recordOf(index, count, now), `v${index}`) },
      }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [tables.suppressionsTable]: requests } }));
      if (from % 50_000 === 0) process.stderr.write(`\r${from.toLocaleString('en-US')} records`);
    }
  };
  await Promise.all(Array.from({ length: batchesAtOnce }, work));
  process.stderr.write('\r');
}

/** Returns the milliseconds from the start of the process to its end. This process answers as SES and CloudFormation in the meantime. */
async function timeOf(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  // 3: the address is suppressed.
  if (code !== 0 && code !== 3) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  return performance.now() - start;
}

async function main(count: number): Promise<void> {
  const engine = await useLocalAwsEnvironment();
  const ses = await startSesSimulator({ publish: () => {}, callsPerSecond: Number.POSITIVE_INFINITY });
  const cloudFormation = await startCloudFormationStub({ 'ses-feedback-prod': stackOutputs(tables) });
  try {
    const client = createDynamoDBClient();
    await createTables(client, tables);
    const startedAt = performance.now();
    await fill(client, count);
    const seconds = (performance.now() - startedAt) / 1000;
    console.log(
      `${count.toLocaleString('en-US')} records, written in ${seconds.toFixed(0)} s; medians of ${runs} processes`,
    );
    const env = {
      ...process.env,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.endpoint,
      AWS_ENDPOINT_URL_STS: cloudFormation.endpoint,
      AWS_ENDPOINT_URL_SESV2: ses.endpoint,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    };
    const command = (...args: string[]) => ['cli/ses-feedback.js', ...args];
    const measured: readonly (readonly [string, readonly string[]])[] = [
      ['--version (floor)', command('--version')],
      ['check ADDRESS', command('check', `person${count >> 1}@example${(count >> 1) % 1000}.net`)],
      ['check ADDRESS, unknown', command('check', 'nobody@example.net')],
      ['list', command('list')],
      ['list --since 24h', command('list', '--since', '24h')],
      ['list --count --since 7d', command('list', '--count', '--since', '7d')],
    ];
    const times = measured.map(() => [] as number[]);
    for (let run = -1; run < runs; run++) {
      for (const [index, [, args]] of measured.entries()) {
        const time = await timeOf(args, env);
        if (run >= 0) times[index]?.push(time);
      }
    }
    const floor = median(times[0] ?? []);
    for (const [index, [name]] of measured.entries()) {
      const time = median(times[index] ?? []);
      const isSlow = time > maxMs;
      if (isSlow) process.exitCode = 1;
      console.log(
        `${(isSlow ? 'above' : 'ok').padEnd(6)}${name.padEnd(32)}${time.toFixed(0).padStart(6)} ms  ${(time / floor).toFixed(2)}`,
      );
    }
    console.log(`\nGoal: at most ${maxMs} ms from the start of the process to its end`);
    await measurePreflight(count, env);
    Object.assign(process.env, env);
    await measureDesk('ses-feedback-prod', count);
  } finally {
    await Promise.all([ses.close(), cloudFormation.close()]);
    await engine.stop();
  }
}

const maxPreflightSeconds = 60;
const domains = 20_000;

/** Measures one preflight, with a DNS server on this computer that knows half of the domains. */
async function measurePreflight(count: number, env: NodeJS.ProcessEnv): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  const records = Array.from({ length: domains / 2 }, (_, index) => ({
    type: 'MX' as const,
    name: `example${index}.net`,
    value: 'mx.example.net',
    priority: 10,
  }));
  const dns = await startDnsServer(records);
  try {
    const file = path.join(folder, 'list.csv');
    const rows = Array.from({ length: count }, (_, index) =>
      index % 2 === 0 ? `person${index}@example${index % 1000}.net` : `new${index}@example${index % domains}.net`,
    );
    writeFileSync(file, `email\n${rows.join('\n')}\n`);
    const args = ['cli/ses-feedback.js', 'preflight', file, '--bounce-rate', '1', '--dns-server', dns.address];
    const seconds = (await timeOf(args, env)) / 1000;
    const isSlow = seconds > maxPreflightSeconds;
    if (isSlow) process.exitCode = 1;
    console.log(
      `${(isSlow ? 'above' : 'ok').padEnd(6)}${'preflight'.padEnd(32)}${seconds.toFixed(1).padStart(6)} s for ${count.toLocaleString('en-US')} addresses at ${domains.toLocaleString('en-US')} domains (at most ${maxPreflightSeconds} s)`,
    );
  } finally {
    await dns.close();
    rmSync(folder, { recursive: true });
  }
}

main(Number(process.argv[2] ?? 1_000_000)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
