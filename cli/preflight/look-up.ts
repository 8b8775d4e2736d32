import type { AddressState } from '../../shared/aws/dynamodb/state-reader.ts';
import type { AddressKey } from '../../shared/domain/address.ts';
import { markProblem, type Recipients } from './recipients.ts';

export type StateReader = (
  addresses: readonly AddressKey[],
  lists: readonly string[],
  signal: AbortSignal,
) => Promise<Map<AddressKey, AddressState[]>>;

type LookUpOptions = {
  readonly read: StateReader;
  /** The lists that decide about the mailing. */
  readonly lists: readonly string[];
  readonly now: number;
  /** Called with the number of addresses so far. */
  readonly onProgress: (done: number) => void;
};

/** Keys in one request to DynamoDB. */
const maxKeys = 100;
const requestsAtOnce = 8;
const timeoutMs = 30_000;

/** Reads what the table knows of each address, and marks those that are suppressed, or had no email delivered since they bounced. */
export async function lookUpRecipients(
  addresses: AsyncIterable<AddressKey>,
  recipients: Recipients,
  { read, lists, now, onProgress }: LookUpOptions,
): Promise<void> {
  let done = 0;
  // All workers take from one generator, and the first one that throws ends it for all.
  const chunks = chunksOf(addresses, Math.floor(maxKeys / lists.length));
  const work = async () => {
    for await (const chunk of chunks) {
      const states = await read(chunk, lists, AbortSignal.timeout(timeoutMs));
      for (const [address, found] of states) {
        const isSuppressed = found.some(
          (one) => one.kind === 'suppressed' && (one.until ?? Number.POSITIVE_INFINITY) > now,
        );
        if (isSuppressed) markProblem(recipients, address, 'suppressed');
        else if (found.some(({ kind }) => kind === 'bounced-before'))
          markProblem(recipients, address, 'bounced-before');
      }
      done += chunk.length;
      onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, work));
}

async function* chunksOf<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let chunk: Item[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
