import { type Report, renderReportPage } from '../../../cli/report/page.ts';
import { hour } from '../../../shared/domain/durations.ts';
import { runLocal } from '../../support/run.ts';

const start = Date.UTC(2026, 9, 31);
const report: Report = {
  title: 'Two days, between which the clocks change in New York',
  introduction: 'A list was purchased.',
  series: [
    {
      title: 'Bounce rate',
      points: Array.from({ length: 48 }, (_, index) => ({
        start: start + index * hour,
        sends: 200,
        rate: index / 1000,
      })),
      thresholds: [{ label: 'Review threshold: 5 %', rate: 0.05 }],
      marks: [{ at: start + 30 * hour, label: 'Approaching', tone: 'approaching' }],
    },
  ],
  notices: [{ at: start + 30 * hour, subject: 'Look at your list', text: 'It bounces.', tone: 'approaching' }],
};

test('the same report gives the same page in another process and time zone', async () => {
  const program = `
    const { renderReportPage } = require('./cli/report/page.ts');
    process.stdout.write(renderReportPage(${JSON.stringify(report)}));`;
  const other = await runLocal('tsx', ['--eval', program], { env: { TZ: 'America/New_York' } });
  expect(other).toEqual({ code: 0, stdout: renderReportPage(report), stderr: '' });
});
