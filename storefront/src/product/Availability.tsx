import { graphql } from '../graphql/generated';
import { readFragment, type FragmentType } from '../graphql/generated/fragment-masking';
import { describeStock } from './stock';

const fragment = graphql(`
  fragment Availability_product on Product {
    availability {
      status
      quantity
      moreThan
    }
    endsAt
  }
`);

export function Availability({ product }: { product: FragmentType<typeof fragment> }) {
  const { availability, endsAt } = readFragment(fragment, product);
  const { text, level } = describeStock(availability, endsAt);
  return <span className={`stock ${level}`}>{text}</span>;
}
