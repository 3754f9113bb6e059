import { formatNumber } from '../shared/format';

/** Whether and how many can be bought, in words. */
export interface Stock {
  readonly text: string;
  readonly level: 'in' | 'low' | 'out' | 'unknown';
}

export function describeStock(availability: { status: string; quantity?: number | null } | null | undefined): Stock {
  if (!availability) {
    return { text: 'Availability not told', level: 'unknown' };
  }
  const { status, quantity } = availability;
  if (status === 'OUT_OF_STOCK' || quantity === 0) {
    return { text: 'Out of stock', level: 'out' };
  }
  if (status === 'LIMITED_STOCK') {
    return { text: quantity ? `Only ${formatNumber(quantity)} left` : 'Only a few left', level: 'low' };
  }
  return { text: quantity ? `In stock: ${formatNumber(quantity)}` : 'In stock', level: 'in' };
}
