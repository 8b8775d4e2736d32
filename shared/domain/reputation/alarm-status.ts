/** The state of an alarm, by severity. The rules define what `approaching` (a warning) and `critical` mean for their figures. */
export type AlarmStatus = 'ok' | 'approaching' | 'critical';

const severity: Record<AlarmStatus, number> = { ok: 0, approaching: 1, critical: 2 };

/** Returns whether a status is more severe than another one. */
export function isWorse(status: AlarmStatus, than: AlarmStatus): boolean {
  return severity[status] > severity[than];
}
