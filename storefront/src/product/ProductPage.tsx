import { lazy, Suspense } from 'react';
import { useQuery } from 'urql';
import { CompareButton } from '../compare/CompareButton';
import { graphql } from '../graphql/generated';
import { readFragment } from '../graphql/generated/fragment-masking';
import { Notice } from '../shared/Notice';
import { Page } from '../shared/Page';
import { explain } from '../shared/problem';
import { nameOf, type Reference } from '../shared/reference';
import { WatchButton } from '../watch/WatchButton';
import { Availability } from './Availability';
import { Gallery } from './Gallery';
import { Origin } from './Origin';
import { Price } from './Price';
import { Refresh } from './Refresh';
import { Seller } from './Seller';
import './product.css';

const Description = lazy(() => import('./Description'));

const fragment = graphql(`
  fragment ProductPage_product on Product {
    id
    marketplace
    title
    condition
    brand
    categoryPath
    location
    itemUrl
    description
    ...Gallery_product
    ...Price_product
    ...Availability_product
    ...Seller_product
    ...Origin_product
    ...WatchButton_product
    ...CompareButton_product
  }
`);

const query = graphql(`
  query ProductPage($marketplace: Marketplace!, $id: ID!) {
    product(marketplace: $marketplace, id: $id) {
      ...ProductPage_product
    }
  }
`);

export function ProductPage({ reference }: { reference: Reference }) {
  const [{ data, error, fetching }, ask] = useQuery({ query, variables: { marketplace: reference.marketplace, id: reference.id } });
  const product = readFragment(fragment, data?.product);
  if (product) {
    return (
      <Page title={product.title}>
        {product.categoryPath && (
          <ol className="path" aria-label="Category">
            {product.categoryPath.split('|').map(part => (
              <li key={part}>{part}</li>
            ))}
          </ol>
        )}
        <div className="product">
          <Gallery key={product.id} product={product} />
          <section className="offer" aria-label="Offer">
            <p className="main">
              <Price product={product} />
              <Availability product={product} />
            </p>
            <div className="actions">
              {product.itemUrl?.startsWith('https://') && (
                <a className="button primary" href={product.itemUrl} rel="noopener noreferrer nofollow">
                  Buy on {nameOf(product.marketplace)}
                </a>
              )}
              <WatchButton product={product} />
              <CompareButton product={product} />
            </div>
            <dl className="facts">
              <dt>Seller</dt>
              <dd>
                <Seller product={product} />
              </dd>
              <Fact name="Condition" value={product.condition} />
              <Fact name="Brand" value={product.brand} />
              <Fact name="Location" value={product.location} />
              <Fact name="Listing" value={product.id} />
            </dl>
            <div className="freshness">
              <Origin product={product} />
              <Refresh reference={reference} />
            </div>
          </section>
        </div>
        {product.description && (
          <section aria-labelledby="description">
            <h2 id="description">Description</h2>
            <Suspense fallback={<div className="skeleton tall" />}>
              <Description text={product.description} />
            </Suspense>
          </section>
        )}
      </Page>
    );
  }
  if (fetching) {
    return (
      <Page title="Product" heading={<span className="skeleton line" aria-label="The product is being read" role="img" />}>
        <div className="path skeleton line" />
        <div className="product" aria-hidden="true">
          <div className="skeleton picture" />
          <div className="skeleton tall" />
        </div>
      </Page>
    );
  }
  const problem = error && explain(error, reference.marketplace);
  return (
    <Page title={problem ? problem.title : 'No such product'}>
      <Notice
        title={problem ? problem.advice : `${nameOf(reference.marketplace)} has no listing ${reference.id}.`}
        isProblem={problem !== undefined}
        action={problem && <button type="button" onClick={() => ask({ requestPolicy: 'network-only' })}>Try again</button>}
      >
        {problem ? undefined : 'It may have ended. Check the number, or search for the product by name.'}
      </Notice>
    </Page>
  );
}

function Fact({ name, value }: { name: string; value: string | null | undefined }) {
  return (
    value && (
      <>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </>
    )
  );
}
