import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * `npm run test:deploy`: installs what the tests of this folder need into .local/python, once, and runs them. Anything on the command
 * line goes to Jest.
 */
const root = path.join(__dirname, '..', '..');
const home = path.join(root, '.local', 'python');
const wanted = readFileSync(path.join(__dirname, 'requirements.txt'), 'utf8');
const installed = path.join(home, 'requirements.txt');

if (spawnSync('python3', ['-c', 'import venv, ensurepip']).status !== 0) {
  console.log('SKIPPED: test:deploy emulates AWS with programs in Python, and there is no python3 (with venv) here.');
  process.exit(0);
}
if (!existsSync(installed) || readFileSync(installed, 'utf8') !== wanted) {
  console.log(`Installing the emulator of AWS into ${path.relative(root, home)} (a minute or two, once) …`);
  rmSync(home, { recursive: true, force: true });
  must('python3', ['-m', 'venv', home]);
  const file = path.join(__dirname, 'requirements.txt');
  must(path.join(home, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', file]);
  writeFileSync(installed, wanted);
}
const jest = path.join(root, 'node_modules', '.bin', 'jest');
const config = path.join(__dirname, 'jest.config.cjs');
const { status } = spawnSync(jest, ['--config', config, ...process.argv.slice(2)], { stdio: 'inherit', cwd: root });
process.exitCode = status ?? 1;

function must(command: string, args: readonly string[]): void {
  const { status: code, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (code === 0) return;
  console.error(`test:deploy: ${[command, ...args].join(' ')} failed${error ? `: ${error.message}` : ''}.`);
  process.exit(1);
}
