import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { policyFor } from '../../../cli/desk/server.ts';
import { fillStack, startTestDesk, type TestDesk } from '../../support/desk.ts';
import { actionsDuring, actionsOf } from '../../support/rights.ts';
import { bounce } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

useSystem();
let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk();
  await fillStack(desk.deployed);
});
afterAll(() => desk.close());

const textOf = async (path: string) => {
  const { status, text } = await desk.get(path);
  expect({ path, status }).toEqual({ path, status: 200 });
  expect(text).not.toMatch(/undefined|NaN|\[object/);
  return text;
};

test('the overview shows what is wrong, the rates with their thresholds, and what was suppressed', async () => {
  const text = await textOf('/');
  expect(text).toContain('bounce rate (rule rate-exceeded) in account is critical');
  expect(text).toMatch(/bounce rate<\/td><td class="number">\d+ of 2,\d00<\/td>/);
  expect(text).toContain('<a href="/suppressed?reason=hard">hard</a> 31');
  expect(text.match(/<svg viewBox/g)).toHaveLength(4);
  expect(text).toContain('The rate that AWS judges by');
});

test('the page of an address tells its story, and what can be done', async () => {
  const text = await textOf('/address?q=Ann@example.net');
  expect(text).toContain('Suppressed: gets no email');
  expect(text).toMatch(/<strong>permanent bounce<\/strong>/);
  expect(text).toContain('The server of the recipient refused it permanently and gave no reason.');
  expect(text).toContain('message mail-ann@example.net');
  expect(text).toContain('action="/address/release"');
  expect(await textOf('/address?q=new@example.net')).toContain('Not suppressed: email is sent to it');
  const { status, text: invalid } = await desk.get('/address?q=nonsense');
  expect([status, invalid.includes('is not an email address')]).toEqual([400, true]);
});

test('the suppressed addresses are filtered, counted and downloaded', async () => {
  const all = await textOf('/suppressed');
  expect(all).toContain('<strong>34 addresses</strong> of 34');
  const yahoo = await textOf('/suppressed?provider=yahoo&reason=hard');
  expect(yahoo).toContain('<strong>30 addresses</strong> of 34');
  expect(yahoo).not.toContain('bob@gmail.com');
  expect(await textOf('/suppressed?text=BOB')).toContain('bob@gmail.com');
  const { text, headers } = await desk.get('/suppressed.csv?text=bob');
  expect(headers.get('content-disposition')).toBe('attachment; filename="suppressed.csv"');
  expect(text).toMatch(/^address,reason,since,until\r\nbob@gmail\.com,policy-block,2026-\S+Z,2026-\S+Z\r\n$/);
  const suggested = await desk.get('/suggest?q=list1');
  const found: string[] = JSON.parse(suggested.text);
  // By the alphabet: list1@, list10@ … list19@ are eleven.
  expect([found.length, new Set(found).size]).toEqual([10, 10]);
  for (const one of found) expect(one).toMatch(/^list1\d?@yahoo\.com$/);
});

test('the review shows what may be wrong first, with the reason', async () => {
  const text = await textOf('/review');
  expect(text).toContain('34 addresses suppressed in the last 7 days');
  const order = ['The server refused the sender or the message', 'The mailbox does not exist, or its owner'].map(
    (one) => text.indexOf(one),
  );
  expect(order[0]).toBeGreaterThan(0);
  expect(order[1]).toBeGreaterThan(order[0] as number);
});

test('the rates of a scope come with the test that raises its alarm', async () => {
  expect(await textOf('/rates?by=configuration-set&days=7')).toMatch(
    /<a href="\/rates\?scope=configuration-set\S+monthly&amp;days=7">monthly<\/a>/,
  );
  expect(await textOf('/rates?by=provider&days=7')).toContain('yahoo');
  const scope = await textOf('/rates?scope=account&days=7');
  expect(scope).toContain('Excess of bounces: what raises the alarm on the bounce rate');
  expect(scope).toMatch(/\d+ bounces above what the review threshold allows/);
  expect(scope.match(/<svg viewBox/g)).toHaveLength(8);
});

test('incidents and alarms link to what to do', async () => {
  const text = await textOf('/incidents');
  expect(text).toContain('docs/runbook.md#rate-exceeded');
  expect(text).toMatch(
    /approaching → <span class="badge critical">critical<\/span>|ok → <span class="badge critical">/,
  );
  expect(text).toMatch(/\d+ of [\d,]+ \(.* %\) bounced, since the rate rose/);
  expect(text).toContain('Nothing was changed manually.');
  expect(text).toMatch(/npx ses-feedback release --incident \d{4}-\d\d-\d\dT\d\d --stack ses-feedback-prod/);
});

test('health checks when it is asked to', async () => {
  expect(await textOf('/health')).toContain('<button>Check</button>');
  expect(await textOf('/health?run=yes')).toMatch(/problems?, most serious first|No problem was found/);
});

test('explain shows the verdict of a message, and of a bounce email', async () => {
  const explained = await desk.post('/explain', {
    message: JSON.stringify(bounce({ to: 'ann@example.net', subType: 'NoEmail' })),
  });
  expect(explained.text).toMatch(/suppressed permanently<\/td><td>the bounce rate/);
  const email = await desk.post('/explain', { message: 'From: ann@example.net\r\nSubject: hello\r\n\r\nno report' });
  expect(email.text).toContain('What it does');
  expect((await desk.post('/explain', { message: 'garbage' })).text).toContain('unreadable');
});

test('an address is released and suppressed with a note, and the history names who did it', async () => {
  const { system } = desk.deployed;
  await system.deliver([bounce({ to: 'back@example.net', mailId: 'b', sentAt: system.now - 1000 })]);
  const released = await desk.post('/address/release', { address: 'back@example.net', note: 'asked by phone' });
  expect(released.text).toContain('back@example.net gets email again.');
  expect(released.text).toContain('Not suppressed: email is sent to it');
  expect((await system.record('back@example.net'))?.status).toBe('released');
  const suppressed = await desk.post('/address/suppress', { address: 'back@example.net', note: 'left', days: '7' });
  expect(suppressed.text).toMatch(/Suppressed until 2026-/);
  expect(suppressed.text).toMatch(/by ann@operations<br>“left”/);
  expect(await textOf('/incidents')).toMatch(/<td>ann@operations<\/td><td>left<\/td>/);
});

test('a complaint is released only if the person confirms it', async () => {
  const refused = await desk.post('/address/release', { address: 'angry@example.net', note: 'x' });
  expect(refused.text).toMatch(/Not released:<\/p><p>The recipient reported an email as spam\./);
  const confirmed = await desk.post('/address/release', { address: 'angry@example.net', note: 'x', complaint: 'yes' });
  expect(confirmed.text).toContain('Not suppressed: email is sent to it');
});

test('selected addresses are released, except complaints', async () => {
  const { system } = desk.deployed;
  const done = await desk.post('/suppressed/release', {
    address: ['list1@yahoo.com', 'list2@yahoo.com', 'unknown@example.net'],
    note: 'outage',
  });
  expect(done.text).toContain('Released 2 addresses.');
  expect(done.text).toContain('Left 1 address: reported as spam, or not known.');
  expect((await system.record('list1@yahoo.com'))?.status).toBe('released');
  const incomplete = await desk.post('/suppressed/release', { address: 'list3@yahoo.com', note: ' ' });
  expect([incomplete.status, (await system.record('list3@yahoo.com'))?.status]).toEqual([400, 'suppressed']);
});

test('what the AWS rights do not allow is said, with the reason', async () => {
  desk.deployed.ses.fault = () => 'denied';
  const { status, text } = await desk.post('/address/release', { address: 'list5@yahoo.com', note: 'x' });
  desk.deployed.ses.fault = undefined;
  expect(status).toBe(200);
  expect(text).toContain('not updated: AccessDenied');
});

test.each([
  '/',
  '/address?q=ann@example.net',
  '/suppressed',
  '/suppressed.csv',
  '/review',
  '/rates?by=provider',
  '/rates?scope=account',
  '/incidents',
  '/health?run=yes',
])('%s needs no more than the policy that it names', async (path) => {
  const { actions } = await actionsDuring(() => desk.get(path));
  const allowed = actionsOf(policyFor(path.split('?')[0] ?? '').replace(/Arn$/, ''));
  expect(actions).not.toEqual([]);
  expect(actions.filter((action) => !allowed.has(action))).toEqual([]);
});

test('a page that AWS does not allow names the policy that is missing', async () => {
  const base = Object.getPrototypeOf(DynamoDBClient.prototype);
  const denied = Object.assign(new Error('User ann is not authorized to perform this.'), {
    name: 'AccessDeniedException',
  });
  const send = vi.spyOn(base, 'send').mockRejectedValue(denied);
  const [address, overview] = [await desk.get('/address?q=ann@example.net'), await desk.get('/')];
  send.mockRestore();
  expect(address.status).toBe(403);
  expect(address.text).toContain('may not do this: User ann is not authorized');
  expect(address.text).toContain('<code>SupportPolicyArn</code>');
  expect(overview.status).toBe(200);
  expect(overview.text).toContain('The policy SupportPolicyArn (an output of the stack) allows it.');
});

test('changes need no more than the SupportPolicy', async () => {
  const { actions } = await actionsDuring(async () => {
    await desk.post('/address/suppress', { address: 'rights@example.net', note: 'x' });
    await desk.post('/address/release', { address: 'rights@example.net', note: 'x' });
    await desk.post('/suppressed/release', { address: 'list9@yahoo.com', note: 'x' });
  });
  expect(actions).toContain('dynamodb:PutItem');
  const allowed = actionsOf('SupportPolicy');
  expect(actions.filter((action) => !allowed.has(action))).toEqual([]);
});
