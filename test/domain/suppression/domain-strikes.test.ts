import fc from 'fast-check';
import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import type { SuppressionRecord } from '../../../shared/domain/suppression/record.ts';
import { release } from '../../../shared/domain/suppression/release.ts';
import { resetStrikes } from '../../../shared/domain/suppression/reset-strikes.ts';
import { event } from '../../support/recipient-event.ts';
import { day, hour, noon } from '../../support/ses.ts';

/** A bounce because the domain does not exist, processed at once. */
const gone = (at: number) => event({ id: `gone-${at}`, class: 'soft', faultCause: 'no-domain', sentAt: at, at });
const after = (times: readonly number[], one = gone, now = 0) =>
  times.reduce<SuppressionRecord | undefined>(
    (record, at) => decide(record, one(at), defaultPolicy, Math.max(at, now)).record,
    undefined,
  );

test('two days without the domain suppress, however far apart they are; a burst within a day does not', () => {
  const burst = [0, 1, 2, 3, 4, 5].map((hours) => noon + hours * hour);
  expect(after(burst)).toMatchObject({ status: 'watched', domainStrikes: [noon, noon + 5 * hour] });
  for (const days of [1, 31, 364]) {
    const last = noon + days * day;
    expect(after([noon, last])).toMatchObject({
      status: 'suppressed',
      reason: 'soft',
      since: noon,
      until: last + 30 * day,
    });
  }
});

test('monthly emails to a server that fails suppress after five, and a domain is needed to suppress after two', () => {
  const failing = (at: number) => event({ id: `failing-${at}`, class: 'soft', sentAt: at, at });
  const monthly = [0, 1, 2, 3, 4].map((month) => noon + 31 * month * day);
  expect(after(monthly.slice(0, 4), failing)?.status).toBe('watched');
  expect(after(monthly, failing)).toMatchObject({ status: 'suppressed', since: monthly[4] });
});

test('the suppression lasts as long as the later of both kinds of strikes', () => {
  const policy = readPolicy({ soft: { strikes: 2, onDays: 1 }, accountList: { mode: 'off' } });
  const both = [gone(noon), gone(noon + day)].reduce<SuppressionRecord | undefined>(
    (record, one) => decide(record, one, policy, noon + day).record,
    undefined,
  );
  expect(both?.causes.soft).toEqual({ since: noon, last: noon + day, until: noon + 31 * day });
  const failing = event({ id: 'failing', class: 'soft', sentAt: noon + 5 * day, at: noon + 5 * day });
  const later = decide(both, failing, policy, noon + 5 * day).record;
  expect(later?.causes.soft).toEqual({ since: noon, last: noon + 5 * day, until: noon + 35 * day });
});

test('a delivery and a release end them', () => {
  const record = after([noon, noon + day]) as SuppressionRecord;
  expect(resetStrikes(record, noon + 2 * day, defaultPolicy)).not.toHaveProperty('domainStrikes');
  expect(resetStrikes(record, noon + 2 * day, defaultPolicy).status).toBe('watched');
  expect(resetStrikes(record, noon, defaultPolicy)).toMatchObject({ status: 'watched', domainStrikes: [noon + day] });
  const released = release(record, { at: noon + 2 * day, by: 'op', note: 'test' }, defaultPolicy);
  expect(released).not.toHaveProperty('domainStrikes');
});

test('the order of strikes does not matter', () => {
  const times = fc.uniqueArray(
    fc.integer({ min: 0, max: 90 }).map((halfDays) => noon + (halfDays * day) / 2),
    {
      minLength: 1,
      maxLength: 5,
    },
  );
  fc.assert(
    fc.property(times, fc.gen(), (all, gen) => {
      const shuffled = gen(fc.shuffledSubarray, all, { minLength: all.length });
      const now = Math.max(...all);
      const recent = all.filter((at) => at > now - 30 * day);
      const [one, other] = [recent, shuffled.filter((at) => recent.includes(at))].map((list) => after(list, gone, now));
      expect([one?.causes, one?.domainStrikes, one?.expiresAt]).toEqual([
        other?.causes,
        other?.domainStrikes,
        other?.expiresAt,
      ]);
    }),
  );
});
