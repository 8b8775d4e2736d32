import { arrives } from '../doctor/check-streams.ts';
import type { IdentitySight, Sight } from '../stack/inventory.ts';
import { streams as allStreams, commandsFor, isOurs, type Stream } from '../stack/stack.ts';

/** One call that makes the wiring right, with what it replaces. */
export type Change = {
  /** What it is about: `account`, or `identity example.com`. */
  readonly about: string;
  readonly setting: string;
  readonly from: string;
  readonly to: string;
  readonly call: Call;
};

export type Call =
  | { readonly kind: 'account-suppression'; readonly reasons: readonly ('BOUNCE' | 'COMPLAINT')[] }
  | { readonly kind: 'topic'; readonly identity: string; readonly type: 'Bounce' | 'Complaint'; readonly topic: string }
  | { readonly kind: 'configuration-set'; readonly identity: string; readonly configurationSet: string }
  | { readonly kind: 'stop-forwarding'; readonly identity: string };

/** What is left as it is, and why. */
export type Kept = { readonly about: string; readonly setting: string; readonly reason: string };

export type Plan = { readonly changes: readonly Change[]; readonly kept: readonly Kept[] };

/**
 * What has to be changed so that these identities report here. Nothing, if all is right: to connect twice is to connect once.
 * @param replace whether topics and configuration sets of somebody else's are replaced
 */
export function planConnection(
  sight: Sight,
  identities: readonly IdentitySight[],
  { replace }: { replace: boolean },
): Plan {
  const plans = [planAccount(sight), ...identities.map((identity) => planIdentity(identity, sight, replace))];
  return { changes: plans.flatMap(({ changes }) => changes), kept: plans.flatMap(({ kept }) => kept) };
}

function planAccount({ account }: Sight): Plan {
  const setting = 'what SES suppresses itself';
  if ('unknown' in account) return { changes: [], kept: [{ about: 'account', setting, reason: account.unknown }] };
  const reasons = ['BOUNCE', 'COMPLAINT'] as const;
  const held = account.fact.suppressedReasons;
  if (reasons.every((reason) => held.includes(reason))) return { changes: [], kept: [] };
  const call: Call = { kind: 'account-suppression', reasons };
  return {
    changes: [{ about: 'account', setting, from: held.join(', ') || 'nothing', to: reasons.join(', '), call }],
    kept: [],
  };
}

function planIdentity(identity: IdentitySight, { stack, streams }: Sight, replace: boolean): Plan {
  const { name, configurationSet } = identity;
  const about = `identity ${name}`;
  const changes: Change[] = [];
  const kept: Kept[] = [];
  const comesIn = (stream: Stream, arn: string) => {
    const known = streams[stream];
    const topic = 'fact' in known && known.fact.topics.find((one) => one.arn === arn);
    return topic !== false && topic !== undefined && arrives(topic, name, known.fact, stack);
  };
  const plans = [
    { type: 'Bounce', stream: 'bounces', held: identity.bounceTopic },
    { type: 'Complaint', stream: 'complaints', held: identity.complaintTopic },
  ] as const;
  const heardOf = plans.map(({ type, stream, held }) => {
    const setting = `${type.toLowerCase()} topic`;
    const [topic] = stack.topics[stream];
    if (held !== undefined && isOurs(held, stack)) return allStreams.some((one) => comesIn(one, held));
    if (held !== undefined && !replace) {
      kept.push({ about, setting, reason: `it is ${held}; --replace makes it ours` });
      return false;
    }
    // SES takes a topic it cannot publish to off again, and tells nobody.
    if (!comesIn(stream, topic)) {
      kept.push({
        about,
        setting,
        reason: `what is published to ${topic} does not come in: ${commandsFor(stack).doctor}`,
      });
      return false;
    }
    const call: Call = { kind: 'topic', identity: name, type, topic };
    changes.push({ about, setting, from: held ?? 'none', to: topic, call });
    return true;
  });
  if (configurationSet !== stack.configurationSet) {
    const setting = 'default configuration set';
    const call: Call = { kind: 'configuration-set', identity: name, configurationSet: stack.configurationSet };
    if (configurationSet === undefined || replace)
      changes.push({ about, setting, from: configurationSet ?? 'none', to: stack.configurationSet, call });
    else kept.push({ about, setting, reason: `it is ${configurationSet}; --replace makes it ours` });
  }
  if (identity.isForwarding) {
    const setting = 'forwarding by e-mail';
    const call: Call = { kind: 'stop-forwarding', identity: name };
    if (heardOf.every(Boolean)) changes.push({ about, setting, from: 'on', to: 'off', call });
    else kept.push({ about, setting, reason: 'it stays on until both its topics come here' });
  }
  return { changes, kept };
}
