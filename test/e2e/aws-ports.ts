import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { fromItem, recordKey } from '../../shared/aws/dynamodb/suppression-item.ts';
import { createAccountList } from '../../shared/aws/ses/account-list.ts';
import { parseAddress } from '../../shared/domain/address.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { explained, type Place } from './faults.ts';
import { isTestAddress } from './mailboxes.ts';
import type { Ports } from './ports.ts';

export type AwsPortsOptions = {
  /** See {@link createMailClient}. */
  readonly ses: SESv2Client;
  readonly dynamoDB: DynamoDBClient;
  readonly configurationSet: string;
  readonly from: string;
  readonly place: Place;
  readonly print: Ports['print'];
};

/** A client that tries once: a mail that is sent again because its answer got lost has another message id. */
export function createMailClient(config: ConstructorParameters<typeof SESv2Client>[0] = {}): SESv2Client {
  const requestHandler = { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true };
  return new SESv2Client({ maxAttempts: 1, requestHandler, ...config });
}

const text = 'Sent by the simulator tests of ses-feedback (npm run test:e2e) to the mailbox simulator of Amazon SES.';

/** The suite's ports at AWS, or at what looks like it from here. */
export function createAwsPorts({ ses, dynamoDB, configurationSet, from, place, print }: AwsPortsOptions): Ports {
  const TableName = place.table;
  const list = createSuppressionList({ tableName: TableName, client: dynamoDB });
  const accountList = createAccountList(ses);
  return {
    sendMail: (to) =>
      explained('ses:SendEmail', place, async () => {
        const { MessageId = '' } = await throttled(() =>
          ses.send(
            new SendEmailCommand({
              FromEmailAddress: from,
              Destination: { ToAddresses: [to] },
              ConfigurationSetName: configurationSet,
              Content: { Simple: { Subject: { Data: 'Simulator test' }, Body: { Text: { Data: text } } } },
            }),
          ),
        );
        return MessageId;
      }),
    isSuppressed: (address) => explained('dynamodb:GetItem', place, () => list.isSuppressed(address)),
    readRecord: (address) =>
      explained('dynamodb:GetItem', place, async () => {
        const { Item } = await dynamoDB.send(
          new GetItemCommand({ TableName, Key: recordKey(keyOf(address)), ConsistentRead: true }),
        );
        if (Item === undefined) return undefined;
        const held = fromItem(Item);
        if ('unreadable' in held) throw Object.assign(new Error(held.unreadable), { code: held.unreadable });
        return held.record;
      }),
    async isOnAccountList(address) {
      for (let attempt = 1; ; attempt++) {
        const outcome = await accountList.get(address);
        if (outcome.kind === 'found') return true;
        if (outcome.kind === 'not-found') return false;
        const reason = 'reason' in outcome ? outcome.reason : outcome.kind;
        if (outcome.kind === 'denied' || attempt === maxAttempts) {
          const error = Object.assign(new Error(reason), { name: reason });
          return explained('ses:GetSuppressedDestination', place, () => Promise.reject(error));
        }
        await sleep(attempt * 1100);
      }
    },
    async removeRecords(address) {
      // Whatever goes wrong elsewhere: nobody's record is deleted but that of an address made up here.
      if (!isTestAddress(address)) throw new Error('That address was not made up by this test.');
      const keys = await explained('dynamodb:Query', place, () => keysOf(dynamoDB, TableName, keyOf(address)));
      // The record itself also where there is none: so it comes out beforehand whether that is allowed.
      const others = keys.filter(({ list: { S } = {} }) => S !== recordKey(keyOf(address)).list?.S);
      for (const Key of [recordKey(keyOf(address)), ...others]) {
        await explained('dynamodb:DeleteItem', place, () => dynamoDB.send(new DeleteItemCommand({ TableName, Key })));
      }
      return keys.length;
    },
    clock: Date.now,
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal && { signal }),
    print,
  };
}

const maxAttempts = 5;

/** Other senders take of the same rate: SES then says so, and has not taken the mail. */
async function throttled<Value>(call: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const isThrottled = error instanceof Error && /TooManyRequests|Throttl/.test(error.name);
      if (!isThrottled || attempt === maxAttempts) throw error;
      await sleep(attempt * 1000);
    }
  }
}

function keyOf(address: string) {
  const key = parseAddress(address)?.key;
  if (key === undefined) throw new Error('Not an address.');
  return key;
}

/** All items of an address: the record, and ids it has no room for. */
async function keysOf(client: DynamoDBClient, TableName: string, address: string) {
  const keys: Record<string, AttributeValue>[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName,
        ConsistentRead: true,
        ExclusiveStartKey,
        KeyConditionExpression: 'address = :address',
        ExpressionAttributeValues: { ':address': { S: address } },
        ProjectionExpression: 'address, #list',
        ExpressionAttributeNames: { '#list': 'list' },
      }),
    );
    keys.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return keys;
}
