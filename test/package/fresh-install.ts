import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run, runLocal } from '../support/run.ts';

/** A new project outside the checkout, with the package installed as npm does. */
export type FreshInstall = {
  readonly folder: string;
  /** The folder in which the package was built. */
  readonly dist: string;
  /** The packed package. */
  readonly tarball: string;
  /** The output of the build. */
  readonly buildOutput: string;
  /** Runs Node in the project. */
  node(args: readonly string[], env?: Record<string, string>): ReturnType<typeof run>;
};

export type FreshInstallOptions = {
  /** Files of `consumers/` to copy into the project. */
  readonly files?: readonly string[];
  /** Other packages to install. They are linked from the checkout, with their own dependencies. */
  readonly installed?: readonly string[];
};

/** Builds and packs the package before the tests of a file, and installs it in a new project that is deleted after them. */
export function useFreshInstall({ files = [], installed = [] }: FreshInstallOptions = {}): () => FreshInstall {
  let parent: string;
  let freshInstall: FreshInstall;
  beforeAll(async () => {
    // The real path, because some module resolvers follow symbolic links and others do not.
    parent = realpathSync(mkdtempSync(path.join(tmpdir(), 'ses-feedback-')));
    const [dist, folder] = [path.join(parent, 'dist'), path.join(parent, 'project')];
    const { stdout: buildOutput } = await expectSuccess(runLocal('tsx', ['tools/package/main.ts', dist]));
    const { stdout } = await expectSuccess(
      run('npm', ['pack', '--json', '--offline', '--pack-destination', parent], { cwd: dist }),
    );
    const tarball = path.join(parent, JSON.parse(stdout)[0].filename);
    await install(tarball, folder);
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
    for (const name of installed) linkPackage(name, folder);
    for (const file of files) cpSync(path.join(__dirname, 'consumers', file), path.join(folder, file));
    const node: FreshInstall['node'] = (args, env = {}) => run('node', args, { cwd: folder, env });
    freshInstall = { folder, dist, tarball, buildOutput, node };
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true }));
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

async function expectSuccess(running: ReturnType<typeof run>): ReturnType<typeof run> {
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
