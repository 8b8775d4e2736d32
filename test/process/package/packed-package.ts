import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, run, runLocal } from '../../support/run.ts';

export type PackedPackage = {
  /** The folder in which the package was built. */
  readonly dist: string;
  /** The packed package. */
  readonly tarball: string;
  /** The output of the build. */
  readonly buildOutput: string;
};

/** Everything that the package is made of. package-lock.json stands for the dependencies. */
const sourceFolders = ['shared', 'cli', 'tools/package'];
const sourceFiles = ['package.json', 'package-lock.json', 'policy.json', 'LICENSE'];

const dayMs = 86_400_000;

let packed: Promise<PackedPackage> | undefined;

/** Builds and packs the package once for all test files, and again only after a source has changed. */
export function packPackage(): Promise<PackedPackage> {
  packed ??= withLock(path.join(root, '.local', 'test-package'), findOrPack);
  return packed;
}

async function findOrPack(parent: string): Promise<PackedPackage> {
  const folder = path.join(parent, hashSources());
  if (!existsSync(folder)) {
    removeOldFolders(parent);
    await pack(`${folder}.new`);
    renameSync(`${folder}.new`, folder);
  }
  const [tarball = ''] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  return {
    dist: path.join(folder, 'dist'),
    tarball: path.join(folder, tarball),
    buildOutput: readFileSync(path.join(folder, 'build.log'), 'utf8'),
  };
}

async function pack(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const dist = path.join(folder, 'dist');
  const { stdout } = await expectSuccess(runLocal('tsx', ['tools/package/main.ts', dist]));
  await expectSuccess(run('npm', ['pack', '--offline', '--pack-destination', folder], { cwd: dist }));
  writeFileSync(path.join(folder, 'build.log'), stdout);
}

function hashSources(): string {
  const hash = createHash('sha256');
  const files = sourceFolders.flatMap((folder) => filesOf(path.join(root, folder)).map((file) => `${folder}/${file}`));
  for (const file of [...files, ...sourceFiles]) hash.update(`${file}\0`).update(readFileSync(path.join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Another test run can still use a folder of today. */
function removeOldFolders(parent: string): void {
  for (const name of readdirSync(parent)) {
    const folder = path.join(parent, name);
    if (Date.now() - statSync(folder).mtimeMs > dayMs) rmSync(folder, { recursive: true });
  }
}

/** Runs an action while no other process runs one on the same folder. */
async function withLock<Result>(folder: string, action: (folder: string) => Promise<Result>): Promise<Result> {
  const lock = path.join(folder, 'lock');
  mkdirSync(folder, { recursive: true });
  while (!tryLock(lock)) await sleep(100);
  try {
    return await action(folder);
  } finally {
    rmSync(lock);
  }
}

function tryLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    // A process that ended without removing its lock does not hold it.
    if (!isRunning(readLock(lock))) rmSync(lock, { force: true });
    return false;
  }
}

/** Returns the process that holds the lock, or `NaN` if the lock is just being created or removed. */
function readLock(lock: string): number {
  return existsSync(lock) ? Number.parseInt(readFileSync(lock, 'utf8'), 10) : Number.NaN;
}

function isRunning(pid: number): boolean {
  if (Number.isNaN(pid)) return true;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Returns the result of a program that must succeed. */
export async function expectSuccess(running: ReturnType<typeof run>): ReturnType<typeof run> {
  const result = await running;
  if (result.code !== 0) throw new Error(`${result.stdout}${result.stderr}`);
  return result;
}

/** Returns the relative paths of all files below a folder. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
