import { describeRate, formatCount, formatPercent, unitOf } from '../../../shared/domain/reputation/format-rate.ts';

test.each([
  [0, '0 %'],
  [0.00000123, '0.00012 %'],
  [0.000001, '0.0001 %'],
  [0.00000099, '< 0.0001 %'],
  [0.0005, '0.05 %'],
  [0.00123, '0.12 %'],
  [0.00999, '1 %'],
  [0.01, '1 %'],
  [0.01234, '1.2 %'],
  [0.05, '5 %'],
  [0.0996, '10 %'],
  [1, '100 %'],
  [50, '5000 %'],
])('%d is %s', (share, text) => {
  expect(formatPercent(share)).toBe(text);
});

test('counts have thousands separators', () => {
  expect([0, 12, 999, 1000, 12_345, 1_234_567, 100_000_000].map(formatCount)).toEqual([
    '0',
    '12',
    '999',
    '1,000',
    '12,345',
    '1,234,567',
    '100,000,000',
  ]);
});

test('a rate has its numerator and denominator, and no percentage if nothing was sent', () => {
  expect(describeRate({ bad: 120, total: 2000 })).toBe('120 of 2,000 (6 %)');
  expect(describeRate({ bad: 3, total: 0 })).toBe('3 of 0');
  expect(describeRate({ bad: 3, total: 1 })).toBe('3 of 1 (300 %)');
});

test('units are singular for one, and plural otherwise', () => {
  expect([0, 1, 2].map((count) => unitOf('bounceRate', count))).toEqual(['bounces', 'bounce', 'bounces']);
  expect([1, 2].map((count) => unitOf('complaintRate', count))).toEqual(['complaint', 'complaints']);
});
