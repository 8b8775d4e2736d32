import { checkInbound } from '../../../cli/doctor/check-inbound.ts';
import type { InboundDetails } from '../../../cli/stack/inventory.ts';
import { denied, inspected, inventory, stack } from '../stack/inventory-fixture.ts';
import { onlyProblem } from './diagnose-change.ts';

const withRelay = { ...stack, inboundRuleSet: 'ours' };
const rule = (name: string, isEnabled = true) => ({ name, isEnabled, recipients: ['shop.example'] });
const check = (inbound: InboundDetails) =>
  checkInbound({ ...inventory({ stack: withRelay }), inbound: inspected(inbound) });

test('there are no findings without a relay', () => {
  expect(checkInbound(inventory())).toEqual([]);
});

test('the relay is ok if the active rule set has its rule, among others', () => {
  expect(check({ active: { name: 'ours', rules: [rule('sales'), rule('ses-feedback-prod')] } })).toEqual([
    { status: 'ok', resource: 'inbound relay', message: 'SES stores email with the rule ses-feedback-prod of ours' },
  ]);
});

test.each<[string, InboundDetails, RegExp, RegExp]>([
  ['no rule set is active', {}, /no receipt rule set is active/, /relay activate/],
  [
    // Even with a rule of the same name: the stack's other deployment, or a copy.
    'another rule set is active',
    { active: { name: 'legacy', rules: [rule('ses-feedback-prod')] } },
    /legacy is active, and ours is not/,
    /relay activate/,
  ],
  ['its rule is gone', { active: { name: 'ours', rules: [rule('sales')] } }, /no rule ses-feedback-prod/, /sls deploy/],
  [
    'its rule is disabled',
    { active: { name: 'ours', rules: [rule('ses-feedback-prod', false), rule('sales')] } },
    /rule ses-feedback-prod is disabled/,
    /SES console/,
  ],
])('it is wrong that %s', (_name, inbound, message, fix) => {
  expect(check(inbound)).toEqual(onlyProblem('wrong', 'inbound relay', message, fix).problems);
});

test('a rule set that cannot be inspected is unknown', () => {
  expect(checkInbound({ ...inventory({ stack: withRelay }), inbound: denied })).toMatchObject([
    { status: 'unknown', resource: 'inbound relay' },
  ]);
});
