import { createDirectory } from '../../../cli/desk/directory.ts';
import type { SuppressedAddress } from '../../../shared/aws/dynamodb/suppressed-index.ts';

/** The suppressed addresses in memory, with a table that is read slowly, or fails. */

const entry = (index: number) =>
  ({ address: `a${index}@example.com`, reason: 'hard', since: 1_790_000_000_000 + index }) as SuppressedAddress;

/** A table whose pages arrive when the test lets them. */
function slowTable() {
  let next = () => {};
  let isFailing = false;
  const table = {
    reads: 0,
    pages: [[entry(1), entry(2)], [entry(3)]],
    fail: (fails: boolean) => {
      isFailing = fails;
    },
    letPass: () => next(),
    async *read() {
      table.reads++;
      for (const [index, page] of table.pages.entries()) {
        if (index > 0)
          await new Promise<void>((resolve) => {
            next = resolve;
          });
        if (isFailing) throw new Error('credentials have expired');
        yield page;
      }
    },
  };
  return table;
}

const passed = () => new Promise((resolve) => setTimeout(resolve, 5));

test('a large table shows what was read so far, and then everything', async () => {
  const table = slowTable();
  const directory = createDirectory(() => table.read(), Date.now);
  await directory.refresh();
  expect([directory.state().readAt, directory.find({}).found.length]).toEqual([undefined, 2]);
  const complete = directory.complete();
  table.letPass();
  await complete;
  expect([directory.state().isComplete, directory.find({}).found.length]).toEqual([true, 3]);
});

test('an error is thrown once, and the next page tries again', async () => {
  const table = slowTable();
  const directory = createDirectory(() => table.read(), Date.now);
  await directory.refresh();
  table.fail(true);
  table.letPass();
  await passed();
  await expect(directory.refresh()).rejects.toThrow('credentials have expired');
  table.fail(false);
  await directory.refresh();
  table.letPass();
  await passed();
  expect(directory.find({}).found).toHaveLength(3);
});

test('what was released while a read goes on does not come back with it', async () => {
  const table = slowTable();
  const directory = createDirectory(() => table.read(), Date.now);
  await directory.refresh();
  directory.forget(['a1@example.com']);
  table.letPass();
  await passed();
  expect(directory.find({}).found.map(({ address }) => address)).toEqual(['a2@example.com', 'a3@example.com']);
  expect(directory.suggest('a', 10)).toEqual(['a2@example.com', 'a3@example.com']);
});

test('a release is no reason to read a large table again', async () => {
  let now = Date.now();
  const table = slowTable();
  const directory = createDirectory(
    () => table.read(),
    () => now,
  );
  await directory.refresh();
  // More than half a second makes it a large one.
  await new Promise((resolve) => setTimeout(resolve, 600));
  table.letPass();
  await passed();
  for (let index = 1; index < 3; index++) {
    directory.forget([`a${index}@example.com`]);
    await directory.refresh();
  }
  expect(table.reads).toBe(1);
  now += 120_000;
  await directory.refresh();
  expect(table.reads).toBe(2);
});
