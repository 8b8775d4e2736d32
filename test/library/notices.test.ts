import type { KnownBlock } from '@slack/types';
import { AdaptiveCard, SerializationContext, Version } from 'adaptivecards';
import { toSlackMessage } from '../../shared/notices/slack.ts';
import { toTeamsMessage } from '../../shared/notices/teams.ts';
import { createMonitoring, type Monitoring, minute } from '../support/monitoring.ts';
import { hour } from '../support/ses.ts';
import { createSystem, useSystem } from '../support/system.ts';

/** Notices for chat: the published types of Slack and the parser of Adaptive Cards decide what is valid. */

useSystem();
let messages: string[];
beforeAll(async () => {
  const system = await createSystem();
  const monitoring: Monitoring = createMonitoring(system);
  for (let hours = 0; hours < 30; hours++)
    await monitoring.count({ sends: 500, hard: 5 }, { sentAt: system.now - hours * hour });
  await monitoring.count(
    { sends: 500, hard: 200 },
    { sentAt: system.now - 20 * minute, scopes: ['account', 'tag:<!channel>=*x*'] },
  );
  monitoring.sesMetrics = { ...monitoring.sesMetrics, enforcementStatus: 'PROBATION' };
  await monitoring.evaluate();
  messages = monitoring.messages.map(({ parts }) => parts.lambda ?? '');
});

test('Slack: blocks of the published types, within its limits, with everything that the email says', () => {
  expect(messages.length).toBeGreaterThan(1);
  for (const message of messages) {
    const { text, blocks } = toSlackMessage(message);
    blocks satisfies readonly KnownBlock[];
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks)
      expect(block.text.text.length).toBeLessThanOrEqual(block.type === 'header' ? 150 : 3000);
    expect(text).not.toMatch(/[<>]/);
    const all = blocks.map((block) => block.text.text).join('\n');
    expect(all).toContain('Runbook: docs/runbook.md#');
    expect(all).not.toMatch(/undefined|NaN/);
  }
});

test('Teams: a card that the parser of Adaptive Cards accepts without a complaint', () => {
  for (const message of messages) {
    const { attachments } = toTeamsMessage(message);
    const [{ contentType, content }] = attachments;
    expect(contentType).toBe('application/vnd.microsoft.card.adaptive');
    const context = new SerializationContext(new Version(1, 4));
    const card = new AdaptiveCard();
    card.parse(content, context);
    expect(Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index))).toEqual([]);
    expect(card.getItemCount()).toBe((content.body as unknown[]).length);
    expect(JSON.stringify(attachments).length).toBeLessThan(28_000);
    expect(JSON.stringify(content)).toContain('docs/runbook.md#');
  }
});

test('the text of a scope is shown, and is no markup', () => {
  const notice = { ...JSON.parse(messages[0] ?? ''), scope: 'tag:<!channel>=*x*' };
  const slack = toSlackMessage(JSON.stringify(notice));
  expect(slack.text).toContain('&lt;!channel&gt;');
  expect(slack.blocks.every((block) => block.text.type === 'plain_text')).toBe(true);
  const long = { ...notice, scope: `tag:x=${'y'.repeat(30_000)}` };
  expect(toSlackMessage(JSON.stringify(long)).blocks[0]?.text.text).toHaveLength(150);
  expect(JSON.stringify(toTeamsMessage(JSON.stringify(long))).length).toBeLessThan(28_000);
});

test.each(['', 'not JSON', '{}', '[]', '{"id":"x"}', 'null'])('%j is not a notice', (message) => {
  expect(() => toSlackMessage(message)).toThrow('This is not a notice of ses-feedback.');
  expect(() => toTeamsMessage(message)).toThrow(TypeError);
});
