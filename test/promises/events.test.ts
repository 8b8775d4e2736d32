import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { explainFile, messagesOf } from '../../cli/commands/explain.ts';
import { isSampleFile } from '../../local/demo/samples.ts';
import { type RawMessage, unwrapMessage } from '../../shared/domain/feedback/envelope.ts';
import { parse } from '../../shared/domain/feedback/parse.ts';
import { rules } from '../../shared/domain/feedback/rules.ts';
import { scopesOf } from '../../shared/domain/feedback/scopes.ts';
import { isObject } from '../../shared/domain/is-object.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';

const folder = path.join(__dirname, '..', '..', 'events');
const names = readdirSync(folder).filter((name) => name !== 'email');
const samples = names.filter(isSampleFile);
const expectationOf = (name: string) => name.replace(/\.(json|txt)$/, '.expected.json');

const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
const manifest = JSON.parse(read('manifest.json')) as { kinds: string[]; situations: string[] };

test('events/ contains at least eighty samples with their expectations, and nothing else', () => {
  expect(samples.length).toBeGreaterThanOrEqual(80);
  const others = ['README.md', 'manifest.json'];
  expect(names.toSorted()).toEqual([...others, ...samples.flatMap((name) => [name, expectationOf(name)])].toSorted());
});

test.each(samples)('%s has the result in its expectation', (name) => {
  const { description, origin, source, messages, read: facts } = JSON.parse(read(expectationOf(name)));
  expect(explainFile(name, read(name), {}, defaultPolicy)).toEqual(
    messages.map((message: object, record: number) => ({ file: name, record, ...message })),
  );
  const found = messagesOf(read(name)).map(factsOf);
  expect(facts).toEqual(found.some((one) => one !== null) ? found : undefined);
  expect(['documented', 'recorded', 'constructed']).toContain(origin);
  expect([description, source].every((text) => typeof text === 'string' && text.length > 10)).toBe(true);
});

/** Returns the fields that are read from a message before any rule applies. */
function factsOf(raw: RawMessage) {
  const message = parse(unwrapMessage(raw), {});
  if (message.kind !== 'feedback') return null;
  const { mail, at } = message.event;
  const [sentAt, happenedAt] = [mail.sentAt, at].map(formatTimestamp);
  return { mailId: mail.id, sentAt, happenedAt, scopes: scopesOf(mail, []) };
}

/** Returns the kinds of a sample, in the words of the manifest. */
function kindsOf(name: string): string[] {
  const content = read(name);
  return [envelopeOf(content), ...messagesOf(content).flatMap((raw) => messageKinds(unwrapMessage(raw)))];
}

function messageKinds(message: ReturnType<typeof unwrapMessage>): string[] {
  if ('unreadable' in message || !isObject(message.content)) return [];
  const { eventType, notificationType, bounce, complaint } = message.content as Record<string, Record<string, unknown>>;
  const channel = eventType === undefined ? 'notificationType' : 'eventType';
  return [
    `${channel} ${eventType ?? notificationType}`,
    ...(bounce ? [`${channel} ${bounce.bounceType}/${bounce.bounceSubType}`] : []),
    ...(complaint ? [`${channel} complaint ${complaint.complaintFeedbackType ?? 'none'}`] : []),
    ...(complaint?.complaintSubType ? [`complaintSubType ${complaint.complaintSubType}`] : []),
  ];
}

function envelopeOf(content: string): string {
  if (!content.startsWith('{')) return 'envelope text';
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(content);
  } catch {
    return 'envelope none';
  }
  if (Array.isArray(json.Records)) {
    const [first] = json.Records as Record<string, unknown>[];
    if (first?.Sns) return 'envelope Lambda SNS';
    const isWrapped = String(first?.body).includes('"Type":') && String(first?.body).includes('"TopicArn":');
    return isWrapped ? 'envelope Lambda SQS with SNS' : 'envelope Lambda SQS, raw delivery';
  }
  if (json.source === 'aws.ses') return 'envelope EventBridge';
  if (json.Type === 'Notification') return 'envelope SNS';
  return json.Type === undefined ? 'envelope SES JSON' : 'envelope SNS confirmation';
}

test('each kind and each situation in the manifest has a sample', () => {
  const found = new Set(samples.flatMap(kindsOf));
  expect(manifest.kinds.filter((kind) => !found.has(kind))).toEqual([]);
  expect(manifest.situations.filter((name) => !samples.includes(name))).toEqual([]);
  expect(new Set([...manifest.kinds, ...manifest.situations]).size).toBe(
    manifest.kinds.length + manifest.situations.length,
  );
});

test('each rule decides at least one sample', () => {
  const deciding = samples.flatMap((name) =>
    explainFile(name, read(name), {}, defaultPolicy).flatMap(({ recipients }) => recipients.map(({ rule }) => rule)),
  );
  // No message of SES reports a delay as a bounce; an email does: events/email/dsn-delayed.eml.
  deciding.push('delayed');
  expect(rules.map(({ id }) => id).filter((id) => !deciding.includes(id))).toEqual([]);
});

test('samples contain only reserved domains and the example account', () => {
  for (const name of samples) {
    const domains = [...read(name).matchAll(/@([\w.-]+\w)/g)].map(([, domain]) => domain);
    const isReserved = (domain = '') => /(^|\.)(example\.(com|net|org)|example|amazonses\.com)$/i.test(domain);
    expect({ name, others: domains.filter((domain) => !isReserved(domain)) }).toEqual({ name, others: [] });
    const accounts = [...new Set(read(name).match(/(?<![\w-])\d{12}(?![\w-])/g))];
    expect({ name, accounts: accounts.filter((account) => account !== '123456789012') }).toEqual({
      name,
      accounts: [],
    });
  }
});
