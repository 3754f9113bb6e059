import { expect, it, vi } from 'vitest';

vi.stubGlobal('navigator', { languages: ['de-DE'] });
const { formatAge, formatMoney } = await import('./format');

const now = Date.parse('2026-03-01T12:00:00Z');

it.each([
  ['2026-03-01T11:59:30Z', 'just now'],
  ['2026-03-01T12:00:10Z', 'just now'],
  ['2026-03-01T11:58:59Z', '1 minute ago'],
  ['2026-03-01T09:30:00.123+00:00', '2 hours ago'],
  ['2026-02-26T12:00:00Z', '3 days ago'],
])('the age of %s is "%s"', (instant, text) => {
  expect(formatAge(instant, now)).toBe(text);
});

it('writes money as the reader does', () => {
  expect(formatMoney(1299.5, 'EUR')).toBe('1.299,50\u00a0€');
});

it('writes what is no currency beside the amount', () => {
  expect(formatMoney(12.5, 'EURO')).toBe('12,5 EURO');
});
