import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DeskServer } from '../../cli/desk/server.ts';
import type { CliIO } from '../../cli/io/cli-io.ts';
import { createProgress } from '../../cli/io/progress.ts';
import { renderReportPage } from '../../cli/report/page.ts';
import { day } from '../../shared/domain/durations.ts';
import { useLocalAwsEnvironment } from '../emulator/aws-environment.ts';
import { startDemoDesk } from './demo-desk.ts';
import {
  formatBriefSamples,
  formatHeading,
  formatIntroduction,
  formatRedelivery,
  formatSample,
  formatVerdicts,
  isUnchanged,
} from './format-samples.ts';
import { formatScenario, toReport } from './format-scenario.ts';
import { formatSummary } from './format-summary.ts';
import { createDemoTables, type ProcessedSamples, processSamples } from './process-samples.ts';
import { demoTime, loadSample, loadSamples } from './samples.ts';
import { runScenario, type Scenario, scenarioDays } from './scenario.ts';

export type DemoOptions = {
  /** Files of the user, shown in full. */
  readonly files: readonly string[];
  /** Whether to show every sample, and all notices. */
  readonly all: boolean;
  /**
   * Determines the order in which messages are delivered again.
   * @default random
   */
  readonly seed?: number;
  /**
   * Where the report page is written.
   * @default the working directory
   */
  readonly folder?: string;
  /** Serves the desk on the data of the demonstration, and calls this with its address. The run lasts until the desk ends. */
  readonly onDesk?: (desk: DeskServer) => void;
};

export const reportFile = 'report.html';

/**
 * Runs the product on sample messages, delivers them again to show that this changes nothing, and runs a week with a bad list. Writes what
 * happened, and `report.html`.
 *
 * @throws Error if a file cannot be read, the engine does not start, or the redelivery changed anything
 */
export async function runDemo(options: DemoOptions, { stdout, stderr }: Omit<CliIO, 'stdin'>): Promise<void> {
  const { files, all, seed = Date.now() % 1_000_000, folder = process.cwd(), onDesk } = options;
  const userSamples = await Promise.all(files.map((file) => loadSample(file)));
  const samples = await loadSamples();
  const now = demoTime(samples);
  const engine = await useLocalAwsEnvironment();
  const progress = createProgress(stderr);
  try {
    const results = await processSamples([...userSamples, ...samples], now, seed);
    const startsAt = Math.floor(now / day) * day - scenarioDays * day;
    const tables = await createDemoTables();
    const scenario = await runScenario(tables, startsAt, progress.show);
    writeFileSync(path.join(folder, reportFile), renderReportPage(toReport(scenario)));
    const own = results.processed.slice(0, files.length);
    stdout.write(await (all ? formatAll(results, scenario, now) : formatSummary(results, scenario, own)));
    if (!isUnchanged(results.redelivery))
      throw new Error(`The redelivery changed the tables. To reproduce it, run: SEED=${seed} npm run demo`);
    if (onDesk !== undefined) {
      const desk = await startDemoDesk(tables, samples, Math.max(now, scenario.endsAt));
      onDesk(desk.server);
      await desk.server.ended;
      await desk.close();
    }
  } finally {
    progress.clear();
    await engine.stop();
  }
}

/** Returns the text of `--all`. */
async function formatAll(samples: ProcessedSamples, scenario: Scenario, now: number): Promise<string> {
  const { processed, redelivery, isSuppressed } = samples;
  const inFull = processed.filter(({ sample }) => sample.isShownInFull);
  const inBrief = processed.filter(({ sample }) => !sample.isShownInFull);
  const parts = [
    formatIntroduction(now),
    formatHeading('1', 'Process bounces and complaints'),
    ...inFull.map(formatSample),
    formatBriefSamples(inBrief),
    formatHeading('2', 'Check addresses before sending'),
    await formatVerdicts(inFull, redelivery.before, isSuppressed),
    formatHeading('3', 'Deliver every message twice more, in random order, in batches of 10'),
    formatRedelivery(redelivery),
    formatHeading('4', 'Detect a bad list before AWS reviews the account'),
    formatScenario(scenario),
  ];
  return `\n${parts.join('\n\n')}\n\n  Wrote ${reportFile}: a larger chart of the week, and all notices.\n`;
}
