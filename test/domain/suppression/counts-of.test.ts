import { countsOf } from '../../../shared/domain/suppression/decide.ts';
import { event } from '../../support/recipient-event.ts';
import { noon } from '../../support/ses.ts';

test('an event has one count for each of its scopes, and its contributors are counted with the account', () => {
  expect(countsOf(event())).toEqual([
    { metric: 'hard', scope: 'account', sentAt: noon, contributors: ['is_General', 'at_other'] },
    { metric: 'hard', scope: 'identity:example.com', sentAt: noon },
  ]);
});

test('an event that is not counted has no counts', () => {
  expect(countsOf(event({ class: 'unsubscribed' }))).toEqual([]);
});

test('a fault that the sender has to repair is counted with the account, at the time of the feedback', () => {
  const faultOf = (fields: Parameters<typeof event>[0]) =>
    countsOf(event(fields)).map(({ senderFault }) => senderFault);
  const cause = { fault: 'sender', faultCause: 'authentication' } as const;
  const at = noon + 2000;
  expect(faultOf({ ...cause, provider: 'google', sentFrom: 'shop.example' })).toEqual([
    { cause: 'authentication', provider: 'google', sentFrom: 'shop.example', at },
    undefined,
  ]);
  expect(faultOf(cause)[0]).toStrictEqual({ cause: 'authentication', provider: 'other', at });
  expect(faultOf({ fault: 'recipient', faultCause: 'no-domain' })).toEqual([undefined, undefined]);
  expect(countsOf(event({ fault: 'recipient' }))[0]).not.toHaveProperty('senderFault');
});
