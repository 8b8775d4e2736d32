import { actionsFor, commandFor } from '../../../shared/domain/reputation/notice-actions.ts';

const location = { stack: 'ses-feedback-prod', region: 'eu-west-1' };
const options = '--stack ses-feedback-prod --region eu-west-1';
const critical = { status: 'critical', elevatedSince: undefined } as const;
const commandsOf = (...given: Parameters<typeof actionsFor>) => actionsFor(...given).map(({ command }) => command);

test('a rate of the account is divided by configuration set, and nothing can be paused', () => {
  expect(commandsOf({ scope: 'account', rule: 'near-threshold' }, critical, location)).toEqual([
    `npx ses-feedback rates --by configuration-set ${options}`,
    `npx ses-feedback list --since 24h ${options}`,
  ]);
});

test('a rate of another scope is divided by provider', () => {
  expect(commandsOf({ scope: 'identity:a.example', rule: 'rate-exceeded' }, critical, location)).toEqual([
    `npx ses-feedback rates --by provider ${options}`,
    `npx ses-feedback list --since 24h --scope identity:a.example ${options}`,
  ]);
});

test('a tag that looks like a configuration set cannot be paused', () => {
  expect(commandsOf({ scope: 'tag:x=configuration-set:a', rule: 'rate-exceeded' }, critical, location)).toHaveLength(2);
});

test('there is nothing to do about a rate that is well again, or about another rule', () => {
  const well = { status: 'ok', elevatedSince: undefined } as const;
  expect(actionsFor({ scope: 'account', rule: 'rate-exceeded' }, well, location)).toEqual([]);
  for (const rule of ['account-status', 'missing-feedback', 'missing-sends', 'sender-fault'] as const)
    expect(actionsFor({ scope: 'account', rule }, critical, location)).toEqual([]);
});

test('without a Region, the commands name none', () => {
  const here = { stack: 'my stack' };
  expect(commandFor({ scope: 'account', rule: 'account-status' }, {}, here)).toBe('aws sesv2 get-account');
  expect(commandFor({ scope: 'account', rule: 'missing-sends' }, {}, here)).toBe(
    "npx ses-feedback doctor --stack 'my stack'",
  );
  expect(commandsOf({ scope: 'configuration-set:a', rule: 'rate-exceeded' }, critical, here)).toEqual([
    "npx ses-feedback rates --by provider --stack 'my stack'",
    "npx ses-feedback list --since 24h --scope configuration-set:a --stack 'my stack'",
    'aws sesv2 put-configuration-set-sending-options --configuration-set-name a --no-sending-enabled',
  ]);
});
