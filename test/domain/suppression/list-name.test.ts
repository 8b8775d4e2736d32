import { defaultListName, listNamePattern } from '../../../shared/domain/suppression/list-name.ts';

test.each([defaultListName, 'account', 'n', 'tenant:acme.example', 'News_letter-2', 'x'.repeat(128)])(
  '%s is a valid list name',
  (name) => {
    expect(listNamePattern.test(name)).toBe(true);
  },
);

// Further event ids of a record are stored under `seen#`, so no list may have such a name.
test.each(['', 'seen#1', 'a list', 'a\n', '\na', 'é', 'x'.repeat(129)])('%j is not a valid list name', (name) => {
  expect(listNamePattern.test(name)).toBe(false);
});

test('the name of the list that feedback changes is part of every stored key', () => {
  expect(defaultListName).toBe('account');
});
