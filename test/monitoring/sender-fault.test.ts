import { createMonitoring, type Monitoring, minute } from '../support/monitoring.ts';
import { bounce, complaint, day, hour, noon } from '../support/ses.ts';
import { createSystem, type System, useSystem } from '../support/system.ts';

useSystem();

let system: System;
let monitoring: Monitoring;
beforeEach(async () => {
  system = await createSystem();
  monitoring = createMonitoring(system);
  await monitoring.evaluate();
});

let next = 0;
/** Delivers bounces in which servers refuse the sender, for one new recipient each. */
async function refuse(
  count: number,
  answer: { type?: string; status: string; text: string; tags?: Record<string, string[]> },
) {
  const { type = 'Transient', status, text, tags } = answer;
  const messages = Array.from({ length: count }, () => {
    const to = `r${next++}@example.net`;
    return bounce({
      type,
      recipients: [{ emailAddress: to, action: 'failed', status, diagnosticCode: text }],
      mailId: to,
      sentAt: system.now - minute,
      at: system.now,
      ...(tags && { tags }),
    });
  });
  const { failed } = await system.deliver(messages);
  expect(failed).toEqual([]);
}
const dmarc = { status: '5.7.26', text: '550 5.7.26 Email from this domain is not authenticated - gsmtp' };
const listed = { status: '5.7.1', text: '554 5.7.1 Client host blocked using zen.spamhaus.org', type: 'Permanent' };
const published = () => monitoring.published().filter((one) => one.includes('sender-fault'));

test('a sudden failure of authentication is announced once, within minutes, before twenty recipients were hit', async () => {
  for (let i = 0; i < 19 && monitoring.notices.length === 0; i++) {
    await refuse(1, dmarc);
    system.now += minute;
    await monitoring.evaluate();
  }
  expect(published()).toEqual(['account/sender-fault/authentication ok → critical']);
  expect(monitoring.notices[0]?.senderFault).toEqual({
    recipients: 10,
    providers: [{ name: 'google', count: 10 }],
    sentFrom: [{ name: 'shop.example.com', count: 10 }],
  });
  await refuse(30, dmarc);
  await monitoring.evaluate();
  expect(published()).toHaveLength(1);
});

test('it is resolved by itself, and a later one is announced again', async () => {
  await refuse(12, dmarc);
  await monitoring.evaluateUntil(noon + 4 * hour, 30);
  expect(published()).toEqual([
    'account/sender-fault/authentication ok → critical',
    'account/sender-fault/authentication critical → ok',
  ]);
  system.now = noon + 2 * day;
  await refuse(12, dmarc);
  await monitoring.evaluate();
  expect(published()).toHaveLength(3);
});

test('two causes are two alarms, one notice each, with the IP address of the sender where it is at fault', async () => {
  await refuse(10, dmarc);
  await refuse(11, { ...listed, tags: { 'ses:outgoing-ip': ['192.0.2.10'] } });
  await monitoring.evaluate();
  expect(published().toSorted()).toEqual([
    'account/sender-fault/authentication ok → critical',
    'account/sender-fault/block-list ok → critical',
  ]);
  expect(monitoring.notices.find(({ cause }) => cause === 'block-list')?.senderFault).toEqual({
    recipients: 11,
    providers: [{ name: 'other', count: 11 }],
    sentFrom: [{ name: '192.0.2.10', count: 11 }],
  });
});

test('copies and duplicates of a bounce count once, and reports of failed authentication count as well', async () => {
  for (let i = 0; i < 9; i++) {
    const to = `c${i}@example.net`;
    const recipients = [
      { emailAddress: to, action: 'failed', ...{ status: dmarc.status, diagnosticCode: dmarc.text } },
    ];
    const common = { type: 'Transient', recipients, mailId: to, sentAt: system.now - minute, at: system.now };
    const copy = bounce({ ...common, channel: 'identity' });
    await system.deliver([bounce(common), copy, copy]);
  }
  await monitoring.evaluate();
  expect(published()).toEqual([]);
  await system.deliver([
    complaint({ to: 'd@example.net', feedbackType: 'auth-failure', sentAt: system.now - minute, at: system.now }),
  ]);
  await monitoring.evaluate();
  expect(published()).toEqual(['account/sender-fault/authentication ok → critical']);
});

test('bounces that are the fault of recipients raise no such alarm', async () => {
  await refuse(40, { status: '5.1.1', text: '550 5.1.1 no such user', type: 'Permanent' });
  await refuse(40, { status: '4.2.2', text: '452 4.2.2 the mailbox is full' });
  await monitoring.evaluate();
  expect(published()).toEqual([]);
});
