import type { AlarmName } from './alarm-name.ts';
import type { AlarmStatus } from './alarm-status.ts';
import type { SenderFaultFigures } from './sender-faults.ts';
import { shellQuote } from './shell-quote.ts';

/** A step that an operator can take, and the command for it. */
export type NoticeAction = { readonly title: string; readonly command: string };

const setPrefix = 'configuration-set:';

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
  const [sender] = senderFault?.sentFrom ?? [];
  if (cause === 'authentication' && sender !== undefined)
    return `aws sesv2 get-email-identity --email-identity ${shellQuote(sender.name)}${regionOption(location)}`;
  if (rule === 'missing-feedback' || rule === 'missing-sends')
    return `npx ses-feedback doctor ${stackOptions(location)}`;
  return `npx ses-feedback rates --scope ${shellQuote(scope)} ${stackOptions(location)}`;
}

/**
 * Returns what an operator can do about a rate that is too high: see what it is made of, list the addresses, and pause the configuration set.
 *
 * @param elevatedSince when the first emails were sent at the elevated rate, ISO 8601
 */
export function actionsFor(
  { scope, rule }: Pick<AlarmName, 'scope' | 'rule'>,
  { status, elevatedSince }: { readonly status: AlarmStatus; readonly elevatedSince: string | undefined },
  location: StackLocation,
): readonly NoticeAction[] {
  if (status === 'ok' || (rule !== 'rate-exceeded' && rule !== 'near-threshold')) return [];
  const options = stackOptions(location);
  const isAccount = scope === 'account';
  const ofScope = isAccount ? '' : ` --scope ${shellQuote(scope)}`;
  const since = elevatedSince ?? '24h';
  const set = scope.startsWith(setPrefix) ? scope.slice(setPrefix.length) : undefined;
  return [
    {
      title: 'What it is made of',
      command: `npx ses-feedback rates --by ${isAccount ? 'configuration-set' : 'provider'} ${options}`,
    },
    { title: 'The addresses', command: `npx ses-feedback list --since ${since}${ofScope} ${options}` },
    ...(set === undefined
      ? []
      : [
          {
            title: 'To pause sending',
            command: `aws sesv2 put-configuration-set-sending-options --configuration-set-name ${shellQuote(set)} --no-sending-enabled${regionOption(location)}`,
          },
        ]),
  ];
}
