/**
 * Measures one batch size in a process of its own: our handler and the floors take turns, round by round, so that whatever else
 * the machine does meets them all. Forked by main.ts with its standard output a file: what it logs is weighed.
 */
import { fstatSync } from 'node:fs';
import { toItem } from '../../shared/aws/dynamodb/suppression-item.ts';
import { classify } from '../../shared/domain/feedback/classify.ts';
import { unwrapBatch, unwrapMessage } from '../../shared/domain/feedback/envelope.ts';
import { parse } from '../../shared/domain/feedback/parse.ts';
import { defaultPolicy } from '../../shared/domain/policy/policy.ts';
import { decide } from '../../shared/domain/suppression/decide.ts';
import { median } from './statistics.ts';
import { startStub, stubEnvironment } from './stub.ts';
import { createBatches } from './workload.ts';

export type Task = {
  readonly handler: string;
  readonly floors: string;
  readonly batchSize: number;
  readonly rounds: number;
};

export type Measured = {
  readonly contender: string;
  readonly batchSize: number;
  /** Medians over the rounds, a message. */
  readonly wallMicroseconds: number;
  readonly cpuMicroseconds: number;
  readonly calls: number;
  readonly writeUnits: number;
  readonly logBytes: number;
};

type Contender = { readonly name: string; readonly run: () => Promise<unknown>; readonly messages: number };

async function measure({ handler, floors, batchSize, rounds }: Task): Promise<void> {
  const stub = await startStub();
  Object.assign(process.env, stubEnvironment(stub.endpoint));
  const contenders = createContenders(require(handler), require(floors), batchSize);
  const samples = new Map(contenders.map(({ name }) => [name, [] as { wall: number; cpu: number }[]]));
  for (let round = -2; round < rounds; round++) {
    for (const { name, run, messages } of contenders) {
      const [cpu, wall] = [process.cpuUsage(), performance.now()];
      await run();
      const { user, system } = process.cpuUsage(cpu);
      const sample = { wall: ((performance.now() - wall) * 1000) / messages, cpu: (user + system) / messages };
      // The first rounds warm up what the compiler and the connections need.
      if (round >= 0) samples.get(name)?.push(sample);
    }
  }
  for (const { name, run, messages } of contenders) {
    const logged = fstatSync(1).size;
    const { calls, writeUnits } = await stub.weigh(run);
    const taken = samples.get(name) ?? [];
    process.send?.({
      contender: name,
      batchSize,
      wallMicroseconds: median(taken.map(({ wall }) => wall)),
      cpuMicroseconds: median(taken.map(({ cpu }) => cpu)),
      calls: calls / messages,
      writeUnits: writeUnits / messages,
      logBytes: (fstatSync(1).size - logged) / messages,
    } satisfies Measured);
  }
  stub.stop();
  process.disconnect();
}

type Handler = typeof import('../../functions/bounce.ts');
type Floors = typeof import('./floors.ts');

function createContenders({ handler }: Handler, floors: Floors, batchSize: number): Contender[] {
  // A round is about as much work at every size: single messages cost far more each.
  const messages = batchSize * Math.ceil(Math.min(2000, 100 * batchSize) / batchSize);
  const batches = createBatches(messages, batchSize);
  const items = batches.map((batch) => itemsOf(batch));
  const bodies = batches.map(({ Records }) => Records.map(({ body }) => body));
  const context = { getRemainingTimeInMillis: () => 30_000 };
  const inTurn =
    <Input>(inputs: readonly Input[], work: (input: Input) => Promise<unknown>) =>
    async () => {
      for (const input of inputs) await work(input);
    };
  return [
    { name: 'ses-feedback', messages, run: inTurn(batches, (batch) => handler(batch, context as never)) },
    { name: 'BatchGet + TransactWrite', messages, run: inTurn(items, floors.batchGetAndTransactWrite) },
    { name: 'one PutItem a message', messages, run: inTurn(items, floors.putEach) },
    { name: 'JSON.parse alone', messages, run: inTurn(bodies, floors.parseOnly) },
  ];
}

/** The items our handler would write, ready to be sent: the floors do not have to make them. */
function itemsOf(batch: unknown) {
  return unwrapBatch(batch).messages.flatMap((delivery) => {
    const message = parse(unwrapMessage(delivery), {});
    if (message.kind !== 'feedback') throw new Error('The workload holds something that is no feedback.');
    return classify(message.event, defaultPolicy).map((event) => {
      const { record } = decide(undefined, event, defaultPolicy, Date.now());
      if (record === undefined) throw new Error('The workload holds a bounce that suppresses nobody.');
      return toItem(record, crypto.randomUUID());
    });
  });
}

process.once('message', (task) => {
  measure(task as Task).catch((error) => {
    console.error(error);
    process.exit(1);
  });
});
