import { isReference, isSame, type Reference } from '../shared/reference';
import { storedList } from '../shared/storedList';

/** Price and stock as they were seen. */
export interface Snapshot {
  readonly amount: number | null;
  readonly currency: string | null;
  readonly status: string | null;
  readonly quantity: number | null;
}

/** A product on the list, and what its watcher has last seen of it. */
export interface Watched extends Reference {
  readonly seen?: Snapshot;
}

export const watched = storedList<Watched>('watched', isReference);

export function toggleWatched(reference: Reference): void {
  watched.write(items => (items.some(item => isSame(item, reference)) ? items.filter(item => !isSame(item, reference)) : [...items, { marketplace: reference.marketplace, id: reference.id }]));
}

export function markSeen(reference: Reference, seen: Snapshot): void {
  watched.write(items => items.map(item => (isSame(item, reference) ? { ...item, seen } : item)));
}

export const snapshotOf = (product: {
  price?: { amount: number; currency: string } | null;
  availability?: { status: string; quantity?: number | null } | null;
}): Snapshot => ({
  amount: product.price?.amount ?? null,
  currency: product.price?.currency ?? null,
  status: product.availability?.status ?? null,
  quantity: product.availability?.quantity ?? null,
});

export const hasChanged = (seen: Snapshot, now: Snapshot): boolean =>
  seen.amount !== now.amount || seen.currency !== now.currency || seen.status !== now.status || seen.quantity !== now.quantity;
