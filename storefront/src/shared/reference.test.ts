import { expect, it } from 'vitest';
import { isReference, parse, pathOf, write } from './reference';

it('is read back as it was written, with the separators of an id in it', () => {
  const reference = { marketplace: 'EBAY', id: 'v1|110551234567|0' } as const;
  expect(parse(write(reference))).toEqual(reference);
  expect(pathOf(reference)).toBe('/product/ebay/v1%7C110551234567%7C0');
});

it.each(['etsy:1', 'ebay:', 'ebay', 'ebay:a b', `ebay:${'1'.repeat(129)}`])('%s names no product', text => {
  expect(parse(text)).toBeUndefined();
});

it('refuses what another version may have kept', () => {
  expect([null, 1, {}, { marketplace: 'EBAY' }, { marketplace: 'toString', id: '1' }].some(isReference)).toBe(false);
});
