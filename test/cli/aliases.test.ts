import { replaceAlias } from '../../cli/aliases.ts';
import { runCli } from '../support/run-cli.ts';

test.each([
  [
    ['explain-event', 'a.json'],
    ['explain', 'a.json'],
  ],
  [
    ['snapshot', 'out'],
    ['export', '--hashed', 'out'],
  ],
  [['reconcile'], ['sync']],
  [
    ['monitor', '--json'],
    ['status', '--watch', '--json'],
  ],
  [
    ['check', 'reconcile'],
    ['check', 'reconcile'],
  ],
  [['toString'], ['toString']],
  [[], []],
])('%j stands for %j', (given, expected) => {
  expect(replaceAlias(given)).toEqual(expected);
});

test('former names are not in the help, and still work', async () => {
  const { stdout } = await runCli(['--help']);
  expect(stdout).not.toMatch(/explain-event|release-many|reconcile|snapshot|suppression-details/);
  for (const name of [
    'explain-event',
    'release-many',
    'reconcile',
    'snapshot',
    'suppression-details',
    'remove-suppression',
  ])
    expect((await runCli([name, '--help'])).code).toBe(0);
});
