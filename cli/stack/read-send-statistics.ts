import { GetSendStatisticsCommand } from '@aws-sdk/client-ses';
import { type SendDataPoint, toDataPoints } from '../io/send-statistics.ts';
import { createClients } from './clients.ts';

/**
 * Reads what SES counted in the last 14 days in this Region, oldest first.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_GetSendStatistics.html
 */
export async function readSendStatistics(region: string | undefined): Promise<SendDataPoint[]> {
  const { sesV1: client } = createClients(region === undefined ? {} : { region });
  return toDataPoints(await client.send(new GetSendStatisticsCommand({})));
}
