import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { explainFile } from '../cli/explain-event.ts';
import { defaultPolicy } from '../shared/feedback/policy.ts';

const folder = path.join(__dirname, '..', 'events');
const names = readdirSync(folder);
const samples = names.filter((name) => /\.(json|txt)$/.test(name) && !name.endsWith('.expected.json'));
const expectationOf = (name: string) => name.replace(/\.(json|txt)$/, '.expected.json');

const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');

test('there are at least twenty samples, and nothing else lies in events/', () => {
  expect(samples.length).toBeGreaterThanOrEqual(20);
  expect(names.toSorted()).toEqual(samples.flatMap((name) => [name, expectationOf(name)]).toSorted());
});

test.each(samples)('%s does what is written beside it', (name) => {
  const { description, origin, source, messages } = JSON.parse(read(expectationOf(name)));
  expect(explainFile(name, read(name), {}, defaultPolicy)).toEqual(
    messages.map((message: object, record: number) => ({ file: name, record, ...message })),
  );
  expect(['documented', 'recorded', 'constructed']).toContain(origin);
  expect([description, source].every((text) => typeof text === 'string' && text.length > 10)).toBe(true);
});

test('no sample holds an address or an account of anybody', () => {
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
