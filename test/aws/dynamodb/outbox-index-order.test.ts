import { createDynamoDBClient } from '../../../shared/aws/dynamodb/client.ts';
import { createOutboxIndex } from '../../../shared/aws/dynamodb/outbox-index.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { noon } from '../../support/ses.ts';
import { useSystem } from '../../support/system.ts';

const system = useSystem();

test('pending addresses are searched from the largest set of Regions to the smallest, so that a record that moves meanwhile is found', async () => {
  const proxy = await startFaultProxy(String(process.env.AWS_ENDPOINT_URL_DYNAMODB));
  const client = createDynamoDBClient({ endpoint: proxy.endpoint });
  const regions = ['ap-south-1', 'eu-west-1', 'us-west-2'];
  await createOutboxIndex({ client, ...system().tables, regions }).listPending('eu-west-1', noon, 10);
  const keys = proxy.requests.map(
    ({ body }) => (body.ExpressionAttributeValues as { ':key': { S: string } })[':key'].S,
  );
  await proxy.close();
  const sizes = keys.map((key) => key.split('#')[0]?.split('+').length);
  // Four keys for each set: one set with all Regions, three without one, three without two, and one with the Region
  // alone.
  expect(sizes).toEqual([4, 3, 3, 3, 2, 2, 2, 1].flatMap((size) => [size, size, size, size]));
});
