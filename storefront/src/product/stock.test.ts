import { expect, it, vi } from 'vitest';

vi.stubGlobal('navigator', { languages: ['en-US'] });
const { describeStock } = await import('./stock');

it.each([
  [null, 'Availability not told', 'unknown'],
  [{ status: 'IN_STOCK', quantity: null }, 'In stock', 'in'],
  [{ status: 'IN_STOCK', quantity: 7 }, 'In stock: 7', 'in'],
  [{ status: 'LIMITED_STOCK', quantity: 2 }, 'Only 2 left', 'low'],
  [{ status: 'LIMITED_STOCK' }, 'Only a few left', 'low'],
  [{ status: 'IN_STOCK', quantity: 0 }, 'Out of stock', 'out'],
  [{ status: 'OUT_OF_STOCK', quantity: null }, 'Out of stock', 'out'],
] as const)('%o is "%s"', (availability, text, level) => {
  expect(describeStock(availability)).toEqual({ text, level });
});
