import { useMutation } from 'urql';
import { graphql } from '../graphql/generated';
import { useSession } from '../session/session';
import { explain } from '../shared/problem';
import { nameOf, type Reference } from '../shared/reference';

const mutation = graphql(`
  mutation RefreshProduct($marketplace: Marketplace!, $id: ID!) {
    refreshProduct(marketplace: $marketplace, id: $id) {
      ...ProductPage_product
    }
  }
`);

/** Has the product read anew from its marketplace, for those who are signed in; the page shows what comes. */
export function Refresh({ reference }: { reference: Reference }) {
  const name = useSession();
  const [{ data, error, fetching }, refresh] = useMutation(mutation);
  if (!name) {
    return null;
  }
  const problem = error && explain(error, reference.marketplace);
  const isGone = data?.refreshProduct === null && !error;
  return (
    <>
      <button type="button" className="toggle" aria-disabled={fetching} onClick={() => !fetching && void refresh({ marketplace: reference.marketplace, id: reference.id })}>
        {fetching ? 'Refreshing…' : 'Refresh'}
      </button>
      <span role="status">{problem ? `${problem.title}. ${problem.advice}` : isGone ? `${nameOf(reference.marketplace)} has this listing no more.` : data ? 'Up to date.' : ''}</span>
    </>
  );
}
