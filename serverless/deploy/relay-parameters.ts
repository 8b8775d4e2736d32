import * as z from 'zod/mini';

const hostOfSes = /^(email-smtp|inbound-smtp|feedback-smtp)\.|\.(amazonses|amazonaws)\.com(\.cn)?$/i;

/** A text that may be empty. */
const optional = (isValid: (text: string) => boolean, message: string) =>
  z.string().check(z.refine((text) => text === '' || isValid(text), message));

/** A list on the command line, without spaces: CloudFormation splits it at the commas. */
const listOf = (pattern: RegExp, message: string) =>
  optional((text) => text.split(',').every((item) => pattern.test(item)), message);

/** The parameters of the relay, as serverless.yml describes them. */
export const relayParameters = {
  relayRecipients: listOf(
    /^([\w.+-]+@)?\.?([\w-]+\.)+[a-z][a-z\d-]+$/i,
    'must be domains and addresses, separated by commas, without spaces',
  ),
  relayHost: z.string().check(
    z.regex(/^[\w.:-]{0,253}$/, 'must be the host name of your mail server'),
    z.refine((host) => !hostOfSes.test(host), 'must not be SES: it would send the email on, or receive it again'),
  ),
  relayPort: z.pipe(
    z.transform((value) => Number(value)),
    z.int('must be a port').check(z.minimum(1, 'must be a port'), z.maximum(65_535, 'must be a port')),
  ),
  relayTls: z.enum(['starttls', 'tls', 'opportunistic', 'none']),
  relaySecret: optional(
    (name) => /^\/[\w./-]{1,1010}$/.test(name),
    'must be the name of a parameter of Systems Manager, with a / at its start',
  ),
  relaySubnets: listOf(/^subnet-[\da-f]+$/, 'must be ids of subnets, separated by commas, without spaces'),
  relaySecurityGroups: listOf(/^sg-[\da-f]+$/, 'must be ids of security groups, separated by commas, without spaces'),
  relayRuleSet: optional((name) => /^[\w.-]{1,64}$/.test(name), 'must be the name of a receipt rule set'),
  relayBucketAboveGB: z.pipe(
    z.transform((value) => Number(value)),
    z.int('must be a whole number of GB').check(z.minimum(1, 'must be at least 1')),
  ),
  returnPathDomains: listOf(/^([\w-]+\.)+[a-z][a-z\d-]+$/i, 'must be domains, separated by commas, without spaces'),
};

/** The values of {@link relayParameters} that depend on each other. */
export type RelayParameters = Readonly<
  Record<'relayRecipients' | 'relayHost' | 'relaySubnets' | 'relaySecurityGroups' | 'returnPathDomains', string>
>;

/** Returns what contradicts another parameter, by the parameter to change. */
export function contradictionsOf(parameters: RelayParameters): { parameter: keyof RelayParameters; message: string }[] {
  const { relayRecipients, relayHost, relaySubnets, relaySecurityGroups, returnPathDomains } = parameters;
  const split = (list: string) => list.toLowerCase().split(',').filter(Boolean);
  const recipients = split(relayRecipients);
  const reports = split(returnPathDomains);
  const others = recipients.filter((recipient) => !reports.includes(recipient.slice(recipient.lastIndexOf('@') + 1)));
  const found: { parameter: keyof RelayParameters; message: string }[] = [];
  if (reports.some((domain) => !recipients.includes(domain)))
    found.push({
      parameter: 'returnPathDomains',
      message: 'must be among relayRecipients, because SES must receive their email',
    });
  if (relayHost === '' && others.length > 0)
    found.push({
      parameter: 'relayHost',
      message: 'is required, because not all of relayRecipients are in returnPathDomains',
    });
  if ((relaySubnets === '') !== (relaySecurityGroups === ''))
    found.push({ parameter: 'relaySubnets', message: 'and relaySecurityGroups are needed together' });
  return found;
}
