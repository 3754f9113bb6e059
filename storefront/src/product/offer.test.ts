import { expect, it, vi } from 'vitest';

vi.stubGlobal('navigator', { languages: ['en-US'] });
const { describeOffer } = await import('./offer');

const money = (amount: number, currency = 'USD') => ({ amount, currency });

it.each([
  ['a price', { price: money(84.5), buyingOptions: ['FIXED_PRICE'] }, '$84.50', []],
  ['a converted price', { price: money(127.31), priceConvertedFrom: money(100, 'GBP') }, '$127.31', ['converted from £100.00']],
  ['an auction', { price: null, currentBidPrice: money(61), bidCount: 3, buyingOptions: ['AUCTION'] }, '$61.00', ['current bid', '3 bids']],
  ['an auction to buy now', { price: money(90), currentBidPrice: money(61), bidCount: 1, buyingOptions: ['AUCTION', 'FIXED_PRICE'] }, '$90.00', ['or bid: $61.00 now', '1 bid']],
  ['an auction without a bid', { buyingOptions: ['AUCTION'], bidCount: 0 }, 'Auction', ['0 bids']],
  ['nothing', {}, 'No price named', []],
] as const)('%s', (_, product, text, notes) => {
  const offer = describeOffer(product);
  expect([offer.text, offer.notes]).toEqual([text, notes]);
});
