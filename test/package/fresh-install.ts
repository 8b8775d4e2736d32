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

/** A project that knows nothing of this checkout, with the package installed as npm would have. */
export type Stranger = {
  readonly folder: string;
  /** Where the package was built, and what was packed of it. */
  readonly dist: string;
  readonly tarball: string;
  /** What the build said. */
  readonly said: string;
  /** Runs Node in it. */
  node(args: readonly string[], env?: Record<string, string>): ReturnType<typeof run>;
};

export type StrangerOptions = {
  /** Files of `consumers/`. */
  readonly files?: readonly string[];
  /** What else is installed: taken from the checkout, each with all it needs itself. */
  readonly installed?: readonly string[];
};

/** Builds and packs the package before the tests of a file and installs it in a new project, which is gone after them. */
export function useStranger({ files = [], installed = [] }: StrangerOptions = {}): () => Stranger {
  let place: string;
  let stranger: Stranger;
  beforeAll(async () => {
    // Links in the way to it would be resolved by some of those who look for it, and not by others.
    place = realpathSync(mkdtempSync(path.join(tmpdir(), 'ses-feedback-')));
    const [dist, folder] = [path.join(place, 'dist'), path.join(place, 'project')];
    const { stdout: said } = await succeed(runLocal('tsx', ['tools/package/main.ts', dist]));
    const { stdout } = await succeed(
      run('npm', ['pack', '--json', '--offline', '--pack-destination', place], { cwd: dist }),
    );
    const tarball = path.join(place, JSON.parse(stdout)[0].filename);
    await install(tarball, folder);
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
    for (const name of installed) link(name, folder);
    for (const file of files) cpSync(path.join(__dirname, 'consumers', file), path.join(folder, file));
    const node: Stranger['node'] = (args, env = {}) => run('node', args, { cwd: folder, env });
    stranger = { folder, dist, tarball, said, node };
  });
  afterAll(() => rmSync(place, { recursive: true, force: true }));
  return () => stranger;
}

async function install(tarball: string, folder: string): Promise<void> {
  const target = path.join(folder, 'node_modules', 'ses-feedback');
  mkdirSync(target, { recursive: true });
  await succeed(run('tar', ['-xzf', tarball, '--strip-components=1', '-C', target]));
}

function link(name: string, folder: string): void {
  const [target, place] = [path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name)];
  if (!existsSync(target)) throw new Error(`${name} is not installed`);
  mkdirSync(path.dirname(place), { recursive: true });
  symlinkSync(target, place);
}

async function succeed(running: ReturnType<typeof run>): ReturnType<typeof run> {
  const result = await running;
  if (result.code !== 0) throw new Error(`${result.stdout}${result.stderr}`);
  return result;
}

/** All files below a folder, by their path in it. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
