import { formatCount } from './format-rate.ts';
import type { Notice } from './notice.ts';

/** Returns what the headline says. */
export function providerOutageSubject({ kind, providerOutage }: Notice): string {
  const { provider = 'a provider', isOfKnownAddresses } = providerOutage ?? {};
  if (kind === 'resolved') return `bounces at ${provider} are as usual again`;
  return isOfKnownAddresses ? `${provider} refuses addresses that had email before` : `${provider} may have an outage`;
}

const whileRaised =
  'While this alarm is raised, bounces at this provider suppress for a limited time only (hard.incidentHours in the policy).';

/** Returns the sentences that say what happened, and what to look at. */
export function describeProviderOutage({ providerOutage }: Notice): string {
  const { provider = 'a provider', bounces = 0, usual = 0, isOfKnownAddresses } = providerOutage ?? {};
  const usually = `Usually there are ${formatCount(Math.round(usual))}.`;
  if (isOfKnownAddresses)
    return [
      `In the last two hours, ${formatCount(bounces)} addresses at ${provider} bounced permanently although they accepted an email in the weeks before. ${usually}`,
      'The other providers refuse no more than usual. So the provider refuses addresses that exist, as Gmail did in December 2020.',
      whileRaised,
      'Stop mailings to this provider until it is over, and release the addresses then.',
    ].join(' ');
  return [
    `Of the emails of this hour and the one before, ${formatCount(bounces)} to ${provider} bounced permanently. ${usually}`,
    'The other providers refuse no more than usual, and no unusually large mailing was sent.',
    'Either the provider refuses addresses that exist, as Gmail did in December 2020, or a bad list is being sent slowly.',
    whileRaised,
    'Look at some of the addresses: if they had email lately, it is an outage. Stop mailings to this provider until it is over, and release the addresses then.',
  ].join(' ');
}
