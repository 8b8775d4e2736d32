import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Command } from 'commander';

const root = path.join(__dirname, '..', '..');

/** `npm run mutation`: runs the mutation tests of the pure domain, or only those of changed files. */
new Command('mutation')
  .usage('-- [options]')
  .description('Changes the pure domain in small ways, and checks that a test fails for each change.')
  .option('--since <commit>', 'only the files that changed since this commit, uncommitted changes included')
  .option('--file <file...>', 'only these files')
  .addHelpText(
    'after',
    '\nPrints the surviving mutants, and writes reports/mutation.html. Exit code 1: a mutant survived.',
  )
  .action(({ since, file: files }: { readonly since?: string; readonly file?: readonly string[] }) => {
    const selected = since === undefined ? files : changedFiles(since);
    if (selected?.length === 0) return console.log(`No file of shared/domain has changed since ${since}.`);
    const mutate = selected === undefined ? [] : ['--mutate', selected.join(',')];
    const stryker = path.join(root, 'node_modules', '.bin', 'stryker');
    const args = ['run', path.join(__dirname, 'stryker.config.cjs'), ...mutate];
    process.exitCode = spawnSync(stryker, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
  })
  .parse();

/** Returns the files of the pure domain that changed since a commit. Includes new files that git does not track yet. */
function changedFiles(commit: string): string[] {
  const folder = ['--', ':(glob)shared/domain/**/*.ts'];
  const changed = git(['diff', '--name-only', '--diff-filter=d', commit, ...folder]);
  return [...changed, ...git(['ls-files', '--others', '--exclude-standard', ...folder])];
}

function git(args: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (status === 0) return stdout.split('\n').filter((line) => line !== '');
  console.error(`mutation: git ${args.join(' ')} failed: ${stderr.trim()}`);
  process.exit(1);
}
