import { describeConfiguration, toMarkdown } from '../../cli/audit/describe-configuration.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { inventory } from './stack/inventory-fixture.ts';

const audit = (...given: Parameters<typeof inventory>) => describeConfiguration(inventory(...given), defaultPolicy);

test('the same configuration gives the same text, whatever was counted meanwhile', () => {
  const { streams, ...rest } = inventory();
  const bounces = streams.bounces;
  if ('error' in bounces) throw new Error(bounces.error);
  const busier = {
    ...rest,
    stack: { ...rest.stack, createdAt: 5 },
    streams: { ...streams, bounces: { value: { ...bounces.value, deadLetters: 7, oldestSeconds: 900 } } },
  };
  expect(JSON.stringify(describeConfiguration(busier, defaultPolicy))).toBe(JSON.stringify(audit()));
});

test('identities are sorted by name, and keys by theirs', () => {
  const { identities } = audit();
  const names = (identities as readonly { name: string }[]).map(({ name }) => name);
  expect(names).toEqual([...names].sort());
  expect(names.length).toBeGreaterThan(1);
  expect(Object.keys(audit())).toEqual(Object.keys(audit()).toSorted());
});

test('the policies of queues and topics are objects, not text', () => {
  const { streams } = audit() as { streams: { bounces: { queuePolicy: object; topics: { policy: object }[] } } };
  expect(streams.bounces.queuePolicy).toMatchObject({ Statement: expect.any(Array) });
  expect(streams.bounces.topics[0]?.policy).toMatchObject({ Version: '2012-10-17' });
});

test('a part that could not be read has the error', () => {
  const { identities } = describeConfiguration(
    { ...inventory(), identities: { error: 'AccessDeniedException: no' } },
    defaultPolicy,
  );
  expect(identities).toEqual({ error: 'AccessDeniedException: no' });
});

test('as Markdown, each section has a heading and each setting a line', () => {
  const page = toMarkdown(audit(), 'ses-feedback-prod in eu-west-1');
  expect(page).toMatch(/^# ses-feedback-prod in eu-west-1\n\n## account\n\n- enforcementStatus: `HEALTHY`\n/);
  expect(page).toContain('\n## identities\n\n- ');
  expect(page).toContain('\n- soft:\n  - endedByDelivery: false\n');
  expect(toMarkdown({ x: ['a`b\nc', []] }, 't')).toBe("# t\n\n## x\n\n- `a'b c`\n- none\n");
});
