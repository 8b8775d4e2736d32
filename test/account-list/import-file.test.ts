import {
  type ImportFiles,
  type ImportLine,
  readFailures,
  readLines,
  writeLines,
} from '../../shared/account-list/import-file.ts';

/** Returns the failures that a file of SES names, for an import of these addresses. */
async function failuresIn(text: string, failedCount: number, addresses: readonly string[]) {
  let stored = '';
  const files: ImportFiles = {
    write: async (_key, content) => {
      stored = content;
      return 's3://bucket/key';
    },
    read: async () => stored,
    fetchFailures: async () => text,
  };
  await writeLines(
    files,
    'key',
    addresses.map((emailAddress): ImportLine => ({ emailAddress })),
  );
  const lines = await readLines(files, 'key');
  if (lines === undefined) throw new Error('unreadable');
  const state = { kind: 'job', status: 'completed', failedCount, failuresUrl: 'https://x' } as const;
  const failures = await readFailures(files, state as never, lines);
  return failures && [...failures];
}

const imported = ['ann@x.example', '"a b"@x.example', "o'brien@x.example"];

test.each<[string, string, number, string[] | undefined]>([
  ['a list of addresses', 'ann@x.example\n', 1, ['ann@x.example']],
  ['a quoted local part', '"a b"@x.example', 1, ['"a b"@x.example']],
  ['a quoted local part in JSON', '{"emailAddress":"\\"a b\\"@x.example","error":"bad"}', 1, ['"a b"@x.example']],
  [
    'JSON',
    '{"emailAddress":"ann@x.example"}\n{"emailAddress":"o\'brien@x.example"}',
    2,
    ['ann@x.example', "o'brien@x.example"],
  ],
  ['CSV', 'emailAddress,reason\nann@x.example,INVALID', 1, ['ann@x.example']],
  ['fewer addresses than failures', 'ann@x.example', 2, undefined],
  ['an address that was not imported', 'somebody@y.example', 1, undefined],
  ['a part of an address', '@x.example', 1, undefined],
  ['nothing', '', 1, undefined],
])('%s in the file of failures', async (_name, text, count, expected) => {
  expect(await failuresIn(text, count, imported)).toEqual(expected);
});
