import { confidenceInterval } from '../../../shared/domain/reputation/confidence-interval.ts';
import type { Notice } from '../../../shared/domain/reputation/notice.ts';
import { iso, noon } from '../../support/ses.ts';

const hour = 3_600_000;
const rate = (bad: number, total: number) => ({ bad, total, rate: bad / total, ...confidenceInterval(bad, total) });

/** Builds a notice about a bounce rate of the account that is critical. */
export function notice(fields: Partial<Notice>): Notice {
  return {
    scope: 'account',
    rule: 'rate-exceeded',
    metric: 'bounceRate',
    id: 'account/rate-exceeded/bounceRate#1',
    kind: 'raised',
    from: 'ok',
    to: 'critical',
    at: iso(noon + hour),
    since: iso(noon - hour),
    bad: 120,
    total: 1200,
    elevatedSince: iso(noon),
    rates: { '1h': { bad: 0, total: 0 }, '6h': rate(120, 1200), '24h': rate(130, 2000), '7d': rate(140, 20_000) },
    thresholds: { review: 0.05, pause: 0.1 },
    headroom: { to: 'pause', remaining: 77, basedOnHours: 6 },
    contributors: [
      { kind: 'scope', name: 'configuration-set:news', bad: 90, of: 120 },
      { kind: 'sub-type', name: 'NoEmail', bad: 100, of: 110 },
      { kind: 'provider', name: 'gmail', bad: 1000, of: 1100 },
    ],
    command: 'npx ses-feedback rates --table reputation --scope account',
    ...fields,
  };
}

/** Builds a notice of a rule that concerns the whole account, and no rate. */
export function accountNotice(fields: Partial<Notice> & Pick<Notice, 'rule'>): Notice {
  return {
    scope: 'account',
    id: `account/${fields.rule}#1`,
    kind: 'raised',
    from: 'ok',
    to: 'critical',
    at: iso(noon + hour),
    since: iso(noon + hour),
    bad: 0,
    total: 0,
    contributors: [],
    command: 'aws sesv2 get-account',
    ...fields,
  };
}
