import {
  GetAccountCommand,
  GetConfigurationSetEventDestinationsCommand,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import { type Observation, observe } from './observation.ts';

/** Observes the settings of the stack's configuration set and of the account, as SES returns them. */
export async function observeSettings(ses: SESv2Client, ConfigurationSetName: string): Promise<readonly Observation[]> {
  return [
    await observe('event types of the event destinations', 'upper case, with BOUNCE and COMPLAINT', async () => {
      const answer = await ses.send(new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName }));
      const types: string[] = (answer.EventDestinations ?? []).flatMap(
        ({ MatchingEventTypes = [] }) => MatchingEventTypes,
      );
      const isUpperCase = types.every((type) => type === type.toUpperCase());
      const isExpected = isUpperCase && ['BOUNCE', 'COMPLAINT'].every((type) => types.includes(type));
      return { observed: types.toSorted().join(', ') || 'none', isExpected };
    }),
    await observe('suppression settings of the account', 'both reasons', async () => {
      const { SuppressionAttributes: { SuppressedReasons = [], ...others } = {} } = await ses.send(
        new GetAccountCommand(),
      );
      const further = Object.keys(others);
      const observed = [SuppressedReasons.toSorted().join(' and ') || 'none', ...further].join(', ');
      return { observed, isExpected: SuppressedReasons.length === 2 };
    }),
  ];
}
