import { marshall } from '@aws-sdk/util-dynamodb';
import { fromItem } from '../../shared/aws/dynamodb/suppression-item.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { noon } from '../support/ses.ts';
import { useSystem } from '../support/system.ts';
import { attribution } from './contract.ts';

const system = useSystem();
const makeList = (options: { list?: string; policy?: unknown } = {}) =>
  createSuppressionList({ tableName: system().tables.suppressionsTable, clock: () => noon, ...options });
/** Returns the pending sync of a stored address with the SES account suppression list. */
const pendingSyncOf = async (address: string, list = 'account') => {
  const item = (await system().snapshot()).records.get(`${address} ${list}`);
  const stored = fromItem(marshall(item));
  if ('unreadable' in stored) throw new Error(stored.unreadable);
  return stored.record.pendingSync;
};

test('a manual suppression on the account’s list is synced with SES', async () => {
  await makeList().suppress('account@example.net', attribution);
  expect(await pendingSyncOf('account@example.net')).toBeDefined();
});

test('a manual suppression is not synced if the policy turns the sync off', async () => {
  await makeList({ policy: { accountList: { mode: 'off' } } }).suppress('off@example.net', attribution);
  expect(await makeList().isSuppressed('off@example.net')).toBe(true);
  expect(await pendingSyncOf('off@example.net')).toBeUndefined();
});

test('changes of a tenant’s list are never synced with SES, whose list applies to the whole account', async () => {
  const list = makeList({ list: 'news' });
  await list.suppress('tenant@example.net', attribution);
  expect(await pendingSyncOf('tenant@example.net', 'news')).toBeUndefined();
  await list.release('tenant@example.net', attribution);
  expect(await pendingSyncOf('tenant@example.net', 'news')).toBeUndefined();
});

test.each([
  ['no author', { note: 'asked' }],
  ['an empty author', { by: '', note: 'asked' }],
  ['no note', { by: 'ops' }],
  ['an end that is a text', { by: 'ops', note: 'asked', until: '2027-01-01' }],
  ['no attribution', undefined],
])('a change with %s is refused and changes nothing', async (_name, options) => {
  await expect(makeList().suppress('ann@example.net', options as never)).rejects.toThrow(/^Pass \{ by, note \}/);
  expect(await makeList().isSuppressed('ann@example.net')).toBe(false);
});
