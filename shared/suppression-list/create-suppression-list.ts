import { createList } from './list.ts';
import type { TableOptions } from './open-table.ts';
import type { ListOptions, SuppressionList } from './suppression-list.ts';

/** Where the list is, how it is reached, and how it answers. */
export type SuppressionListOptions = ListOptions &
  TableOptions & {
    /** What stands in the stack's `policy.json`; only `suppress` and `release` look at it, and only at `accountList`. */
    readonly policy?: unknown;
  };

/**
 * The suppression list of a stack. Reading it needs `dynamodb:GetItem` and `dynamodb:BatchGetItem` on one table, the stack's `AppPolicy`.
 *
 * @example
 * const suppressions = createSuppressionList({ tableName: 'ses-feedback-prod-suppressions' });
 * if (!(await suppressions.isSuppressed('ann@example.com'))) await send('ann@example.com');
 */
export function createSuppressionList(options: SuppressionListOptions): SuppressionList {
  if (!options.tableName) throw new TypeError('tableName is missing.');
  // Begins at once: a Lambda function has its full speed at the start. Whoever reads is told what goes wrong.
  const opening = import('./open-table.ts').then(({ openTable }) => openTable(options));
  opening.catch(() => {});
  return createList(
    {
      tableName: options.tableName,
      readEntries: async (...what) => (await opening)(...what),
      editor: async () => (await import('./open-operator.ts')).openEditor(options),
    },
    options,
  );
}
