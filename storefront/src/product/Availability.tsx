import { graphql } from '../graphql/generated';
import { readFragment, type FragmentType } from '../graphql/generated/fragment-masking';
import { describeStock } from './stock';

const fragment = graphql(`
  fragment Availability_product on Product {
    availability {
      status
      quantity
    }
  }
`);

export function Availability({ product }: { product: FragmentType<typeof fragment> }) {
  const { text, level } = describeStock(readFragment(fragment, product).availability);
  return <span className={`stock ${level}`}>{text}</span>;
}
