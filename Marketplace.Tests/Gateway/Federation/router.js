// Composes the subgraph at the address given with small ones of reviews and ratings, puts Apollo's gateway in front of them,
// sends it the queries given and writes its answers as JSON, the last line.
import { composeServices } from '@apollo/composition';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

const [products, ...queries] = process.argv.slice(2);

const reviewsText = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])
  type Query { reviews: [Review!]! bestReview: Review }
  type Review { text: String! product: Product! spent: Money }
  type Product @key(fields: "marketplace id") { marketplace: Marketplace! id: ID! reviews: [Review!]! }
  type Money @shareable { amount: Decimal! currency: String! }
  enum Marketplace { EBAY SECOND_HAND }
  scalar Decimal`;
const reviews = ['1', '2', 'absent', '3'].map((id, index) => ({
  text: `Review of ${id}`,
  spent: { amount: 1.5, currency: 'USD' },
  product: { __typename: 'Product', marketplace: index % 2 ? 'SECOND_HAND' : 'EBAY', id },
}));
const reviewsOf = ({ marketplace, id }) => reviews.filter(({ product }) => product.id === id && product.marketplace === marketplace);

// Knows products by their globalId only, and so no marketplace.
const ratingsText = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { topRated: Product }
  type Product @key(fields: "globalId") { globalId: ID! rating: Int }`;
const best = { __typename: 'Product', globalId: Buffer.from('SECOND_HAND:2').toString('base64url'), rating: 5 };
const ratings = new ApolloServer({
  schema: buildSubgraphSchema({
    typeDefs: parse(ratingsText),
    resolvers: { Query: { topRated: () => best }, Product: { __resolveReference: ({ globalId }) => (globalId === best.globalId ? best : { globalId }) } },
  }),
});
const { url: ratingsUrl } = await startStandaloneServer(ratings, { listen: { port: 0, host: '127.0.0.1' } });

const server = new ApolloServer({
  schema: buildSubgraphSchema({
    typeDefs: parse(reviewsText),
    resolvers: {
      Query: { reviews: () => reviews.filter(({ product }) => product.id !== 'absent'), bestReview: () => reviews[0] },
      Product: { reviews: reviewsOf },
    },
  }),
});
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });

const post = async (address, query) => (await fetch(address, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query }),
})).json();
const { data } = await post(products, '{ _service { sdl } }');

const { errors, hints, supergraphSdl } = composeServices([
  { name: 'products', url: products, typeDefs: parse(data._service.sdl) },
  { name: 'reviews', url, typeDefs: parse(reviewsText) },
  { name: 'ratings', url: ratingsUrl, typeDefs: parse(ratingsText) },
]);
if (errors) throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'));

const router = new ApolloServer({ gateway: new ApolloGateway({ supergraphSdl, logger: { debug() {}, info() {}, warn() {}, error: console.error } }) });
const { url: address } = await startStandaloneServer(router, { listen: { port: 0, host: '127.0.0.1' } });
const answers = [];
for (const query of queries) answers.push(await post(address, query));

console.log(`\n${JSON.stringify({ hints: hints.map(({ message }) => message), answers })}`);
await router.stop();
await server.stop();
await ratings.stop();
process.exit(0);
