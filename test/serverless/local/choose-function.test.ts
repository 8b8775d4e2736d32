import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chooseFunction } from '../../../serverless/local/choose-function.ts';
import { root } from '../../support/run.ts';
import { bounce, complaint, delivery, queueEvent, send } from '../../support/ses.ts';

const sample = (name: string) => JSON.parse(readFileSync(path.join(root, 'events', name), 'utf8'));

test.each([
  ['bounce.json', 'bounce', 'the message is a bounce'],
  ['complaint.json', 'complaint', 'the message is a complaint'],
  ['complaint-sns-to-lambda.json', 'complaint', 'the message is a complaint'],
  ['bounce-eventbridge.json', 'bounce', 'the message is a bounce'],
  ['send.json', 'volume', 'the message is a send'],
  ['delivery.json', 'volume', 'the message is a delivery'],
  ['batch-with-poison.json', 'bounce', 'the first message with an effect is a bounce'],
  ['click.json', 'bounce', 'no message has an effect, and every function ignores such messages'],
  ['setup-identity.json', 'bounce', 'no message has an effect, and every function ignores such messages'],
])('%s is for %s', (file, name, reason) => {
  expect(chooseFunction(sample(file))).toEqual({ name, reason });
});

test.each([
  ['volume', [send({}), bounce({})]],
  ['complaint', ['nonsense', { eventType: 'Click' }, complaint({}), send({})]],
  ['volume', [delivery({}), complaint({})]],
])('the first message with an effect decides about a batch: %s', (name, bodies) => {
  expect(chooseFunction(queueEvent(bodies))).toMatchObject({ name });
});

test.each([
  [queueEvent(['nonsense']), 'neither JSON nor a message SES is known to send'],
  [{ Records: [] }, 'the event contains no messages'],
  [42, 'not a JSON object'],
])('%j fits no function', (event, reason) => {
  expect(chooseFunction(event)).toBe(reason);
});
