import { formatNumber } from '../shared/format';

/** Whether and how many can be bought, in words. */
export interface Stock {
  readonly text: string;
  readonly level: 'in' | 'low' | 'out' | 'unknown';
}

export interface Availability {
  readonly status: string;
  readonly quantity?: number | null;
  /** There are more than this, where the marketplace gives no number. */
  readonly moreThan?: number | null;
}

/** `endsAt` says when the listing ends: an answer may be older than that. */
export function describeStock(availability: Availability | null | undefined, endsAt?: string | null, now: number = Date.now()): Stock {
  if (availability?.status === 'GONE') {
    return { text: 'No longer available', level: 'out' };
  }
  if (availability?.status === 'ENDED' || (endsAt && Date.parse(endsAt) <= now)) {
    return { text: 'Ended', level: 'out' };
  }
  if (!availability) {
    return { text: 'Availability not stated', level: 'unknown' };
  }
  const { status, quantity, moreThan } = availability;
  if (status === 'OUT_OF_STOCK' || quantity === 0) {
    return { text: 'Out of stock', level: 'out' };
  }
  if (status === 'LIMITED_STOCK') {
    return { text: quantity ? `Only ${formatNumber(quantity)} left` : 'Only a few left', level: 'low' };
  }
  const count = quantity ? formatNumber(quantity) : moreThan ? `more than ${formatNumber(moreThan)}` : undefined;
  return { text: count ? `In stock: ${count}` : 'In stock', level: 'in' };
}
