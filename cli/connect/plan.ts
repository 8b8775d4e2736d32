import { defined } from '../../shared/domain/defined.ts';
import { isDelivered } from '../stack/delivery.ts';
import type { IdentityDetails, StackInventory } from '../stack/inventory.ts';
import type { SesCall } from '../stack/ses-call.ts';
import { belongsToStack, commandsFor, type Stream, streams as streamNames } from '../stack/stack.ts';

/** A setting to change, its value before and after, and the call that changes it. */
export type SettingChange = {
  /** `account`, or `identity example.com`. */
  readonly resource: string;
  readonly setting: string;
  readonly from: string;
  readonly to: string;
  readonly call: SesCall;
};

/** A setting that differs from what the stack needs but stays, and the reason. */
export type UnchangedSetting = { readonly resource: string; readonly setting: string; readonly reason: string };

export type ConnectionPlan = {
  readonly changes: readonly SettingChange[];
  readonly unchanged: readonly UnchangedSetting[];
};

type PlanOptions = {
  /** Whether to replace topics and configuration sets that do not belong to the stack. */
  readonly replace: boolean;
};

/** Returns the changes that connect the identities to the stack. Connected identities need none. */
export function planConnection(
  inventory: StackInventory,
  identities: readonly IdentityDetails[],
  options: PlanOptions,
): ConnectionPlan {
  const plans = [planAccount(inventory), ...identities.map((identity) => planIdentity(identity, inventory, options))];
  return { changes: plans.flatMap(({ changes }) => changes), unchanged: plans.flatMap(({ unchanged }) => unchanged) };
}

function planAccount({ account }: StackInventory): ConnectionPlan {
  const [resource, setting] = ['account', 'reasons for which SES suppresses addresses'];
  if ('error' in account) return { changes: [], unchanged: [{ resource, setting, reason: account.error }] };
  const reasons = ['BOUNCE', 'COMPLAINT'] as const;
  const current = account.value.suppressedReasons;
  if (reasons.every((reason) => current.includes(reason))) return { changes: [], unchanged: [] };
  const call: SesCall = { kind: 'account-suppression', reasons, ...defined({ validation: account.value.validation }) };
  const change = { resource, setting, from: current.join(', ') || 'none', to: reasons.join(', '), call };
  return { changes: [change], unchanged: [] };
}

function planIdentity(
  identity: IdentityDetails,
  { stack, streams }: StackInventory,
  { replace }: PlanOptions,
): ConnectionPlan {
  const { name, configurationSet } = identity;
  const resource = `identity ${name}`;
  const changes: SettingChange[] = [];
  const unchanged: UnchangedSetting[] = [];
  const isTopicDelivered = (streamName: Stream, arn: string) => {
    const stream = streams[streamName];
    if ('error' in stream) return false;
    const topic = stream.value.topics.find((one) => one.arn === arn);
    return topic !== undefined && isDelivered(topic, name, stream.value, stack);
  };
  const settings = [
    { type: 'Bounce', stream: 'bounces', current: identity.bounceTopic },
    { type: 'Complaint', stream: 'complaints', current: identity.complaintTopic },
  ] as const;
  const areDelivered = settings.map(({ type, stream, current }) => {
    const setting = `${type.toLowerCase()} topic`;
    const [topic] = stack.topics[stream];
    if (current !== undefined && belongsToStack(current, stack))
      return streamNames.some((one) => isTopicDelivered(one, current));
    if (current !== undefined && !replace) {
      unchanged.push({ resource, setting, reason: keepReason(current) });
      return false;
    }
    // SES silently removes a topic it cannot publish to, so such a topic is not set in the first place.
    if (!isTopicDelivered(stream, topic)) {
      const reason = `messages published to ${topic} do not reach this stack; to see why, run: ${commandsFor(stack).doctor}`;
      unchanged.push({ resource, setting, reason });
      return false;
    }
    const call: SesCall = { kind: 'topic', identity: name, type, topic };
    changes.push({ resource, setting, from: current ?? 'none', to: topic, call });
    return true;
  });
  if (configurationSet !== stack.configurationSet) {
    const setting = 'default configuration set';
    const call: SesCall = { kind: 'configuration-set', identity: name, configurationSet: stack.configurationSet };
    if (configurationSet === undefined || replace)
      changes.push({ resource, setting, from: configurationSet ?? 'none', to: stack.configurationSet, call });
    else unchanged.push({ resource, setting, reason: keepReason(configurationSet) });
  }
  if (identity.isForwarding) {
    const setting = 'email forwarding';
    const call: SesCall = { kind: 'stop-forwarding', identity: name };
    if (areDelivered.every(Boolean)) changes.push({ resource, setting, from: 'on', to: 'off', call });
    else unchanged.push({ resource, setting, reason: 'it stays on until bounces and complaints reach this stack' });
  }
  return { changes, unchanged };
}

const keepReason = (current: string) => `it is ${current}; pass --replace to change it`;
