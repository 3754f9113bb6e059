import { memo, type SyntheticEvent } from 'react';
import { Link } from 'wouter';
import { CompareButton } from '../compare/CompareButton';
import { graphql } from '../graphql/generated';
import { readFragment, type FragmentType } from '../graphql/generated/fragment-masking';
import { Price } from '../product/Price';
import { isSafeImage } from '../shared/images';
import { nameOf, pathOf } from '../shared/reference';
import { WatchButton } from '../watch/WatchButton';

const fragment = graphql(`
  fragment ResultCard_product on Product {
    id
    marketplace
    title
    condition
    location
    imageUrls
    ...Price_product
    ...WatchButton_product
    ...CompareButton_product
  }
`);

/** An empty place in place of a browser's sign for a broken image. */
const withoutImage = (event: SyntheticEvent<HTMLImageElement>) => event.currentTarget.removeAttribute('src');

/** A product among those found; rendered once, however far the list is scrolled. */
export const ResultCard = memo(function ResultCard({ product: masked }: { product: FragmentType<typeof fragment> }) {
  const product = readFragment(fragment, masked);
  const image = product.imageUrls.find(isSafeImage);
  return (
    <article className="card">
      {image ? <img src={image} alt="" width="144" height="144" loading="lazy" decoding="async" referrerPolicy="no-referrer" onError={withoutImage} /> : <div className="noimage" />}
      <div className="text">
        <h2>
          <Link href={pathOf(product)}>{product.title}</Link>
        </h2>
        <Price product={product} />
        <p className="quiet">{[nameOf(product.marketplace), product.condition, product.location].filter(Boolean).join(' · ')}</p>
        <div className="actions">
          <WatchButton product={product} />
          <CompareButton product={product} />
        </div>
      </div>
    </article>
  );
});
