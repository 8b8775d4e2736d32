import { accountList, listName } from '../../../shared/domain/suppression/list-name.ts';

test.each([accountList, 'account', 'n', 'tenant:acme.example', 'News_letter-2', 'x'.repeat(128)])(
  '%s can be the name of a list',
  (name) => {
    expect(listName.test(name)).toBe(true);
  },
);

// `seen#` is where a record's further event ids are kept: no list may be called so.
test.each(['', 'seen#1', 'a list', 'a\n', '\na', 'é', 'x'.repeat(129)])('%j cannot', (name) => {
  expect(listName.test(name)).toBe(false);
});
