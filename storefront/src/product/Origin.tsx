import { graphql } from '../graphql/generated';
import { readFragment, type FragmentType } from '../graphql/generated/fragment-masking';
import type { ProductSource } from '../graphql/generated/graphql';
import { formatAge, formatInstant } from '../shared/format';
import { nameOf } from '../shared/reference';

const fragment = graphql(`
  fragment Origin_product on Product {
    marketplace
    source
    fetchedAt
  }
`);

const kept: Record<Exclude<ProductSource, 'EXTERNAL'>, string> = {
  MEMORY: 'kept by the gateway',
  CACHE: 'kept in the shared cache',
  DATABASE: 'kept in the database',
};

/** Where the answer came from, and how old it is. */
export function Origin({ product }: { product: FragmentType<typeof fragment> }) {
  const { marketplace, source, fetchedAt } = readFragment(fragment, product);
  return (
    <p className="quiet origin">
      Read from {nameOf(marketplace)}{' '}
      <time dateTime={fetchedAt} title={formatInstant(fetchedAt)}>
        {formatAge(fetchedAt)}
      </time>
      {source !== 'EXTERNAL' && `, ${kept[source]}`}.
    </p>
  );
}
