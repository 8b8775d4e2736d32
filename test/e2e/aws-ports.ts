import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { fromItem, recordKey } from '../../shared/aws/dynamodb/suppression-item.ts';
import { createAccountList } from '../../shared/aws/ses/account-list.ts';
import { parseAddress } from '../../shared/domain/address.ts';
import { createSuppressionList } from '../../shared/suppression-list/create-suppression-list.ts';
import { type ErrorContext, withExplainedErrors } from './errors.ts';
import { isTestAddress } from './mailboxes.ts';
import type { Ports } from './ports.ts';

export type AwsPortsOptions = {
  /** Created with {@link createEmailClient}. */
  readonly ses: SESv2Client;
  readonly dynamoDB: DynamoDBClient;
  readonly configurationSet: string;
  readonly from: string;
  readonly context: ErrorContext;
  readonly print: Ports['print'];
};

/**
 * Creates a client that does not retry. If the response to a send was lost, a retry would send a second email, with a
 * message id that the suite does not expect.
 */
export function createEmailClient(config: ConstructorParameters<typeof SESv2Client>[0] = {}): SESv2Client {
  const requestHandler = { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true };
  return new SESv2Client({ maxAttempts: 1, requestHandler, ...config });
}

const text = 'Sent by the simulator tests of ses-feedback (npm run test:e2e) to the mailbox simulator of Amazon SES.';

/** Creates the ports of the suite for AWS, or for a simulator with the same API. */
export function createAwsPorts(options: AwsPortsOptions): Ports {
  const { ses, dynamoDB, configurationSet, from, context, print } = options;
  const TableName = context.table;
  const list = createSuppressionList({ tableName: TableName, client: dynamoDB });
  const accountList = createAccountList(ses);
  return {
    sendEmail: (to) =>
      withExplainedErrors('ses:SendEmail', context, async () => {
        const { MessageId = '' } = await retryThrottled(() =>
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
    isSuppressed: (address) => withExplainedErrors('dynamodb:GetItem', context, () => list.isSuppressed(address)),
    readRecord: (address) =>
      withExplainedErrors('dynamodb:GetItem', context, async () => {
        const { Item } = await dynamoDB.send(
          new GetItemCommand({ TableName, Key: recordKey(keyOf(address)), ConsistentRead: true }),
        );
        if (Item === undefined) return undefined;
        const stored = fromItem(Item);
        if ('unreadable' in stored) throw Object.assign(new Error(stored.unreadable), { code: stored.unreadable });
        return stored.record;
      }),
    async isOnAccountList(address) {
      for (let attempt = 1; ; attempt++) {
        const outcome = await accountList.get(address);
        if (outcome.kind === 'found') return true;
        if (outcome.kind === 'not-found') return false;
        const reason = 'reason' in outcome ? outcome.reason : outcome.kind;
        if (outcome.kind === 'denied' || attempt === maxAttempts) {
          const error = Object.assign(new Error(reason), { name: reason });
          return withExplainedErrors('ses:GetSuppressedDestination', context, () => Promise.reject(error));
        }
        await sleep(attempt * 1100);
      }
    },
    async removeRecords(address) {
      // Whatever the caller does, this must never delete the record of a real recipient.
      if (!isTestAddress(address)) throw new Error('This address was not created by the simulator tests.');
      const keys = await withExplainedErrors('dynamodb:Query', context, () =>
        queryKeys(dynamoDB, TableName, keyOf(address)),
      );
      // Deletes the key of the record even if there is no record: a missing permission then shows before the first
      // email is sent.
      const others = keys.filter(({ list: { S } = {} }) => S !== recordKey(keyOf(address)).list?.S);
      for (const Key of [recordKey(keyOf(address)), ...others]) {
        await withExplainedErrors('dynamodb:DeleteItem', context, () =>
          dynamoDB.send(new DeleteItemCommand({ TableName, Key })),
        );
      }
      return keys.length;
    },
    clock: Date.now,
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal && { signal }),
    print,
  };
}

const maxAttempts = 5;

/**
 * Retries a call that SES throttles because other senders share the rate. A throttled send was not accepted, so a retry
 * is safe.
 */
async function retryThrottled<Value>(call: () => Promise<Value>): Promise<Value> {
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
  if (key === undefined) throw new Error('Not an email address.');
  return key;
}

/** Returns the keys of all items of an address: the record, and the event ids that do not fit into it. */
async function queryKeys(client: DynamoDBClient, TableName: string, address: string) {
  const keys: Record<string, AttributeValue>[] = [];
  const query = {
    TableName,
    ConsistentRead: true,
    KeyConditionExpression: 'address = :address',
    ExpressionAttributeValues: { ':address': { S: address } },
    ProjectionExpression: 'address, #list',
    ExpressionAttributeNames: { '#list': 'list' },
  };
  for await (const { Items = [] } of paginateQuery({ client }, query)) keys.push(...Items);
  return keys;
}
