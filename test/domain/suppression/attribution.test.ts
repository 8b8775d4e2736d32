import { assertAttribution, maxAttributionLength } from '../../../shared/domain/suppression/attribution.ts';

const longest = 'x'.repeat(maxAttributionLength);

test('a text of the longest length is stored', () => {
  expect(() => assertAttribution({ by: longest, note: longest })).not.toThrow();
});

test.each(['by', 'note'])('a longer %s is an error that names it, its length and the limit', (name) => {
  expect(() => assertAttribution({ by: 'ann', note: 'left', [name]: `${longest}x` })).toThrow(
    `"${name}" has 1001 characters. At most 1000 are stored with a record: shorten it.`,
  );
});
