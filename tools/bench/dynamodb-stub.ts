/**
 * A stub of DynamoDB that contains nothing, accepts everything and responds at once, so that a benchmark measures the work of the program.
 * Only the table {@link campaignTable} contains items: for two of every hundred addresses. Runs in its own process (`fork` it), so that its
 * CPU time does not count. Sends the endpoint to its parent.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Attributes, attributesSize } from '../../test/support/item-size.ts';
import { type ConsumedCapacity, campaignTable } from './stub.ts';

const responses: Record<string, string> = {
  BatchGetItem: '{"Responses":{},"UnprocessedKeys":{}}',
  TransactWriteItems: '{}',
  PutItem: '{}',
};

/** The attributes of a suppressed address that a verdict needs. */
const suppressedAttributes = {
  status: { S: 'suppressed' },
  reason: { S: 'hard' },
  since: { S: '2026-11-20T12:00:00.000Z' },
};

/** Returns the response to a read of the campaign table, or `undefined` for other requests. */
function readCampaign(operation: string, body: string): string | undefined {
  if (operation === 'GetItem')
    return JSON.stringify({ Item: { ...keyOf('ann@example.com'), ...suppressedAttributes } });
  if (operation !== 'BatchGetItem' || !body.includes(`"${campaignTable}"`)) return undefined;
  const { Keys } = JSON.parse(body).RequestItems[campaignTable] as { Keys: { address: { S: string } }[] };
  const found = Keys.filter((_, i) => i % 50 === 0).map(({ address }) => ({
    ...keyOf(address.S),
    ...suppressedAttributes,
  }));
  return JSON.stringify({ Responses: { [campaignTable]: found }, UnprocessedKeys: {} });
}

function keyOf(address: string) {
  return { address: { S: address }, list: { S: 'account' } };
}

type Action = { Put?: { Item: Attributes } };

/** Counts one unit per KB, or two in a transaction. The update of a counter writes an item below one KB. */
function writeUnits(operation: string, request: { Item?: Attributes; TransactItems?: Action[] }): number {
  const unitsOf = (item: Attributes) => Math.ceil(attributesSize(item) / 1024);
  if (operation === 'PutItem' && request.Item) return unitsOf(request.Item);
  const actions = request.TransactItems ?? [];
  return actions.reduce((sum, { Put }) => sum + 2 * (Put === undefined ? 1 : unitsOf(Put.Item)), 0);
}

/** Counts requests only between `start-count` and `end-count`, because parsing them takes time. */
let consumed: ConsumedCapacity | undefined;

const server = createServer((request, response) => {
  void buffer(request).then((body) => {
    const operation = String(request.headers['x-amz-target']).replace(/^.*\./, '');
    const text = readCampaign(operation, body.toString()) ?? responses[operation];
    response.writeHead(text === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(text ?? '{"__type":"UnknownOperationException"}');
    if (consumed === undefined) return;
    consumed.calls += 1;
    consumed.writeUnits += writeUnits(operation, JSON.parse(body.toString()));
  });
});

process.on('message', (message) => {
  if (message === 'start-count') consumed = { calls: 0, writeUnits: 0 };
  if (message === 'end-count') {
    process.send?.({ consumed });
    consumed = undefined;
  }
});
process.on('disconnect', () => process.exit());

server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
