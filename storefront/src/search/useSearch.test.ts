import { expect, it } from 'vitest';
import { interleave } from './useSearch';

it('takes from each list in turns until all are empty', () => {
  expect(interleave([['a1', 'a2', 'a3'], [], ['c1']])).toEqual(['a1', 'c1', 'a2', 'a3']);
});
