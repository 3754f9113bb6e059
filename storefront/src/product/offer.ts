import { formatMoney, formatNumber } from '../shared/format';

export interface Money {
  readonly amount: number;
  readonly currency: string;
}

/** What a product costs, as the schema has it. */
export interface Priced {
  readonly price?: Money | null;
  readonly priceConvertedFrom?: Money | null;
  readonly buyingOptions?: readonly string[] | null;
  readonly bidCount?: number | null;
  readonly currentBidPrice?: Money | null;
}

/** What a product costs, in words. */
export interface Offer {
  readonly text: string;
  /** Whether the text names an amount. */
  readonly isPriced: boolean;
  readonly notes: readonly string[];
}

const write = ({ amount, currency }: Money) => formatMoney(amount, currency);

/** A price is what buys at once; a bid is named as one. */
export function describeOffer({ price, priceConvertedFrom, buyingOptions, bidCount, currentBidPrice }: Priced): Offer {
  const bids = bidCount == null ? [] : [bidCount === 1 ? '1 bid' : `${formatNumber(bidCount)} bids`];
  if (price) {
    const notes = [
      ...(priceConvertedFrom ? [`converted from ${write(priceConvertedFrom)}`] : []),
      ...(currentBidPrice ? [`or bid: ${write(currentBidPrice)} now`, ...bids] : []),
    ];
    return { text: write(price), isPriced: true, notes };
  }
  if (currentBidPrice) {
    return { text: write(currentBidPrice), isPriced: true, notes: ['current bid', ...bids] };
  }
  return { text: buyingOptions?.includes('AUCTION') ? 'Auction' : 'No price named', isPriced: false, notes: bids };
}
