import { graphql } from '../graphql/generated';
import { readFragment, type FragmentType } from '../graphql/generated/fragment-masking';
import { isSame } from '../shared/reference';
import { compared, mostCompared, toggleCompared } from './compared';

const fragment = graphql(`
  fragment CompareButton_product on Product {
    id
    marketplace
    title
  }
`);

export function CompareButton({ product: masked }: { product: FragmentType<typeof fragment> }) {
  const product = readFragment(fragment, masked);
  const items = compared.use();
  const isOn = items.some(item => isSame(item, product));
  const isFull = !isOn && items.length >= mostCompared;
  return (
    <button
      type="button"
      className="toggle"
      aria-pressed={isOn}
      aria-label={isFull ? `Compare ${product.title}: ${mostCompared} are chosen already` : `Compare ${product.title}`}
      aria-disabled={isFull}
      title={isFull ? `${mostCompared} are chosen already` : undefined}
      onClick={() => isFull || toggleCompared(product)}
    >
      {isOn ? 'Comparing' : 'Compare'}
    </button>
  );
}
