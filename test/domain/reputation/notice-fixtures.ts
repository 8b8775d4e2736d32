import { exactInterval } from '../../../shared/domain/reputation/confidence-interval.ts';
import type { Notice } from '../../../shared/domain/reputation/notice.ts';
import { iso, noon } from '../../support/ses.ts';

const hour = 3_600_000;
const rate = (b: number, n: number) => ({ b, n, rate: b / n, ...exactInterval(b, n) });

/** A notice of an account whose bounces are too many; what a test does not care about is that. */
export function notice(fields: Partial<Notice>): Notice {
  return {
    scope: 'account',
    rule: 'excess',
    metric: 'bounceRate',
    id: 'account/excess/bounceRate#1',
    kind: 'raised',
    from: 'ok',
    to: 'critical',
    at: iso(noon + hour),
    since: iso(noon - hour),
    b: 120,
    n: 1200,
    excessSince: iso(noon),
    rates: { '1h': { b: 0, n: 0 }, '6h': rate(120, 1200), '24h': rate(130, 2000), '7d': rate(140, 20_000) },
    lines: { review: 0.05, pause: 0.1 },
    headroom: { to: 'pause', left: 77, ofHours: 6 },
    causes: [
      { kind: 'scope', name: 'configuration-set:news', b: 90, of: 120 },
      { kind: 'sub-type', name: 'NoEmail', b: 100, of: 110 },
      { kind: 'provider', name: 'gmail', b: 1000, of: 1100 },
    ],
    command: 'npx ses-feedback rates --table reputation --scope account',
    ...fields,
  };
}

/** One of the account as a whole, and of no rate. */
export function accountNotice(fields: Partial<Notice> & Pick<Notice, 'rule'>): Notice {
  return {
    scope: 'account',
    id: `account/${fields.rule}#1`,
    kind: 'raised',
    from: 'ok',
    to: 'critical',
    at: iso(noon + hour),
    since: iso(noon + hour),
    b: 0,
    n: 0,
    causes: [],
    command: 'aws sesv2 get-account',
    ...fields,
  };
}
