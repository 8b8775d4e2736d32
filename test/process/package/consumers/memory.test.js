const { createMemoryTable, createSuppressionList, SuppressionStoreError } = require('ses-feedback/testing');

test('an application can be tested without a table', async () => {
  const table = createMemoryTable(['bounced@example.com', { address: 'ann@example.com', reason: 'complaint' }]);
  const suppressions = createSuppressionList({ table });
  expect(await suppressions.isSuppressed('Bounced@Example.com')).toBe(true);
  expect(await suppressions.check('ann@example.com')).toMatchObject({ kind: 'suppressed', reason: 'complaint' });
  expect(await suppressions.release('ann@example.com', { by: 'me', note: 'asked' })).toBe(true);
  expect(await suppressions.isSuppressed('ann@example.com')).toBe(false);
  table.fail(new Error('down'));
  await expect(suppressions.isSuppressed('ann@example.com')).rejects.toThrow(SuppressionStoreError);
});
