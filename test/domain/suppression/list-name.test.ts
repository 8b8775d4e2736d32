import { accountListName, listNamePattern } from '../../../shared/domain/suppression/list-name.ts';

test.each([accountListName, 'account', 'n', 'tenant:acme.example', 'News_letter-2', 'x'.repeat(128)])(
  '%s can be the name of a list',
  (name) => {
    expect(listNamePattern.test(name)).toBe(true);
  },
);

// `seen#` is where a record's further event ids are kept: no list may be called so.
test.each(['', 'seen#1', 'a list', 'a\n', '\na', 'é', 'x'.repeat(129)])('%j cannot', (name) => {
  expect(listNamePattern.test(name)).toBe(false);
});
