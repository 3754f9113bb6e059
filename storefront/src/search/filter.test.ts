import { expect, it } from 'vitest';
import { filterOf, writeFilter } from './filter';

it.each([
  ['', {}],
  ['min=20&max=99.50&condition=used&stock=in', { minPrice: 20, maxPrice: 99.5, condition: 'USED', inStock: true }],
  ['min=99&max=20', { minPrice: 20, maxPrice: 99 }],
  ['max=5', { maxPrice: 5 }],
  ['min=-1&max=1e9&condition=broken&stock=yes', {}],
  ['min=&max=a', {}],
  ['min=9.999', { minPrice: 10 }],
])('the address %s asks for %o', (address, filter) => {
  expect(filterOf(new URLSearchParams(address))).toEqual(filter);
});

it('is read back as it was written, in place of another', () => {
  const filter = { minPrice: 20, condition: 'REFURBISHED', inStock: true } as const;
  const address = new URLSearchParams('q=laptop&max=7&condition=new');
  writeFilter(address, filter);
  expect(address.get('q')).toBe('laptop');
  expect(filterOf(address)).toEqual(filter);
});
