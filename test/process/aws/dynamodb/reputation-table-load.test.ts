import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { createDynamoDBClient } from '../../../../shared/aws/dynamodb/client.ts';
import { knownScopesPartition } from '../../../../shared/aws/dynamodb/counter-item.ts';
import { busyScope } from '../../../support/busy-scope.ts';
import { createMonitoring, minute } from '../../../support/monitoring.ts';
import { day, hour, noon } from '../../../support/ses.ts';
import { createSystem, useSystem } from '../../../support/system.ts';

useSystem();

const midnight = noon + 12 * hour;

test('a thousand scopes with thirty days of history are evaluated in five runs, within the timeout of the function', async () => {
  const system = await createSystem();
  const monitoring = createMonitoring(system);
  const client = createDynamoDBClient();
  const names = Array.from({ length: 1000 }, (_, i) => `tenant:t${i}`);
  const items = [
    ...['account', ...names].flatMap((scope) => busyScope(scope, midnight + 12 * minute, 1)),
    ...names.map((scope) => ({ scope: knownScopesPartition, hour: scope, expiresAt: (noon + 45 * day) / 1000 })),
  ];
  const requests = items.map((item): WriteRequest => ({ PutRequest: { Item: marshall(item) } }));
  for (let from = 0; from < requests.length; from += 25) {
    await client.send(
      new BatchWriteItemCommand({ RequestItems: { [system.tables.reputationTable]: requests.slice(from, from + 25) } }),
    );
  }
  let evaluated = 0;
  for (let run = 0; run < 5; run++) {
    system.now = midnight + (10 + run) * minute;
    const end = Date.now() + 45_000;
    const entry = await monitoring.evaluate({ remaining: () => end - Date.now() });
    expect(entry).toMatchObject({ skipped: 0, failed: 0, changes: 0 });
    evaluated += entry.evaluated;
  }
  expect(evaluated).toBe(1005);
});
