import { readFileSync } from 'node:fs';
import path from 'node:path';

type QueueEvent = { Records: { messageId: string; body: string }[] };

/**
 * Returns batches as Lambda passes them: copies of `events/bounce.json` (SQS, SNS envelope, headers, tags, DSN), each with its own address and
 * message id. The emails were sent in the last minutes, so that each one is counted, in three scopes.
 */
export function createBatches(messages: number, batchSize: number): QueueEvent[] {
  const sample = readFileSync(path.join(__dirname, '..', '..', 'events', 'bounce.json'), 'utf8');
  const sampleMessageId = '0100019a4d6723e5-e454779e-2bd1-4b4e-8a40-e2224a506484-000000';
  const now = new Date().toISOString().slice(0, 16);
  const records = Array.from({ length: messages }, (_, i) => {
    const number = String(i).padStart(6, '0');
    const text = sample
      .replaceAll('ann@example.net', `recipient-${number}@example.net`)
      .replaceAll(sampleMessageId, sampleMessageId.replace(/000000$/, number))
      .replaceAll('2026-11-20T09:29', now)
      .replaceAll('2026-11-20T09:30', now);
    const [record] = (JSON.parse(text) as QueueEvent).Records;
    return { ...record, messageId: `message-${number}` } as QueueEvent['Records'][number];
  });
  return Array.from({ length: Math.floor(messages / batchSize) }, (_, i) => ({
    Records: records.slice(i * batchSize, (i + 1) * batchSize),
  }));
}
