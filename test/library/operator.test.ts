import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { noon } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';
import { note } from './contract.ts';

const system = useSystem();
const makeList = (options: { list?: string; policy?: unknown } = {}) =>
  createSuppressionList({ tableName: system().tables.suppressionsTable, clock: () => noon, ...options });
/** What is still to be told to SES's own list. */
const owed = async (address: string, list = 'account') => {
  const record = (await system().snapshot()).records.get(`${address} ${list}`);
  if (record === undefined) throw new Error('Nothing is held of it');
  return record.pendingSync;
};

test('whom the account suppresses by hand, SES is told of', async () => {
  await makeList().suppress('account@example.net', note);
  expect(await owed('account@example.net')).toBeDefined();
});

test('unless the stack’s policy keeps SES out of it', async () => {
  await makeList({ policy: { accountList: { mode: 'off' } } }).suppress('off@example.net', note);
  expect(await makeList().isSuppressed('off@example.net')).toBe(true);
  expect(await owed('off@example.net')).toBeUndefined();
});

test('of one tenant’s list SES is told nothing: its own is for the whole account', async () => {
  const list = makeList({ list: 'news' });
  await list.suppress('tenant@example.net', note);
  expect(await owed('tenant@example.net', 'news')).toBeUndefined();
  await list.release('tenant@example.net', note);
  expect(await owed('tenant@example.net', 'news')).toBeUndefined();
});

test.each([
  ['nobody', { note: 'asked' }],
  ['an empty name', { by: '', note: 'asked' }],
  ['no reason', { by: 'ops' }],
  ['an end that is a text', { by: 'ops', note: 'asked', until: '2027-01-01' }],
  ['nothing at all', undefined],
])('%s is no note: it is refused, and nothing is changed', async (_name, note) => {
  await expect(makeList().suppress('ann@example.net', note as never)).rejects.toThrow(/^Pass \{ by, note \}/);
  expect(await makeList().isSuppressed('ann@example.net')).toBe(false);
});
