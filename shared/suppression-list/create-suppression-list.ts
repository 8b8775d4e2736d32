import { createList } from './list.ts';
import type { SuppressionListOptions } from './options.ts';
import type { SuppressionList } from './suppression-list.ts';

/**
 * Returns the suppression list of a deployed stack. It sends no request before the first lookup.
 *
 * Lookups need `dynamodb:GetItem` and `dynamodb:BatchGetItem` on the table, as in the stack's `AppPolicy`; `suppress` and `release` need
 * the stack's `OperatorPolicy`.
 *
 * @throws TypeError if `tableName` is missing or an option is invalid
 * @example
 * const suppressions = createSuppressionList({ tableName: 'ses-feedback-prod-suppressions' });
 * if (!(await suppressions.isSuppressed('ann@example.com'))) await send('ann@example.com');
 */
export function createSuppressionList(options: SuppressionListOptions): SuppressionList {
  const { tableName } = options;
  if (!tableName) throw new TypeError('tableName is missing.');
  // Loads the AWS SDK now, because a Lambda function has most CPU during its start. The first lookup reports an error.
  const reader = import('../aws/dynamodb/suppression-reader.ts').then(({ openReader }) => openReader(options));
  reader.catch(() => {});
  return createList(
    {
      tableName,
      readEntries: async (...args) => (await reader)(...args),
      openEditor: async () => (await import('./editor.ts')).openEditor(options),
    },
    options,
  );
}
