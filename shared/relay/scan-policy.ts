import type { RelayPolicy } from '../domain/policy/relay-policy.ts';
import type { InboundEmail } from './inbound-email.ts';

/** Returns what SES's verdicts mean for an email. */
export function verdictStep(
  { spam, virus }: Pick<InboundEmail, 'spam' | 'virus'>,
  policy: RelayPolicy,
): 'drop' | 'deliver' {
  return (spam === 'FAIL' && policy.spam === 'drop') || (virus === 'FAIL' && policy.virus === 'drop')
    ? 'drop'
    : 'deliver';
}

/** Returns the fields to put in front of an email. What follows them stays as it is, so that its signatures remain valid. */
export function tagsOf({ spam, virus }: Pick<InboundEmail, 'spam' | 'virus'>, policy: RelayPolicy): string {
  const isTagged = (verdict: string, setting: string) => verdict === 'FAIL' && setting === 'tag';
  return `${isTagged(spam, policy.spam) ? 'X-Spam-Flag: YES\r\n' : ''}${isTagged(virus, policy.virus) ? 'X-Virus-Flag: YES\r\n' : ''}`;
}
