import { isReference, isSame, type Reference } from '../shared/reference';
import { storedList } from '../shared/storedList';

/** Price and stock as they were seen. */
export interface Snapshot {
  readonly amount: number | null;
  readonly currency: string | null;
  readonly status: string | null;
  readonly quantity: number | null;
  readonly moreThan: number | null;
  /** Whether the amount is an auction's highest bid. */
  readonly isBid: boolean;
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

interface Watchable {
  readonly price?: { amount: number; currency: string } | null;
  readonly currentBidPrice?: { amount: number; currency: string } | null;
  readonly availability?: { status: string; quantity?: number | null; moreThan?: number | null } | null;
}

export function snapshotOf({ price, currentBidPrice, availability }: Watchable): Snapshot {
  const money = price ?? currentBidPrice;
  return {
    amount: money?.amount ?? null,
    currency: money?.currency ?? null,
    status: availability?.status ?? null,
    quantity: availability?.quantity ?? null,
    moreThan: availability?.moreThan ?? null,
    isBid: !price && !!currentBidPrice,
  };
}

/** What an earlier version of the app has kept lacks the last two. */
export const hasChanged = (seen: Snapshot, now: Snapshot): boolean =>
  seen.amount !== now.amount ||
  seen.currency !== now.currency ||
  seen.status !== now.status ||
  seen.quantity !== now.quantity ||
  (seen.moreThan ?? null) !== now.moreThan ||
  (seen.isBid ?? false) !== now.isBid;
