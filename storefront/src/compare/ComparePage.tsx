import type { ReactNode } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { useQuery } from 'urql';
import { graphql } from '../graphql/generated';
import { readFragment, type FragmentType } from '../graphql/generated/fragment-masking';
import { marketplaces, isSame, nameOf, parse, pathOf, write, type Reference } from '../shared/reference';
import { Availability } from '../product/Availability';
import { Price } from '../product/Price';
import { Seller } from '../product/Seller';
import { isSafeImage } from '../shared/images';
import { Notice } from '../shared/Notice';
import { Page } from '../shared/Page';
import { explain } from '../shared/problem';
import { compared, comparisonOf, mostCompared } from './compared';
import './compare.css';

const fragment = graphql(`
  fragment Column_product on Product {
    id
    marketplace
    title
    imageUrls
    condition
    brand
    location
    categoryPath
    ...Price_product
    ...Availability_product
    ...Seller_product
  }
`);

const query = graphql(`
  query Comparison($marketplace: Marketplace!, $ids: [ID!]!) {
    products(marketplace: $marketplace, ids: $ids) {
      id
      ...Column_product
    }
  }
`);

type Column = FragmentType<typeof fragment> | null | undefined;

/** Up to four products beside each other; the address holds which. */
export function ComparePage() {
  const [parameters] = useSearchParams();
  const items = parameters.getAll('p').map(parse).filter(item => item !== undefined).slice(0, mostCompared);
  const [, navigate] = useLocation();
  const remove = (item: Reference) => {
    compared.write(all => all.filter(other => !isSame(other, item)));
    navigate(comparisonOf(items.filter(other => !isSame(other, item))), { replace: true });
  };
  return (
    <Page title="Compare – Marketplace" heading="Compare">
      {items.length === 0 ? (
        <Notice title="Nothing to compare yet">Press “Compare” beside up to four products.</Notice>
      ) : (
        <Tables items={items} remove={remove} key={marketplaces.length} />
      )}
    </Page>
  );
}

function Tables({ items, remove }: { items: readonly Reference[]; remove: (item: Reference) => void }) {
  const columns = new Map<string, Column>();
  const problems: ReactNode[] = [];
  let isLoading = false;
  // The schema's marketplaces are always the same, so the hooks below are, too.
  for (const marketplace of marketplaces) {
    const ids = items.filter(item => item.marketplace === marketplace).map(item => item.id);
    const [{ data, error, fetching }, ask] = useQuery({ query, variables: { marketplace, ids }, pause: ids.length === 0 });
    isLoading ||= fetching;
    ids.forEach((id, index) => columns.set(write({ marketplace, id }), data?.products?.[index]));
    if (error) {
      const { title, advice } = explain(error, marketplace);
      problems.push(
        <Notice key={marketplace} title={title} isProblem action={<button type="button" onClick={() => ask({ requestPolicy: 'network-only' })}>Try again</button>}>
          {advice}
        </Notice>,
      );
    }
  }
  const row = (name: string, cell: (column: FragmentType<typeof fragment>) => ReactNode) => (
    <tr>
      <th scope="row">{name}</th>
      {items.map(item => {
        const column = columns.get(write(item));
        return <td key={write(item)}>{column ? (cell(column) ?? '–') : isLoading ? <span className="skeleton line" /> : '–'}</td>;
      })}
    </tr>
  );
  const read = (column: FragmentType<typeof fragment>) => readFragment(fragment, column);
  return (
    <>
      {problems}
      <div className="scroller" role="region" aria-label="Comparison" tabIndex={0}>
        <table className="comparison">
          <thead>
            <tr>
              <td />
              {items.map(item => {
                const column = columns.get(write(item));
                const product = column && read(column);
                const image = product?.imageUrls.find(isSafeImage);
                return (
                  <th scope="col" key={write(item)}>
                    {image ? <img src={image} alt="" width="160" height="160" referrerPolicy="no-referrer" /> : <div className="noimage" />}
                    <Link href={pathOf(item)}>{product?.title ?? `Listing ${item.id}`}</Link>
                    <button type="button" className="toggle" aria-label={`Remove ${product?.title ?? item.id}`} onClick={() => remove(item)}>
                      Remove
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {row('Price', column => <Price product={read(column)} />)}
            {row('Availability', column => <Availability product={read(column)} />)}
            {row('Condition', column => read(column).condition)}
            {row('Brand', column => read(column).brand)}
            {row('Seller', column => <Seller product={read(column)} />)}
            {row('Location', column => read(column).location)}
            {row('Category', column => read(column).categoryPath?.split('|').join(' › '))}
            {row('Marketplace', column => nameOf(read(column).marketplace))}
          </tbody>
        </table>
      </div>
    </>
  );
}
