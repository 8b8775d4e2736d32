import { readPolicy } from '../../../shared/domain/policy/policy.ts';
import { describeRenamedSettings } from '../../../shared/domain/policy/renamed-settings.ts';

const news = 'configuration-set:news';

test.each<[string, unknown, string[]]>([
  ['reviewLines', { reviewLines: { bounceRate: 0.04 } }, ['"reviewLines" is now called "reviewThresholds"']],
  ['pauseLines', { pauseLines: { bounceRate: 0.08 } }, ['"pauseLines" is now called "pauseThresholds"']],
  ['brake', { brake: {} }, ['"brake" is now called "autoPause"']],
  [
    'brake.pauseOnCritical',
    { brake: { pauseOnCritical: true } },
    ['"brake" is now called "autoPause"', '"brake.pauseOnCritical" is now called "autoPause.enabled"'],
  ],
  [
    'brake.atLeastSends',
    { brake: { atLeastSends: 2000 } },
    ['"brake" is now called "autoPause"', '"brake.atLeastSends" is now called "autoPause.minSends"'],
  ],
  [
    'autoPause.pauseOnCritical',
    { autoPause: { pauseOnCritical: true } },
    ['"autoPause.pauseOnCritical" is now called "autoPause.enabled"'],
  ],
  ['delegates', { delegates: ['123456789012'] }, ['"delegates" is now called "allowedAccounts"']],
  [
    'scopes.*.reviewLines',
    { scopes: { [news]: { reviewLines: { bounceRate: 0.04 } } } },
    [`"scopes.${news}.reviewLines" is now called "scopes.${news}.reviewThresholds"`],
  ],
  [
    'scopes.*.pauseLines',
    { scopes: { [news]: { pauseLines: { bounceRate: 0.08 } } } },
    [`"scopes.${news}.pauseLines" is now called "scopes.${news}.pauseThresholds"`],
  ],
])('a policy with the old setting %s is refused with the new name', (_name, policy, sentences) => {
  expect(describeRenamedSettings(policy)).toEqual(sentences);
  expect(() => readPolicy(policy)).toThrow(new Error(`The policy is not valid: ${sentences.join('; ')}.`));
});

test('a policy with new names only has no renamed settings', () => {
  const policy = { reviewThresholds: { bounceRate: 0.04 }, autoPause: { enabled: true }, ownDomains: ['example.com'] };
  expect(describeRenamedSettings(policy)).toEqual([]);
});
