import { beforeEach, expect, it, vi } from 'vitest';

// Of a browser the list needs no more than this.
const kept = new Map<string, string>();
vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
vi.stubGlobal('addEventListener', () => {});
const product = { marketplace: 'EBAY', id: '1' } as const;

beforeEach(() => {
  kept.clear();
  vi.resetModules();
});

it('keeps what is watched until it is taken off the list', async () => {
  const { toggleWatched, watched } = await import('./watched');
  toggleWatched(product);
  expect(JSON.parse(kept.get('watched') ?? '')).toEqual([product]);
  toggleWatched(product);
  expect(watched.read()).toEqual([]);
});

it('drops what it cannot read and keeps the rest', async () => {
  kept.set('watched', JSON.stringify([product, { marketplace: 'GONE', id: '2' }, 3]));
  expect((await import('./watched')).watched.read()).toEqual([product]);
  vi.resetModules();
  kept.set('watched', 'no JSON');
  expect((await import('./watched')).watched.read()).toEqual([]);
});

it('distinguishes a change of price or stock from the same again', async () => {
  const { hasChanged, snapshotOf } = await import('./watched');
  const seen = snapshotOf({ price: { amount: 10, currency: 'USD' }, availability: { status: 'IN_STOCK', quantity: 3 } });
  expect(hasChanged(seen, snapshotOf({ price: { amount: 10, currency: 'USD' }, availability: { status: 'IN_STOCK', quantity: 3 } }))).toBe(false);
  expect(hasChanged(seen, { ...seen, amount: 9 })).toBe(true);
  expect(hasChanged(seen, { ...seen, quantity: 2 })).toBe(true);
  expect(hasChanged(seen, { ...seen, moreThan: 10 })).toBe(true);
  const { moreThan: _, isBid: __, ...earlier } = seen;
  expect(hasChanged(earlier as typeof seen, seen)).toBe(false);
});

it('takes an auction by its bid', async () => {
  const { hasChanged, snapshotOf } = await import('./watched');
  const auction = snapshotOf({ price: null, currentBidPrice: { amount: 61, currency: 'USD' }, availability: null });
  expect(auction).toMatchObject({ amount: 61, isBid: true });
  expect(hasChanged(auction, snapshotOf({ price: { amount: 61, currency: 'USD' } }))).toBe(true);
});
