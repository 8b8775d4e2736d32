import { readFileSync } from 'node:fs';
import path from 'node:path';
import manifest from '../../../package.json';
import { checkRelease, type ReleaseFacts, releaseNotes } from '../../../tools/release/check-release.ts';
import { root } from '../../support/run.ts';

const facts: ReleaseFacts = {
  tag: 'v1.2.0',
  version: '1.2.0',
  repositoryUrl: 'git+https://github.com/owner/name.git',
  repository: 'owner/name',
  changelog:
    '# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-11-26\n\n### Added\n\n- One.\n\n## [1.1.0]\n\n- Two.\n',
};

test('a release whose tag, version, changelog and repository agree has no problems', () => {
  expect(checkRelease(facts)).toEqual([]);
});

test.each<[Partial<ReleaseFacts>, RegExp]>([
  [{ tag: 'v1.2.1' }, /^The tag is v1\.2\.1, and package\.json has version 1\.2\.0\./],
  [{ tag: '1.2.0' }, /^The tag is 1\.2\.0/],
  [{ tag: 'v1.3.0', version: '1.3.0' }, /^CHANGELOG\.md has no text under "## \[1\.3\.0\]"/],
  [{ changelog: '## [1.2.0] - 2026-11-26\n\n## [1.1.0]\n\n- Two.\n' }, /^CHANGELOG\.md has no text/],
  [{ repository: 'fork/name' }, /^npm refuses provenance from another repository: .* this runs in fork\/name\./],
])('%j is a problem', (change, problem) => {
  const problems = checkRelease({ ...facts, ...change });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(problem);
});

test('the notes of a version are its own section', () => {
  expect(releaseNotes(facts.changelog, '1.2.0')).toBe('### Added\n\n- One.');
  expect(releaseNotes(facts.changelog, 'Unreleased')).toBeUndefined();
});

test('the changelog has a section for the version of package.json', () => {
  const changelog = readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8');
  expect(releaseNotes(changelog, manifest.version)).toMatch(/^- /m);
  expect(changelog).toContain('## [Unreleased]\n');
});
