import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Runs `npm run test:deploy`. The first run installs the Python packages that the tests of this folder need into
 * .local/python. All arguments are passed to Vitest.
 */
const root = path.join(__dirname, '..', '..');
const home = path.join(root, '.local', 'python');
const requirements = readFileSync(path.join(__dirname, 'requirements.txt'), 'utf8');
const installed = path.join(home, 'requirements.txt');

if (spawnSync('python3', ['-c', 'import venv, ensurepip']).status !== 0) {
  console.log('SKIPPED: test:deploy needs python3 with venv, to run the AWS emulator.');
  process.exit(0);
}
if (!existsSync(installed) || readFileSync(installed, 'utf8') !== requirements) {
  console.log(`Installing the AWS emulator into ${path.relative(root, home)} (once, a minute or two) …`);
  rmSync(home, { recursive: true, force: true });
  runOrExit('python3', ['-m', 'venv', home]);
  const file = path.join(__dirname, 'requirements.txt');
  runOrExit(path.join(home, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', file]);
  writeFileSync(installed, requirements);
}
const vitest = path.join(root, 'node_modules', '.bin', 'vitest');
const args = ['run', '--project', 'deploy', ...process.argv.slice(2)];
const { status } = spawnSync(vitest, args, { stdio: 'inherit', cwd: root });
process.exitCode = status ?? 1;

function runOrExit(command: string, args: readonly string[]): void {
  const { status: code, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (code === 0) return;
  console.error(`test:deploy: ${[command, ...args].join(' ')} failed${error ? `: ${error.message}` : ''}.`);
  process.exit(1);
}
