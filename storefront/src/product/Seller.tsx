import { graphql } from '../graphql/generated';
import { readFragment, type FragmentType } from '../graphql/generated/fragment-masking';
import { formatNumber } from '../shared/format';

const fragment = graphql(`
  fragment Seller_product on Product {
    seller {
      username
      feedbackScore
      feedbackPercentage
    }
  }
`);

export function Seller({ product }: { product: FragmentType<typeof fragment> }) {
  const { seller } = readFragment(fragment, product);
  if (!seller) {
    return <>Not named</>;
  }
  const { username, feedbackScore, feedbackPercentage } = seller;
  return (
    <>
      {username}
      {feedbackPercentage != null && <span className="quiet"> · {formatNumber(feedbackPercentage)} % good</span>}
      {feedbackScore != null && <span className="quiet"> · {formatNumber(feedbackScore)} ratings</span>}
    </>
  );
}
