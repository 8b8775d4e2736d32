import type { AlarmName } from './alarm-name.ts';
import type { AlarmStatus } from './alarm-status.ts';
import { type SendingEntity, sendingEntityOf } from './entity-status.ts';
import type { SenderFaultFigures } from './sender-faults.ts';
import { shellQuote } from './shell-quote.ts';

/** A step that an operator can take, and the command for it. */
export type NoticeAction = { readonly title: string; readonly command: string };

/** Where the commands of a notice work. */
export type StackLocation = {
  /** The name of the stack. */
  readonly stack: string;
  /** Missing if the evaluation does not run in AWS. */
  readonly region?: string;
};

/** Returns the options that select a stack in a command. */
function stackOptions(location: StackLocation): string {
  return `--stack ${shellQuote(location.stack)}${regionOption(location)}`;
}

function regionOption({ region }: StackLocation): string {
  return region === undefined ? '' : ` --region ${region}`;
}

/** Returns the command that shows more about an alarm. */
export function commandFor(
  { scope, rule, cause }: AlarmName,
  { senderFault }: { readonly senderFault?: SenderFaultFigures },
  location: StackLocation,
): string {
  if (rule === 'account-status') return `aws sesv2 get-account${regionOption(location)}`;
  if (rule === 'sending-status') return getTenantCommand(scope, location);
  const [sender] = senderFault?.sentFrom ?? [];
  if (cause === 'authentication' && sender !== undefined)
    return `aws sesv2 get-email-identity --email-identity ${shellQuote(sender.name)}${regionOption(location)}`;
  if (rule === 'missing-feedback' || rule === 'missing-sends')
    return `npx ses-feedback doctor ${stackOptions(location)}`;
  return `npx ses-feedback rates --scope ${shellQuote(scope)} ${stackOptions(location)}`;
}

export type ActionContext = {
  readonly status: AlarmStatus;
  /** When the first emails were sent at the elevated rate, ISO 8601. */
  readonly elevatedSince?: string | undefined;
  /** The id of the outage that the alarm is about. */
  readonly outage?: { readonly incident: string } | undefined;
};

/** What was suppressed is released after a look at it, and the command asks once more. */
function outageActions({ incident }: NonNullable<ActionContext['outage']>, location: StackLocation) {
  const where = `--incident ${incident} ${stackOptions(location)}`;
  return [
    { title: 'The addresses', command: `npx ses-feedback list ${where}` },
    { title: 'To release them when it is over', command: `npx ses-feedback release ${where} --note outage` },
  ];
}

/**
 * Returns what an operator can do about a rate that is too high: see what it is made of, list the addresses, and pause the configuration set.
 * After an outage of a provider: list and release what was suppressed.
 */
export function actionsFor(
  { scope, rule }: Pick<AlarmName, 'scope' | 'rule'>,
  { status, elevatedSince, outage }: ActionContext,
  location: StackLocation,
): readonly NoticeAction[] {
  if (rule === 'provider-outage') return outage === undefined ? [] : outageActions(outage, location);
  if (status === 'ok' || (rule !== 'rate-exceeded' && rule !== 'near-threshold')) return [];
  const options = stackOptions(location);
  const isAccount = scope === 'account';
  const ofScope = isAccount ? '' : ` --scope ${shellQuote(scope)}`;
  const since = elevatedSince ?? '24h';
  const pause = pauseCommand(scope, location);
  return [
    {
      title: 'What it is made of',
      command: `npx ses-feedback rates --by ${isAccount ? 'configuration-set' : 'provider'} ${options}`,
    },
    { title: 'The addresses', command: `npx ses-feedback list --since ${since}${ofScope} ${options}` },
    ...(pause === undefined ? [] : [{ title: 'To pause sending', command: pause }]),
  ];
}

function pauseCommand(scope: string, location: StackLocation): string | undefined {
  const entity = sendingEntityOf(scope);
  return entity && sendingCommand(entity, 'pause', location);
}

/**
 * Returns the command that pauses or resumes the sending of a tenant or a configuration set. A tenant that is resumed is reinstated: it sends
 * although SES has findings about it.
 */
export function sendingCommand(
  { kind, name }: SendingEntity,
  action: 'pause' | 'resume',
  location: Pick<StackLocation, 'region'>,
): string {
  const region = location.region === undefined ? '' : ` --region ${location.region}`;
  if (kind === 'configuration-set')
    return `aws sesv2 put-configuration-set-sending-options --configuration-set-name ${shellQuote(name)} ${action === 'pause' ? '--no-sending-enabled' : '--sending-enabled'}${region}`;
  const arn = `$(aws sesv2 get-tenant --tenant-name ${shellQuote(name)} --query Tenant.TenantArn --output text${region})`;
  return `aws sesv2 update-reputation-entity-customer-managed-status --reputation-entity-type RESOURCE --reputation-entity-reference "${arn}" --sending-status ${action === 'pause' ? 'DISABLED' : 'REINSTATED'}${region}`;
}

function getTenantCommand(scope: string, location: StackLocation): string {
  const { name = '' } = sendingEntityOf(scope) ?? {};
  return `aws sesv2 get-tenant --tenant-name ${shellQuote(name)}${regionOption(location)}`;
}
