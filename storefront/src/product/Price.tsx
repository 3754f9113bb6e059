import { graphql } from '../graphql/generated';
import { readFragment, type FragmentType } from '../graphql/generated/fragment-masking';
import { describeOffer } from './offer';

const fragment = graphql(`
  fragment Price_product on Product {
    price {
      amount
      currency
    }
    priceConvertedFrom {
      amount
      currency
    }
    buyingOptions
    bidCount
    currentBidPrice {
      amount
      currency
    }
  }
`);

export function Price({ product }: { product: FragmentType<typeof fragment> }) {
  const { text, isPriced, notes } = describeOffer(readFragment(fragment, product));
  return (
    <>
      <span className={isPriced ? 'price' : 'price none'}>{text}</span>
      {notes.length > 0 && <span className="quiet"> {notes.join(' · ')}</span>}
    </>
  );
}
