// cspell:disable -- the variables of shells
import { execFileSync } from 'node:child_process';
import { runCli } from '../../support/run-cli.ts';

const complete = async (shell: string, ...words: string[]) => {
  const { stdout } = await runCli(['completion', shell]);
  const script = `${stdout}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _ses_feedback; echo "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split(' ');
};

test.each([
  [['ses-feedback', 'ch'], ['check']],
  [['ses-feedback', 'rele'], ['release']],
  [['ses-feedback', 'check', '--js'], ['--json']],
  [['ses-feedback', 'dlq', 'l'], ['list']],
  [['ses-feedback', 'dlq', 'replay', '--rea'], ['--readable']],
  [['ses-feedback', 'release', 'ann@example.net', '--comp'], ['--complaints']],
])('in bash, %j is completed to %j', async (words, expected) => {
  expect(await complete('bash', ...words)).toEqual(expected);
});

test('every command of the help is completed, in every shell', async () => {
  const help = (await runCli(['--help'])).stdout;
  const names = [...help.matchAll(/^ {2}([a-z-]+) /gm)].flatMap(([, name]) =>
    name === 'help' ? [] : (name as string),
  );
  expect(names.length).toBeGreaterThan(15);
  expect((await complete('bash', 'ses-feedback', '')).sort()).toEqual(names.sort());
  const zsh = (await runCli(['completion', 'zsh'])).stdout;
  expect(zsh).toMatch(/^autoload -U \+X bashcompinit && bashcompinit\n/);
  const fish = (await runCli(['completion', 'fish'])).stdout;
  for (const name of names) expect(fish).toContain(` -a ${name} -d '`);
});

test('a shell that is not known is a usage error', async () => {
  expect((await runCli(['completion', 'cmd'])).code).toBe(2);
});
