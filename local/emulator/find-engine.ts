import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** A program that serves DynamoDB's API. */
export type EngineProgram = {
  /** For messages: the path of dynoxide, or that Docker runs DynamoDB Local. */
  readonly name: string;
  readonly command: string;
  /** Whether the program prints "listening" on stderr when it accepts requests. Otherwise, ask its port. */
  readonly printsReadiness: boolean;
  /** How long the program may take to start, milliseconds. Docker downloads the image first. */
  readonly startTimeoutMs: number;
  /** Returns the arguments. Without a file, the tables are in memory. */
  readonly arguments: (port: number, file?: string) => string[];
};

/** The platforms for which npm installs dynoxide, as `platform-architecture`. Only linux-x64 has been tried. */
const packagedPlatforms: readonly string[] = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64'];

export type FindOptions = {
  /** @default that of this process */
  readonly platform?: string;
  /** @default the architecture of this process */
  readonly architecture?: string;
  /** Returns the path of a file of an installed package, or throws. @default as `require.resolve` */
  readonly resolve?: (file: string) => string;
};

/**
 * Returns the DynamoDB engine to start: the one in DYNOXIDE, else the one that npm installed for this platform, else `dynoxide` on the
 * PATH, else DynamoDB Local in Docker.
 *
 * @throws Error if there is none; the message says what to install
 */
export function findEngine({
  platform = process.platform,
  architecture = process.arch,
  resolve = createRequire(__filename).resolve,
}: FindOptions = {}): EngineProgram {
  if (process.env.DYNOXIDE) return dynoxide(process.env.DYNOXIDE);
  const packaged = findPackaged(`${platform}-${architecture}`, resolve);
  if (packaged !== undefined) return dynoxide(packaged);
  if (succeeds('dynoxide', ['--version'])) return dynoxide('dynoxide');
  // Asks the daemon: the client alone cannot run a container.
  if (succeeds('docker', ['version', '--format', '{{.Server.Version}}'])) return dockerImage;
  throw new Error(
    `There is no DynamoDB engine for ${platform}-${architecture}: install Docker and start it, put "dynoxide" on the PATH (or set DYNOXIDE to its path), or set LOCAL_DYNAMODB_ENDPOINT to a local DynamoDB that is running.`,
  );
}

function findPackaged(platform: string, resolve: (file: string) => string): string | undefined {
  if (!packagedPlatforms.includes(platform)) return undefined;
  try {
    const binary = resolve(`@dynoxide/${platform}/dynoxide${platform.startsWith('win32') ? '.exe' : ''}`);
    chmodSync(binary, 0o755);
    return binary;
  } catch {
    // Optional dependencies can be left out of an installation (`npm ci --omit=optional`).
    return undefined;
  }
}

function dynoxide(command: string): EngineProgram {
  return {
    name: command,
    command,
    printsReadiness: true,
    startTimeoutMs: 5000,
    arguments: (port, file) => [
      ...['--host', '127.0.0.1', '--port', String(port)],
      ...(file === undefined ? [] : ['--db-path', file]),
    ],
  };
}

/**
 * DynamoDB Local of AWS. It has not been tried on every platform, and can differ from dynoxide in details. It stores the tables in a folder
 * beside the given file.
 */
const dockerImage: EngineProgram = {
  name: 'DynamoDB Local in Docker',
  command: 'docker',
  printsReadiness: false,
  startTimeoutMs: 180_000,
  arguments: (port, file) => [
    // The init process passes the signal that stops the container.
    ...['run', '--rm', '--init', '--publish', `127.0.0.1:${port}:8000`],
    ...(file === undefined ? [] : ['--user', 'root', '--volume', `${path.resolve(file)}.docker:/data`]),
    ...['amazon/dynamodb-local', '-jar', 'DynamoDBLocal.jar', '-sharedDb'],
    ...(file === undefined ? ['-inMemory'] : ['-dbPath', '/data']),
  ],
};

/** A program that hangs, such as a Docker client without its daemon, counts as missing. */
function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { timeout: 5000, stdio: 'ignore' }).status === 0;
}
