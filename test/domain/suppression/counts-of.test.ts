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
