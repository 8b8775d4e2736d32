/** `npm run release:check`: checks that the tag, the version, the changelog and the repository agree. `--notes` prints the release notes. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkRelease, releaseNotes } from './check-release.ts';

const read = (file: string) => readFileSync(path.join(__dirname, '..', '..', file), 'utf8');
const { version, repository } = JSON.parse(read('package.json'));
const changelog = read('CHANGELOG.md');
const { GITHUB_REF_NAME: tag = '', GITHUB_REPOSITORY: runsIn = '' } = process.env;

if (process.argv.includes('--notes')) console.log(releaseNotes(changelog, version) ?? '');
else {
  const problems = checkRelease({ tag, version, repositoryUrl: repository.url, repository: runsIn, changelog });
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
