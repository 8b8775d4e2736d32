import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run } from '../../support/run.ts';
import { expectSuccess, type PackedPackage, packPackage } from './packed-package.ts';

/** A new project outside the checkout, with the package installed as npm does. */
export type FreshInstall = PackedPackage & {
  readonly folder: string;
  /** Runs Node in the project. */
  node(args: readonly string[], env?: Record<string, string>): ReturnType<typeof run>;
};

export type FreshInstallOptions = {
  /** Files of `consumers/` to copy into the project. */
  readonly files?: readonly string[];
  /** Other packages to install. They are linked from the checkout, with their own dependencies. */
  readonly installed?: readonly string[];
};

/** Installs the package in a new project before the tests of a file, and deletes the project after them. */
export function useFreshInstall({ files = [], installed = [] }: FreshInstallOptions = {}): () => FreshInstall {
  let folder: string;
  let freshInstall: FreshInstall;
  beforeAll(async () => {
    // The real path, because some module resolvers follow symbolic links and others do not.
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'ses-feedback-')));
    const packed = await packPackage();
    await install(packed.tarball, folder);
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
    for (const name of installed) linkPackage(name, folder);
    for (const file of files) cpSync(path.join(__dirname, 'consumers', file), path.join(folder, file));
    freshInstall = { ...packed, folder, node: (args, env = {}) => run('node', args, { cwd: folder, env }) };
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => freshInstall;
}

async function install(tarball: string, folder: string): Promise<void> {
  const target = path.join(folder, 'node_modules', 'ses-feedback');
  mkdirSync(target, { recursive: true });
  await expectSuccess(run('tar', ['-xzf', tarball, '--strip-components=1', '-C', target]));
}

function linkPackage(name: string, folder: string): void {
  const [target, link] = [path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name)];
  if (!existsSync(target)) throw new Error(`${name} is not installed`);
  mkdirSync(path.dirname(link), { recursive: true });
  symlinkSync(target, link);
}
