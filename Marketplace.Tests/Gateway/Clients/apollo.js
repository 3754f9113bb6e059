// Asks the same twice with Apollo Client, by the hash of a query whose parts are described, and writes what it read and what it sent.
import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';

const [uri] = process.argv.slice(2);
const sent = [];
const http = new HttpLink({
  uri,
  fetch: (address, request) => {
    const { query, extensions } = JSON.parse(request.body);
    sent.push(query?.includes('What a page shows') ? 'described' : query ?? extensions.persistedQuery.sha256Hash.length);
    return fetch(address, request);
  },
});
const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.from([new PersistedQueryLink({ sha256: (text) => createHash('sha256').update(text).digest('hex') }), http]),
});
const query = gql`
  "What a page shows."
  query Page("The product's." $id: ID!) { getProductById(id: $id) { ...Shown } }
  "Of a product."
  fragment Shown on Product { id title }`;

const read = [];
for (const fetchPolicy of ['network-only', 'network-only', 'cache-only']) {
  const { data } = await client.query({ query, variables: { id: '123' }, fetchPolicy });
  read.push(data.getProductById.title);
}

console.log(JSON.stringify({ read, sent }));
client.stop();
