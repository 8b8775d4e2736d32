import { createProgress } from '../../../cli/io/progress.ts';

function written(isTTY: boolean): string[] {
  const texts: string[] = [];
  const progress = createProgress({ isTTY, write: (text) => texts.push(text) });
  for (const done of [0, 1, 2]) progress.show('identities', done, 3);
  progress.show('topics', 0, 2);
  progress.showCount('records read', 1234);
  progress.clear();
  return texts;
}

test('a terminal shows progress in one line, which is cleared at the end', () => {
  const clearLine = '\r\u001b[K';
  expect(written(true)).toEqual([
    `${clearLine}identities: 0 of 3`,
    `${clearLine}identities: 1 of 3`,
    clearLine,
    `${clearLine}records read: 1,234`,
    clearLine,
  ]);
});

test('another output shows nothing', () => {
  expect(written(false)).toEqual([]);
});
