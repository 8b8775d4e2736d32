import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import manifest from '../../package.json';
import { root } from '../support/run.ts';

const github = path.join(root, '.github');
const read = (...file: string[]) => readFileSync(path.join(github, ...file), 'utf8');

type Job = {
  readonly permissions?: Record<string, string>;
  readonly environment?: string;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Record<string, unknown> };
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: Record<string, unknown> }[];
};
type Workflow = { readonly permissions: unknown; readonly jobs: Record<string, Job> };

const workflows = readdirSync(path.join(github, 'workflows'));
const jobsOf = (file: string) => Object.values((parse(read('workflows', file)) as Workflow).jobs);

test('there is a workflow for changes, and one for releases', () => {
  expect(workflows.toSorted()).toEqual(['ci.yml', 'release.yml']);
});

describe.each(workflows)('%s', (file) => {
  test('uses only actions that are pinned to a commit, with the version beside it, and keeps no credentials', () => {
    const lines = read('workflows', file).split('\n');
    const uses = lines.filter((line) => /\buses:/.test(line));
    expect(uses.length).toBeGreaterThan(1);
    for (const line of uses) expect(line).toMatch(/^ +- uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const checkouts = jobsOf(file).flatMap(({ steps }) => steps.filter((step) => step.uses?.includes('/checkout@')));
    for (const checkout of checkouts) expect(checkout.with?.['persist-credentials']).toBe(false);
  });

  test('can only read by default, and ends', () => {
    expect((parse(read('workflows', file)) as Workflow).permissions).toEqual({ contents: 'read' });
    for (const job of jobsOf(file)) expect(job['timeout-minutes']).toBeLessThanOrEqual(90);
  });

  test('runs scripts and files that exist', () => {
    const commands = jobsOf(file).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    const scripts = commands.flatMap((run) =>
      [...run.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name),
    );
    for (const name of scripts) expect(Object.keys(manifest.scripts)).toContain(name);
    const files = commands.filter((run) => run.startsWith('.'));
    for (const name of files) expect(existsSync(path.join(root, name))).toBe(true);
    expect(commands).toContain('.ci/run');
  });
});

test('changes are tested on the supported versions of Node', () => {
  const [job] = jobsOf('ci.yml');
  expect(job?.strategy?.matrix).toEqual({ node: [20, 22, 24] });
  expect(manifest.engines.node).toBe('>=20.19');
});

test('only the release may write, and a maintainer approves it', () => {
  const [release] = jobsOf('release.yml');
  expect(release).toMatchObject({ environment: 'npm', permissions: { contents: 'write', 'id-token': 'write' } });
  const commands = release?.steps.map(({ run }) => run) ?? [];
  const publish = commands.findIndex((run) => run?.startsWith('npm publish ./dist --provenance'));
  // Everything that can refuse a release comes before it.
  for (const check of ['npm run release:check', 'npm audit signatures', '.ci/run', 'npm run package'])
    expect(commands.indexOf(check)).toBeLessThan(publish);
  expect(commands.indexOf('npm run release:check')).toBeGreaterThan(0);
});

test.each(readdirSync(path.join(github, 'ISSUE_TEMPLATE')).filter((file) => file !== 'config.yml'))(
  'the issue form %s has what GitHub requires',
  (file) => {
    const form = parse(read('ISSUE_TEMPLATE', file));
    expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String), body: expect.any(Array) });
    const ids = form.body.flatMap(({ id }: { id?: string }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { type, attributes } of form.body) {
      expect(['markdown', 'textarea', 'input', 'dropdown', 'checkboxes']).toContain(type);
      expect(attributes).toHaveProperty(type === 'markdown' ? 'value' : 'label');
      if (type === 'dropdown') expect(attributes.options.length).toBeGreaterThan(1);
    }
    // A form with only text has no input.
    expect(ids.length).toBeGreaterThan(0);
  },
);

test('the repository has one address everywhere', () => {
  const address = 'github.com/ses-feedback/ses-feedback';
  expect(manifest.repository.url).toBe(`git+https://${address}.git`);
  for (const url of [manifest.bugs, manifest.homepage]) expect(url).toContain(`https://${address}`);
  expect(read('ISSUE_TEMPLATE', 'config.yml')).toContain(`https://${address}/security`);
});

test('updates that need a newer Node than the supported one are left out', () => {
  const { updates } = parse(read('dependabot.yml'));
  expect(updates.map((update: Record<string, string>) => update['package-ecosystem'])).toEqual([
    'npm',
    'github-actions',
  ]);
  const ignored = updates[0].ignore.map((rule: Record<string, string>) => rule['dependency-name']);
  const installed = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  for (const name of ignored)
    expect(installed.some((one) => one === name || one.startsWith(name.replace('*', '\0').split('\0')[0]))).toBe(true);
});
