import { expect, it, vi } from 'vitest';

vi.stubGlobal('navigator', { languages: ['en-US'] });
const { describeStock } = await import('./stock');

it.each([
  [null, 'Availability not stated', 'unknown'],
  [{ status: 'IN_STOCK', quantity: null }, 'In stock', 'in'],
  [{ status: 'IN_STOCK', quantity: 7 }, 'In stock: 7', 'in'],
  [{ status: 'IN_STOCK', quantity: null, moreThan: 10 }, 'In stock: more than 10', 'in'],
  [{ status: 'ENDED', quantity: null }, 'Ended', 'out'],
  [{ status: 'GONE', quantity: null }, 'No longer available', 'out'],
  [{ status: 'LIMITED_STOCK', quantity: 2 }, 'Only 2 left', 'low'],
  [{ status: 'LIMITED_STOCK' }, 'Only a few left', 'low'],
  [{ status: 'IN_STOCK', quantity: 0 }, 'Out of stock', 'out'],
  [{ status: 'OUT_OF_STOCK', quantity: null }, 'Out of stock', 'out'],
] as const)('%o is "%s"', (availability, text, level) => {
  expect(describeStock(availability)).toEqual({ text, level });
});

it('has ended when its end has passed, whatever an older answer says', () => {
  const available = { status: 'IN_STOCK', quantity: 7 };
  const end = '2026-03-01T12:00:00+00:00';
  expect(describeStock(available, end, Date.parse('2026-03-01T12:00:00Z')).text).toBe('Ended');
  expect(describeStock(available, end, Date.parse('2026-03-01T11:59:59Z')).text).toBe('In stock: 7');
});
