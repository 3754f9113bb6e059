import { createContext, startTransition, useContext, useEffect, useMemo, useState } from 'react';
import { pipe, subscribe } from 'wonka';
import { createRequest, useClient } from 'urql';
import { graphql } from '../graphql/generated';
import { readFragment } from '../graphql/generated/fragment-masking';
import type { Marketplace, WatchRow_ProductFragment } from '../graphql/generated/graphql';
import { onConnected } from '../graphql/live';
import { write } from '../shared/reference';
import { hasChanged, snapshotOf, watched, type Watched } from './watched';

export const rowFragment = graphql(`
  fragment WatchRow_product on Product {
    id
    marketplace
    title
    imageUrls
    fetchedAt
    version
    price {
      amount
      currency
    }
    currentBidPrice {
      amount
      currency
    }
    availability {
      status
      quantity
      moreThan
    }
    endsAt
  }
`);

const query = graphql(`
  query WatchedProducts($marketplace: Marketplace!, $ids: [ID!]!) {
    products(marketplace: $marketplace, ids: $ids) {
      id
      ...WatchRow_product
    }
  }
`);

const subscription = graphql(`
  subscription WatchedChanges($marketplace: Marketplace!, $ids: [ID!]!) {
    productPersisted(marketplace: $marketplace, ids: $ids) {
      id
      ...WatchRow_product
    }
  }
`);

/** The gateway's limit of ids in one list. */
const idsAtOnce = 100;

/** A watched product as it is now; null when there is none of that id, undefined before it was read. */
export type WatchedProduct = WatchRow_ProductFragment | null | undefined;

export const WatchedProducts = createContext<ReadonlyMap<string, WatchedProduct>>(new Map());

export const useWatchedProducts = (): ReadonlyMap<string, WatchedProduct> => useContext(WatchedProducts);

/** Changes that come closer together than this are shown together, so that many of them leave time for the reader's own; in milliseconds. */
const shownTogether = 250;

/** Keeps the watched products live: reads them, listens, and reads again once it listens, for what was stored in between. */
export function useLiveProducts(): ReadonlyMap<string, WatchedProduct> {
  const client = useClient();
  const items = watched.use();
  const [products, setProducts] = useState<ReadonlyMap<string, WatchedProduct>>(new Map());
  const groups = useMemo(() => JSON.stringify(groupsOf(items)), [items]);

  useEffect(() => {
    const read = new Map<string, WatchedProduct>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => {
      timer = undefined;
      const news = new Map(read);
      read.clear();
      startTransition(() => setProducts(before => new Map([...before, ...news])));
    };
    const ends = (JSON.parse(groups) as Group[]).map(({ marketplace, ids }) => {
      const request = createRequest(query, { marketplace, ids });
      // What is stored goes through the client's cache, from which the query below is answered anew.
      const changes = pipe(client.subscription(subscription, { marketplace, ids }), subscribe(() => {}));
      const reading = pipe(
        client.executeQuery(request, { requestPolicy: 'cache-first' }),
        subscribe(({ data }) => {
          if (data?.products) {
            const answered = data.products;
            ids.forEach((id, index) => read.set(write({ marketplace, id }), readFragment(rowFragment, answered[index])));
            timer ??= setTimeout(show, shownTogether);
          }
        }),
      );
      const again = onConnected(() => void client.query(query, { marketplace, ids }, { requestPolicy: 'network-only' }).toPromise());
      return () => {
        changes.unsubscribe();
        reading.unsubscribe();
        again();
      };
    });
    return () => {
      clearTimeout(timer);
      ends.forEach(end => end());
    };
  }, [client, groups]);

  useEffect(() => {
    const isNew = (item: Watched) => !item.seen && !!products.get(write(item));
    if (items.some(isNew)) {
      watched.write(all => all.map(item => (isNew(item) ? { ...item, seen: snapshotOf(products.get(write(item))!) } : item)));
    }
  }, [items, products]);

  return products;
}

interface Group {
  readonly marketplace: Marketplace;
  readonly ids: string[];
}

function groupsOf(items: readonly { marketplace: Marketplace; id: string }[]): Group[] {
  return [...Map.groupBy(items, item => item.marketplace)].flatMap(([marketplace, all]) =>
    Array.from({ length: Math.ceil(all.length / idsAtOnce) }, (_, index) => ({
      marketplace,
      ids: all.slice(index * idsAtOnce, (index + 1) * idsAtOnce).map(item => item.id),
    })),
  );
}

/** How many watched products have changed since they were last seen. */
export function useChangedCount(products: ReadonlyMap<string, WatchedProduct>): number {
  return watched.use().filter(item => {
    const product = products.get(write(item));
    return product && item.seen && hasChanged(item.seen, snapshotOf(product));
  }).length;
}
