import { unwrapBatch, unwrapMessage } from '../../../shared/domain/feedback/envelope.ts';
import { readEventTime } from '../../../shared/domain/feedback/event-times.ts';
import { parse } from '../../../shared/domain/feedback/parse.ts';
import { bounce, iso, noon, queued } from '../../support/ses.ts';

const arrivedAt = noon + 7000;
const renewed = { arrivedAt, isArrivalRenewed: true } as const;

test.each<[string, string | undefined, number, number]>([
  ['before the arrival', iso(noon + 6000), noon + 6000, noon + 6000],
  ['at the arrival', iso(arrivedAt), arrivedAt, arrivedAt],
  ['after the arrival', iso(arrivedAt + 1), arrivedAt, noon],
  ['before the send time', iso(noon - 1), noon, noon],
  ['missing', undefined, arrivedAt, noon],
  ['unreadable', 'soon', arrivedAt, noon],
])(
  'with a timestamp that is %s, feedback has this time; without an envelope it never depends on a redrive',
  (_name, timestamp, expected, withoutEnvelope) => {
    expect(readEventTime(timestamp, noon, { arrivedAt })).toBe(expected);
    expect(readEventTime(timestamp, noon, renewed)).toBe(withoutEnvelope);
  },
);

test('without a timestamp and an arrival, feedback has the send time', () => {
  expect(readEventTime(undefined, noon, {})).toBe(noon);
  expect(readEventTime(iso(noon + 5), noon, {})).toBe(noon + 5);
});

test('a message of raw delivery has the time in the queue as its arrival', () => {
  const atOf = (at: number) => {
    const [raw] = unwrapBatch({ Records: [queued('a', bounce({ at }), arrivedAt)] }).messages;
    return raw && parse(unwrapMessage(raw), {});
  };
  expect(atOf(noon + 99_000)).toMatchObject({ event: { at: noon } });
  expect(atOf(noon + 6000)).toMatchObject({ event: { at: noon + 6000 } });
});
