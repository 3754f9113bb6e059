// Composes the first subgraph with each of the others by each composer, and writes their errors as JSON: composer, subgraph, messages.
import { composeServices as apollo } from '@apollo/composition';
import { composeSubgraphs } from '@graphql-mesh/fusion-composition';
import { composeServices as hive } from '@theguild/federation-composition';
import { federateSubgraphs, ROUTER_COMPATIBILITY_VERSION_ONE } from '@wundergraph/composition';
import { buildASTSchema, parse } from 'graphql';
import { readFileSync } from 'node:fs';

const [ours, ...others] = process.argv.slice(2).map((file) => parse(readFileSync(file, 'utf8')));

const cosmo = (services) => {
  const subgraphs = services.map(({ name, url, typeDefs }) => ({ name, url, definitions: typeDefs }));
  const result = federateSubgraphs({ subgraphs, version: ROUTER_COMPATIBILITY_VERSION_ONE });
  return { errors: result.success ? [] : result.errors };
};

const mesh = (services) => composeSubgraphs(services.map(({ name, url, typeDefs }) => (
  { name, url, schema: buildASTSchema(typeDefs, { assumeValid: true, assumeValidSDL: true }) })));

console.log(JSON.stringify(Object.fromEntries(Object.entries({ apollo, cosmo, hive, mesh }).map(([name, compose]) => [
  name,
  others.map((other) => (compose([
    { name: 'products', url: 'http://127.0.0.1/products', typeDefs: ours },
    { name: 'ratings', url: 'http://127.0.0.1/ratings', typeDefs: other },
  ]).errors ?? []).map(({ message }) => message)),
]))));
