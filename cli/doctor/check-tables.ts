import type { StackInventory } from '../stack/inventory.ts';
import { commandsFor, type Stack } from '../stack/stack.ts';
import type { Finding } from './finding.ts';
import { checkFailed, type DoctorCheck, findProblems, withOk } from './run-checks.ts';

type Subject = { readonly name: string; readonly isMissing: boolean; readonly stack: Stack };

const checks: readonly DoctorCheck<Subject>[] = [
  {
    status: 'wrong',
    condition: ({ isMissing }) => isMissing,
    message: ({ name }) => `table ${name} does not exist: messages go to the dead-letter queues`,
    // CloudFormation does not notice that a table was deleted, so deploying again does not create it.
    fix: ({ stack }) =>
      'restore it under the same name (DynamoDB point-in-time recovery), or set another name under custom in ' +
      `serverless.yml, then run: ${commandsFor(stack).deploy}`,
  },
];

/** Checks that the tables of the stack exist. */
export function checkTables({
  stack,
  missingTables,
}: Pick<StackInventory, 'stack' | 'missingTables'>): readonly Finding[] {
  if ('error' in missingTables) return [checkFailed('tables', missingTables.error)];
  const problems = [stack.suppressionsTable, stack.reputationTable].flatMap((name) =>
    findProblems(checks, 'tables', { name, isMissing: missingTables.value.includes(name), stack }),
  );
  return withOk('tables', 'both tables exist', problems);
}
