import { isDelivered } from '../doctor/check-streams.ts';
import type { IdentityDetails, StackInventory } from '../stack/inventory.ts';
import { streams as allStreams, belongsToStack, commandsFor, type Stream } from '../stack/stack.ts';

/** One call that makes the wiring right, with what it replaces. */
export type WiringChange = {
  /** What it is about: `account`, or `identity example.com`. */
  readonly resource: string;
  readonly setting: string;
  readonly from: string;
  readonly to: string;
  readonly call: SesCall;
};

export type SesCall =
  | { readonly kind: 'account-suppression'; readonly reasons: readonly ('BOUNCE' | 'COMPLAINT')[] }
  | { readonly kind: 'topic'; readonly identity: string; readonly type: 'Bounce' | 'Complaint'; readonly topic: string }
  | { readonly kind: 'configuration-set'; readonly identity: string; readonly configurationSet: string }
  | { readonly kind: 'stop-forwarding'; readonly identity: string };

/** What is left as it is, and why. */
export type UnchangedSetting = { readonly resource: string; readonly setting: string; readonly reason: string };

export type ConnectionPlan = {
  readonly changes: readonly WiringChange[];
  readonly unchanged: readonly UnchangedSetting[];
};

/**
 * What has to be changed so that these identities report here. Nothing, if all is right: to connect twice is to connect once.
 * @param replace whether topics and configuration sets of somebody else's are replaced
 */
export function planConnection(
  sight: StackInventory,
  identities: readonly IdentityDetails[],
  { replace }: { replace: boolean },
): ConnectionPlan {
  const plans = [planAccount(sight), ...identities.map((identity) => planIdentity(identity, sight, replace))];
  return { changes: plans.flatMap(({ changes }) => changes), unchanged: plans.flatMap(({ unchanged }) => unchanged) };
}

function planAccount({ account }: StackInventory): ConnectionPlan {
  const setting = 'what SES suppresses itself';
  if ('error' in account) return { changes: [], unchanged: [{ resource: 'account', setting, reason: account.error }] };
  const reasons = ['BOUNCE', 'COMPLAINT'] as const;
  const held = account.value.suppressedReasons;
  if (reasons.every((reason) => held.includes(reason))) return { changes: [], unchanged: [] };
  const call: SesCall = { kind: 'account-suppression', reasons };
  return {
    changes: [{ resource: 'account', setting, from: held.join(', ') || 'nothing', to: reasons.join(', '), call }],
    unchanged: [],
  };
}

function planIdentity(identity: IdentityDetails, { stack, streams }: StackInventory, replace: boolean): ConnectionPlan {
  const { name, configurationSet } = identity;
  const resource = `identity ${name}`;
  const changes: WiringChange[] = [];
  const unchanged: UnchangedSetting[] = [];
  const comesIn = (stream: Stream, arn: string) => {
    const known = streams[stream];
    const topic = 'value' in known && known.value.topics.find((one) => one.arn === arn);
    return topic !== false && topic !== undefined && isDelivered(topic, name, known.value, stack);
  };
  const plans = [
    { type: 'Bounce', stream: 'bounces', held: identity.bounceTopic },
    { type: 'Complaint', stream: 'complaints', held: identity.complaintTopic },
  ] as const;
  const heardOf = plans.map(({ type, stream, held }) => {
    const setting = `${type.toLowerCase()} topic`;
    const [topic] = stack.topics[stream];
    if (held !== undefined && belongsToStack(held, stack)) return allStreams.some((one) => comesIn(one, held));
    if (held !== undefined && !replace) {
      unchanged.push({ resource, setting, reason: `it is ${held}; --replace makes it ours` });
      return false;
    }
    // SES takes a topic it cannot publish to off again, and tells nobody.
    if (!comesIn(stream, topic)) {
      unchanged.push({
        resource,
        setting,
        reason: `what is published to ${topic} does not come in: ${commandsFor(stack).doctor}`,
      });
      return false;
    }
    const call: SesCall = { kind: 'topic', identity: name, type, topic };
    changes.push({ resource, setting, from: held ?? 'none', to: topic, call });
    return true;
  });
  if (configurationSet !== stack.configurationSet) {
    const setting = 'default configuration set';
    const call: SesCall = { kind: 'configuration-set', identity: name, configurationSet: stack.configurationSet };
    if (configurationSet === undefined || replace)
      changes.push({ resource, setting, from: configurationSet ?? 'none', to: stack.configurationSet, call });
    else unchanged.push({ resource, setting, reason: `it is ${configurationSet}; --replace makes it ours` });
  }
  if (identity.isForwarding) {
    const setting = 'forwarding by e-mail';
    const call: SesCall = { kind: 'stop-forwarding', identity: name };
    if (heardOf.every(Boolean)) changes.push({ resource, setting, from: 'on', to: 'off', call });
    else unchanged.push({ resource, setting, reason: 'it stays on until both its topics come here' });
  }
  return { changes, unchanged };
}
