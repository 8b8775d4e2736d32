/**
 * A DynamoDB that holds nothing, takes everything and answers at once: what is left of a measurement is our own work. Only the table
 * {@link campaignTable} holds two addresses of each hundred. Runs in a process of its own (`fork` it), so its time is nobody else's; it tells its parent the endpoint.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Attributes, attributesSize } from '../../test/support/item-size.ts';
import { campaignTable } from './stub.ts';

/** What the requests between `count` and `tell` would have cost. */
export type Consumed = { calls: number; writeUnits: number };

const answers: Record<string, string> = {
  BatchGetItem: '{"Responses":{},"UnprocessedKeys":{}}',
  TransactWriteItems: '{}',
  PutItem: '{}',
};

/** As the table holds it, as far as a verdict takes it. */
const verdict = { status: { S: 'suppressed' }, reason: { S: 'hard' }, since: { S: '2026-11-20T12:00:00.000Z' } };

/** What a read of a campaign finds. */
function readCampaign(operation: string, body: string): string | undefined {
  if (operation === 'GetItem') return JSON.stringify({ Item: { ...keyOf('ann@example.com'), ...verdict } });
  if (operation !== 'BatchGetItem' || !body.includes(`"${campaignTable}"`)) return undefined;
  const { Keys } = JSON.parse(body).RequestItems[campaignTable] as { Keys: { address: { S: string } }[] };
  const found = Keys.filter((_, i) => i % 50 === 0).map(({ address }) => ({ ...keyOf(address.S), ...verdict }));
  return JSON.stringify({ Responses: { [campaignTable]: found }, UnprocessedKeys: {} });
}

function keyOf(address: string) {
  return { address: { S: address }, list: { S: 'account' } };
}

type Action = { Put?: { Item: Attributes } };

/** One unit a KB; two in a transaction. The update of a counter writes an item below one KB. */
function writeUnits(operation: string, request: { Item?: Attributes; TransactItems?: Action[] }): number {
  const unitsOf = (item: Attributes) => Math.ceil(attributesSize(item) / 1024);
  if (operation === 'PutItem' && request.Item) return unitsOf(request.Item);
  const actions = request.TransactItems ?? [];
  return actions.reduce((sum, { Put }) => sum + 2 * (Put === undefined ? 1 : unitsOf(Put.Item)), 0);
}

/** Requests are only weighed while somebody asks for it: reading them takes time. */
let consumed: Consumed | undefined;

const server = createServer((request, response) => {
  void buffer(request).then((body) => {
    const operation = String(request.headers['x-amz-target']).replace(/^.*\./, '');
    const answer = readCampaign(operation, body.toString()) ?? answers[operation];
    response.writeHead(answer === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(answer ?? '{"__type":"UnknownOperationException"}');
    if (consumed === undefined) return;
    consumed.calls += 1;
    consumed.writeUnits += writeUnits(operation, JSON.parse(body.toString()));
  });
});

process.on('message', (message) => {
  if (message === 'count') consumed = { calls: 0, writeUnits: 0 };
  if (message === 'tell') {
    process.send?.({ consumed });
    consumed = undefined;
  }
});
process.on('disconnect', () => process.exit());

server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  process.send?.({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
