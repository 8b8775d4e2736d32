import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { startDynamoDB } from '../../../local/emulator/dynamodb.ts';
import { findEngine } from '../../../local/emulator/find-engine.ts';
import lock from '../../../package-lock.json';
import { createDynamoDBClient } from '../../../shared/aws/dynamodb/client.ts';
import { root } from '../../support/run.ts';

/** A folder that is the only one on the PATH. */
let folder: string;
const originalPath = String(process.env.PATH);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  process.env.PATH = folder;
});
afterEach(() => {
  process.env.PATH = originalPath;
  delete process.env.DYNOXIDE;
  rmSync(folder, { recursive: true });
});

/** Puts a program on the PATH. It calls other programs by their path. */
function install(name: string, script: string): void {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

const notInstalled = () => {
  throw new Error('not installed');
};
const other = { platform: 'freebsd', architecture: 'arm64', resolve: notInstalled };

test.each([
  ['darwin', 'arm64', '@dynoxide/darwin-arm64/dynoxide'],
  ['darwin', 'x64', '@dynoxide/darwin-x64/dynoxide'],
  ['linux', 'arm64', '@dynoxide/linux-arm64/dynoxide'],
  ['linux', 'x64', '@dynoxide/linux-x64/dynoxide'],
  ['win32', 'x64', '@dynoxide/win32-x64/dynoxide.exe'],
])('on %s %s the engine is the one that npm installs there', (platform, architecture, file) => {
  const binary = path.join(folder, 'engine');
  writeFileSync(binary, '');
  const resolve = (name: string) => {
    expect(name).toBe(file);
    return binary;
  };
  expect(findEngine({ platform, architecture, resolve }).command).toBe(binary);
  const installed = lock.packages[`node_modules/${path.dirname(file)}` as keyof typeof lock.packages];
  expect(installed).toMatchObject({ version: '1.2.1', optional: true, os: [platform], cpu: [architecture] });
});

test('DYNOXIDE comes before the installed engine, the PATH before Docker', () => {
  install('docker', 'exit 0');
  expect(findEngine(other).command).toBe('docker');
  install('dynoxide', 'exit 0');
  expect(findEngine(other).command).toBe('dynoxide');
  expect(findEngine({ ...other, platform: 'linux' }).command).toBe('dynoxide');
  process.env.DYNOXIDE = '/opt/dynoxide';
  expect(findEngine().command).toBe('/opt/dynoxide');
});

test('without any engine, or with a Docker client whose daemon does not run, the error says what to install', () => {
  const message =
    /^There is no DynamoDB engine for freebsd-arm64: install Docker and start it, put "dynoxide" on the PATH \(or set DYNOXIDE to its path\), or set LOCAL_DYNAMODB_ENDPOINT/;
  expect(() => findEngine(other)).toThrow(message);
  install('docker', 'exit 1');
  expect(() => findEngine(other)).toThrow(message);
});

test('DynamoDB Local in Docker is started on a loopback port, serves requests, and stops', async () => {
  const engine = findEngine();
  // A stand-in for Docker, which serves the published port with the installed engine.
  install(
    'docker',
    `[ "$1" = version ] && exit 0
echo "$@" > '${folder}/arguments'
port=\${5#127.0.0.1:}
exec '${engine.command}' --host 127.0.0.1 --port "\${port%:8000}"`,
  );
  const program = findEngine(other);
  // The supervisor is a shell.
  process.env.PATH = `${folder}:${originalPath}`;
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { endpoint, stop } = await startDynamoDB({ program });
  expect(write).toHaveBeenCalledWith('Starting DynamoDB Local in Docker …\n');
  const client = createDynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  const { port } = new URL(endpoint);
  expect(readFileSync(path.join(folder, 'arguments'), 'utf8')).toBe(
    `run --rm --init --publish 127.0.0.1:${port}:8000 amazon/dynamodb-local -jar DynamoDBLocal.jar -sharedDb -inMemory\n`,
  );
  await stop();
  await expect(fetch(endpoint)).rejects.toThrow();
});

test('tables in a file are kept in a folder beside it, which Docker mounts', () => {
  install('docker', 'exit 0');
  expect(
    findEngine(other)
      .arguments(4000, path.join(root, '.local', 'dynamodb.db'))
      .join(' '),
  ).toBe(
    `run --rm --init --publish 127.0.0.1:4000:8000 --user root --volume ${root}/.local/dynamodb.db.docker:/data amazon/dynamodb-local -jar DynamoDBLocal.jar -sharedDb -dbPath /data`,
  );
});
