import { cacheExchange } from '@urql/exchange-graphcache';
import { Client, fetchExchange, subscriptionExchange } from 'urql';
import { subscribe } from './live';
import { tracedFetch } from '../telemetry/traced';
import { registeredExchange } from './registered';

/** Longer than the gateway's own deadline (5 s), so that its answer, which says more, comes first. */
const requestLimit = 15_000;

export const client = new Client({
  url: '/graphql',
  preferGetMethod: false,
  fetch: (input, init) => {
    const limit = AbortSignal.timeout(requestLimit);
    return tracedFetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, limit]) : limit });
  },
  exchanges: [
    cacheExchange({
      keys: {
        // An id is unique on its marketplace only; the others are parts of the product that holds them.
        Product: product => (product['marketplace'] && product['id'] ? `${product['marketplace']}:${product['id']}` : null),
        Money: () => null,
        Seller: () => null,
        Availability: () => null,
        ProductConnection: () => null,
        ProductEdge: () => null,
        PageInfo: () => null,
      },
    }),
    registeredExchange,
    fetchExchange,
    subscriptionExchange({ forwardSubscription: subscribe }),
  ],
});
