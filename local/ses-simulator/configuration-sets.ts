import { defined } from '../../shared/domain/defined.ts';
import { type ApiResponse, notFound, ok } from './response.ts';
import type { ConfigurationSet, Ses } from './state.ts';

/** ListConfigurationSets: returns the names of all configuration sets on one page. */
export function listConfigurationSets({ state }: Ses): ApiResponse {
  return ok({ ConfigurationSets: Object.keys(state.configurationSets) });
}

/** GetConfigurationSet: returns whether sending with a configuration set is enabled, and its own reasons to suppress. */
export function getConfigurationSet(name: string, ses: Ses): ApiResponse {
  return withConfigurationSet(name, ses, ({ isSendingEnabled = true, suppressedReasons, suppressionScope }) =>
    ok({
      ConfigurationSetName: name,
      SendingOptions: { SendingEnabled: isSendingEnabled },
      ...((suppressedReasons || suppressionScope) && {
        SuppressionOptions: defined({ SuppressedReasons: suppressedReasons, SuppressionScope: suppressionScope }),
      }),
    }),
  );
}

/**
 * GetConfigurationSetEventDestinations: returns the event destinations of a configuration set.
 */
export function getEventDestinations(name: string, ses: Ses): ApiResponse {
  return withConfigurationSet(name, ses, ({ destinations }) =>
    ok({
      EventDestinations: destinations.map(({ isEnabled, types, topicArn, otherKind }, index) => ({
        Name: `destination-${index}`,
        Enabled: isEnabled,
        MatchingEventTypes: types,
        ...(topicArn !== undefined && { SnsDestination: { TopicArn: topicArn } }),
        ...(otherKind && { [otherKind]: {} }),
      })),
    }),
  );
}

function withConfigurationSet(name: string, { state }: Ses, respond: (set: ConfigurationSet) => ApiResponse) {
  const set = state.configurationSets[name];
  return set === undefined ? notFound(`Configuration set <${name}> does not exist.`) : respond(set);
}
