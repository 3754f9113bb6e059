import { graphql } from '../graphql/generated';
import { readFragment, type FragmentType } from '../graphql/generated/fragment-masking';
import { isSame } from '../shared/reference';
import { toggleWatched, watched } from './watched';

const fragment = graphql(`
  fragment WatchButton_product on Product {
    id
    marketplace
    title
  }
`);

export function WatchButton({ product: masked }: { product: FragmentType<typeof fragment> }) {
  const product = readFragment(fragment, masked);
  const isOn = watched.use().some(item => isSame(item, product));
  return (
    <button type="button" className="toggle" aria-pressed={isOn} aria-label={`Watch ${product.title}`} onClick={() => toggleWatched(product)}>
      {isOn ? 'Watching' : 'Watch'}
    </button>
  );
}
