import type { RecipientEvent } from '../../../shared/domain/feedback/recipient-event.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import { decideAll, event } from '../../support/recipient-event.ts';
import { day, noon } from '../../support/ses.ts';

/** Records are read by versions whose rules decide otherwise than those that wrote them. */
const now = noon + day;

test.each<[string, Partial<RecipientEvent>]>([
  [
    'the message is at fault',
    { class: 'message-fault', rule: 'message-refused', effect: 'suppress', metric: 'hard', maxDurationMs: day },
  ],
  ['it ends by itself', { class: 'soft', rule: 'permanent-for-a-time', metric: 'hard', effect: 'suppress' }],
  ['it is only watched', { class: 'soft', rule: 'transient-for-sender', effect: 'watch', metric: 'soft' }],
])(
  'a bounce that suppressed permanently and is redelivered under a rule by which %s changes and counts nothing',
  (_name, fields) => {
    const { record } = decideAll([event()]);
    const again = decide(record, event(fields), defaultPolicy, now);
    expect(again).toEqual({ record, counts: [], isNew: false });
  },
);

test('a complaint of several that an earlier version made permanent stays so, also after a later one that ends', () => {
  const earlier = event({ class: 'complaint', suspected: true });
  const later = event({ id: 'later', class: 'complaint', suspected: true, maxDurationMs: 30 * day, at: noon + 5000 });
  const { record } = decideAll([earlier, later]);
  expect(record).toMatchObject({ status: 'suppressed', causes: { complaint: { suspected: true } } });
  expect(record?.until).toBeUndefined();
});
