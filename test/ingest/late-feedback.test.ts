import type { AddressKey } from '../../shared/domain/address.ts';
import { defaultPolicy, readPolicy } from '../../shared/domain/policy/policy.ts';
import { releaseAddress } from '../../shared/operator/release-address.ts';
import { bounce, complaint, day, delivery, hour, noon, queued, snsEnvelope } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

const release = (system: System, address: string) =>
  releaseAddress({ store: system.store, policy: defaultPolicy, clock: () => system.now }, address as AddressKey, {
    by: 'op',
    note: 'test',
  });
const statusOf = async (system: System, address = 'ann@example.net') => (await system.record(address))?.status;

describe('feedback from before a release, redriven after it', () => {
  const withTime = (timestamp: string | undefined) => {
    const message = bounce({ sentAt: noon - 2 * hour });
    return { ...message, bounce: { ...message.bounce, timestamp } };
  };
  const complaintWithTime = (timestamp: string | undefined) => {
    const message = complaint({ sentAt: noon - 2 * hour });
    return { ...message, complaint: { ...message.complaint, timestamp } };
  };

  test.each([
    ['a bounce without a time', withTime(undefined)],
    ['a bounce from a provider whose clock is a year ahead', withTime('2027-11-20T12:00:00.000Z')],
    ['a bounce whose time cannot be read', withTime('yesterday')],
    ['a complaint without a time', complaintWithTime(undefined)],
  ])('with raw delivery, %s does not suppress again', async (_name, body) => {
    const system = await createSystem();
    await system.deliver([bounce({ mailId: 'first' })]);
    await release(system, 'ann@example.net');
    system.now = noon + 5 * hour;
    // It never arrived before, and a redrive renews the time at which the queue received it.
    await system.deliverEvent({ Records: [queued('m', body, system.now)] });
    expect(await statusOf(system)).toBe('released');
  });

  test('in an SNS envelope, a bounce without a time happened when SNS published it', async () => {
    const system = await createSystem();
    await system.deliver([bounce({ mailId: 'first' })]);
    await release(system, 'ann@example.net');
    system.now = noon + 5 * hour;
    const later = snsEnvelope(withTime(undefined), { at: noon + 2 * hour });
    await system.deliverEvent({ Records: [queued('m', later, system.now)] });
    expect(await statusOf(system)).toBe('suppressed');
  });
});

describe('with soft.endedByDelivery', () => {
  const policy = readPolicy({
    soft: { strikes: 3, onDays: 2, withinDays: 10, suppressDays: 5, endedByDelivery: true },
  });
  const strikes = [0, 1, 2].map((index) => {
    const at = noon - (5 - index) * day;
    return bounce({ type: 'Transient', subType: 'MailboxFull', mailId: `soft-${index}`, sentAt: at - hour, at });
  });
  const delivered = delivery({ to: 'ann@example.net', sentAt: noon - hour, at: noon - hour, mailId: 'later' });

  test('soft bounces that are redriven after the delivery that ended them do not suppress', async () => {
    const system = await createSystem();
    await system.deliver([delivered], { policy });
    await system.deliver(strikes, { policy });
    expect(await statusOf(system)).toBe('watched');
  });

  test('soft bounces that arrive in time suppress', async () => {
    const system = await createSystem();
    for (const [index, one] of strikes.entries()) {
      system.now = noon - (5 - index) * day + hour / 2;
      await system.deliver([one], { policy });
    }
    expect(await statusOf(system)).toBe('suppressed');
    // A duplicate hours later changes nothing.
    system.now = noon;
    await system.deliver(strikes, { policy });
    expect(await statusOf(system)).toBe('suppressed');
  });

  test('without it, late soft bounces suppress, as no delivery could end them', async () => {
    const system = await createSystem();
    const { soft } = policy;
    await system.deliver(strikes, { policy: readPolicy({ soft: { ...soft, endedByDelivery: false } }) });
    expect(await statusOf(system)).toBe('suppressed');
  });
});

describe('an out-of-office reply and a bounce of the same email', () => {
  const policy = readPolicy({ soft: { strikes: 3, onDays: 2, withinDays: 10, suppressDays: 5 } });
  const messages = [0, 1, 2].flatMap((index) => {
    const sentAt = noon - (5 - index) * day;
    const common = { type: 'Transient', mailId: `mail-${index}`, sentAt };
    return [
      { reply: bounce({ ...common, subType: 'General', at: sentAt + 1000 }) },
      { bounced: bounce({ ...common, subType: 'General', status: '4.4.7', at: sentAt + 12 * hour }) },
    ];
  });
  const replies = messages.flatMap(({ reply }) => reply ?? []);
  const bounces = messages.flatMap(({ bounced }) => bounced ?? []);

  async function recordAfter(bodies: readonly unknown[]) {
    const system = await createSystem();
    for (const body of bodies) await system.deliver([body], { policy });
    const { version: _, ...record } = (await system.record('ann@example.net')) ?? {};
    return { record, soft: await system.count('account', 'soft') };
  }

  test.each([
    ['replies first', [...replies, ...bounces]],
    ['bounces first', [...bounces, ...replies]],
    ['each reply before its bounce, twice', [...messages, ...messages].flatMap((one) => Object.values(one))],
  ])('suppress as the bounces alone do, and each email counts once: %s', async (_name, bodies) => {
    const expected = await recordAfter(bounces);
    expect(expected).toMatchObject({ record: { status: 'suppressed' }, soft: 3 });
    expect(await recordAfter(bodies)).toEqual(expected);
  });

  test('replies alone are watched', async () => {
    expect(await recordAfter(replies)).toMatchObject({ record: { status: 'watched' }, soft: 3 });
  });
});
