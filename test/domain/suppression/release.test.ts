import type { RecipientEvent } from '../../../shared/domain/feedback/recipient-event.ts';
import { defaultPolicy, readPolicy } from '../../../shared/domain/policy/policy.ts';
import { decide } from '../../../shared/domain/suppression/decide.ts';
import type { SuppressionRecord } from '../../../shared/domain/suppression/record.ts';
import { release } from '../../../shared/domain/suppression/release.ts';
import { decideAll, event, strikes } from '../../support/recipient-event.ts';
import { day, noon } from '../../support/ses.ts';

describe('after a release', () => {
  const released = () => {
    const { record } = decideAll([event()]);
    return release(record as SuppressionRecord, { at: noon + day, by: 'op', note: 'asked by phone' }, defaultPolicy);
  };

  test('old feedback never suppresses again, however late it arrives, but it is counted', () => {
    const old = event({ id: 'late', at: noon + day, sentAt: noon });
    const decision = decide(released(), old, defaultPolicy, noon + 2 * day);
    expect(decision.record?.status).toBe('released');
    expect(decision.counts).toHaveLength(2);
    expect(decide(released(), event(), defaultPolicy, noon + 40 * day).record?.status).toBe('released');
  });

  test('newer feedback suppresses again', () => {
    const newer = event({ id: 'newer', at: noon + day + 1 });
    expect(decide(released(), newer, defaultPolicy, noon + 2 * day).record).toMatchObject({
      status: 'suppressed',
      since: noon + day + 1,
      released: { by: 'op' },
    });
  });

  test('soft bounces from before the release are not strikes after it', () => {
    const policy = readPolicy({ soft: { strikes: 2, onDays: 1 } });
    const { record } = decideAll(strikes(0), policy, noon + day);
    const afterRelease = release(record as SuppressionRecord, { at: noon + day, by: 'op', note: 'test' }, policy);
    expect(afterRelease.strikes).toEqual([]);
    const [, second] = strikes(0, 2);
    expect(decide(afterRelease, second as RecipientEvent, policy, noon + 3 * day).record?.status).toBe('released');
  });

  test('feedback from a clock that is ahead does not suppress again either', () => {
    const { record } = decideAll([event({ at: noon + 3 * day })]);
    const afterRelease = release(
      record as SuppressionRecord,
      { at: noon + day, by: 'op', note: 'test' },
      defaultPolicy,
    );
    expect(afterRelease.released?.at).toBe(noon + 3 * day);
  });
});
