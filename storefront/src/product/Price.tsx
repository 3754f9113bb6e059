import { graphql } from '../graphql/generated';
import { readFragment, type FragmentType } from '../graphql/generated/fragment-masking';
import { formatMoney } from '../shared/format';

const fragment = graphql(`
  fragment Price_product on Product {
    price {
      amount
      currency
    }
  }
`);

export function Price({ product }: { product: FragmentType<typeof fragment> }) {
  const { price } = readFragment(fragment, product);
  return price ? <span className="price">{formatMoney(price.amount, price.currency)}</span> : <span className="price none">No price named</span>;
}
