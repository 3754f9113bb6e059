// Reads each kind of answer with openapi-fetch; what the types do not have does not compile.
import createClient from 'openapi-fetch';
import type { components, paths } from './rest-types';

type Result = components['schemas']['ProductResult'];

const textOf = (result: Result): string => {
  switch (result.status) { // without one of its values, the function lacks a return
    case 'found': return `${result.product?.title} from ${result.source}`;
    case 'notFound': return 'absent';
    case 'failed': return `${result.error?.code}`;
  }
};

export const read = async (baseUrl: string) => {
  const client = createClient<paths>({ baseUrl });
  const product = async (id: string) => {
    const { data, error } = await client.GET('/products/{id}', { params: { path: { id } } });
    return data ? `${data.title}: ${data.price?.amount.toFixed(2)} ${data.price?.currency}` : error.code;
  };
  const several = await client.GET('/products', { params: { query: { ids: ['a', 'absent', 'down'] } } });
  const search = await client.GET('/search', { params: { query: { q: 'chair', limit: 2 } } });
  const refused = await client.GET('/search', { params: { query: { q: 'chair', limit: 0 } } });
  return {
    products: [await product('v1|1|0'), await product('absent'), await product('down'), await product('a b')],
    several: several.data?.results.map(textOf),
    search: search.data && [search.data.total, search.data.hasMore, ...search.data.hits.map(({ product: { title } }) => title)],
    refused: refused.error?.code,
  };
};
