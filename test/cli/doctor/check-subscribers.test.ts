import type { Subscriber } from '../../../cli/stack/inventory.ts';
import { denied, inspected, inventory } from '../stack/inventory-fixture.ts';
import { diagnoseChange, onlyProblem } from './diagnose-change.ts';

const subscriber = (fields: Partial<Subscriber> = {}): Subscriber => ({
  protocol: 'email',
  endpoint: 'ops@example.com',
  isConfirmed: true,
  ...fields,
});
const unconfirmed = subscriber({ isConfirmed: false });
const withSubscribers = (...subscribers: Subscriber[]) =>
  diagnoseChange(inventory({ subscribers: inspected(subscribers) }));

test('an alarm topic without subscribers is wrong', () => {
  const fix = /^set alarmEmail .*: npx sls deploy --stage prod --region eu-west-1$/;
  const message = /^the topic .*-alarms has no subscribers: alarms are not delivered$/;
  expect(withSubscribers()).toEqual(onlyProblem('wrong', 'alarms', message, fix));
});

test('an alarm topic without a confirmed subscriber is wrong', () => {
  const message = /^the subscription to the alarm topic is not confirmed: alarms are not delivered$/;
  expect(withSubscribers(unconfirmed)).toEqual(onlyProblem('wrong', 'alarms', message));
});

test('unconfirmed subscribers beside a confirmed one are a note', () => {
  const result = withSubscribers(subscriber(), unconfirmed, unconfirmed);
  expect(result).toEqual(onlyProblem('note', 'alarms', /^2 more subscriptions are not confirmed$/));
});

test('confirmed subscribers are ok, whatever their protocol', () => {
  const subscribers = [subscriber(), subscriber(), subscriber({ protocol: 'sms', endpoint: '+15550100' })];
  expect(withSubscribers(...subscribers)).toEqual({ problems: [], noLongerOk: [] });
});

test('subscribers that cannot be inspected are unknown', () => {
  const result = diagnoseChange(inventory({ subscribers: denied }));
  expect(result).toEqual(onlyProblem('unknown', 'alarms', /^check failed: AccessDeniedException: not authorized$/));
});
