import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { version } from '../../../package.json';
import { observeLists } from './observe-lists.ts';
import { observeMetrics } from './observe-metrics.ts';
import { observeSettings } from './observe-settings.ts';
import { formatReport } from './report.ts';

export type FirstHourOptions = {
  readonly ses: SESv2Client;
  /** Missing for a stack without CloudWatch. */
  readonly cloudWatch?: CloudWatchClient;
  readonly stackName: string;
  readonly configurationSet: string;
  readonly region: string;
  /** What the suite printed. */
  readonly lines: readonly string[];
  readonly newId: () => string;
  /** Returns epoch milliseconds. */
  readonly clock: () => number;
  readonly print: (line: string) => void;
};

/**
 * Compares what AWS does with what its documentation says and the simulator of SES assumes, and prints a report for an issue.
 *
 * @returns whether everything that could be observed is as expected
 */
export async function runFirstHour(options: FirstHourOptions): Promise<boolean> {
  const { ses, cloudWatch, stackName, configurationSet, region, lines, newId, clock, print } = options;
  print('');
  print('Comparing how SES behaves with what ses-feedback expects. This takes about a minute, at one call a second.');
  const observations = [
    ...(await observeSettings(ses, configurationSet)),
    ...(await observeLists(ses, newId, clock())),
    ...(cloudWatch ? await observeMetrics(cloudWatch, stackName, clock()) : []),
  ];
  print('');
  print(formatReport({ version, region, stackName, time: new Date(clock()).toISOString(), lines, observations }));
  return observations.every(({ isExpected }) => isExpected !== false);
}
