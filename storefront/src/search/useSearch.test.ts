import { expect, it } from 'vitest';
import { interleave, slotsOf, type Found } from './useSearch';

const found = ['1', '2', '3'].map(id => ({ id, marketplace: 'EBAY' }) as Found);

it('takes from each list in turns until all are empty', () => {
  expect(interleave([['a1', 'a2', 'a3'], [], ['c1']])).toEqual(['a1', 'c1', 'a2', 'a3']);
});

it('keeps a place for what may still come', () => {
  expect(slotsOf({ found, total: 0, isLoading: true }, 5)).toEqual([...found, undefined, undefined]);
  expect(slotsOf({ found, total: 4, isLoading: true }, 5)).toEqual([...found, undefined]);
  expect(slotsOf({ found, total: 90, isLoading: false }, 5)).toEqual(found);
});
