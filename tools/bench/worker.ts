/**
 * Measures one batch size in its own process. The handler and the floors take turns in every round, so that other load on the machine affects
 * all of them. main.ts forks this file with a file as standard output, whose size shows how much the handler logs.
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

export type Measurement = {
  readonly contender: string;
  readonly batchSize: number;
  /** Medians over the rounds, per message. */
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
      // The first rounds warm up the compiler and the connections.
      if (round >= 0) samples.get(name)?.push(sample);
    }
  }
  for (const { name, run, messages } of contenders) {
    const logSizeBefore = fstatSync(1).size;
    const { calls, writeUnits } = await stub.measure(run);
    const taken = samples.get(name) ?? [];
    process.send?.({
      contender: name,
      batchSize,
      wallMicroseconds: median(taken.map(({ wall }) => wall)),
      cpuMicroseconds: median(taken.map(({ cpu }) => cpu)),
      calls: calls / messages,
      writeUnits: writeUnits / messages,
      logBytes: (fstatSync(1).size - logSizeBefore) / messages,
    } satisfies Measurement);
  }
  stub.stop();
  process.disconnect();
}

type Handler = typeof import('../../functions/bounce.ts');
type Floors = typeof import('./floors.ts');

function createContenders({ handler }: Handler, floors: Floors, batchSize: number): Contender[] {
  // Rounds take about as long at every size: in small batches, a message costs far more.
  const messages = batchSize * Math.ceil(Math.min(2000, 100 * batchSize) / batchSize);
  const batches = createBatches(messages, batchSize);
  const items = batches.map((batch) => itemsOf(batch));
  const bodies = batches.map(({ Records }) => Records.map(({ body }) => body));
  const context = { getRemainingTimeInMillis: () => 30_000 };
  const inSequence =
    <Input>(inputs: readonly Input[], work: (input: Input) => Promise<unknown>) =>
    async () => {
      for (const input of inputs) await work(input);
    };
  return [
    { name: 'ses-feedback', messages, run: inSequence(batches, (batch) => handler(batch, context as never)) },
    { name: 'BatchGet + TransactWrite', messages, run: inSequence(items, floors.batchGetAndTransactWrite) },
    { name: 'one PutItem per message', messages, run: inSequence(items, floors.putEach) },
    { name: 'JSON.parse alone', messages, run: inSequence(bodies, floors.parseOnly) },
  ];
}

/** Returns the items that the handler would write, so that the floors do not have to build them. */
function itemsOf(batch: unknown) {
  return unwrapBatch(batch).messages.flatMap((rawMessage) => {
    const message = parse(unwrapMessage(rawMessage), {});
    if (message.kind !== 'feedback') throw new Error('The workload contains a message that is not feedback.');
    return classify(message.event, defaultPolicy).map((event) => {
      const { record } = decide(undefined, event, defaultPolicy, Date.now());
      if (record === undefined) throw new Error('The workload contains a bounce that changes no record.');
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
