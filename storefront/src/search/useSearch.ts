import { useEffect, useReducer, useState } from 'react';
import { useClient, type Client, type OperationResult } from 'urql';
import { graphql } from '../graphql/generated';
import type { Marketplace, SearchQuery, SearchQueryVariables } from '../graphql/generated/graphql';
import { explain, type Problem } from '../shared/problem';
import type { Filter } from './filter';

const query = graphql(`
  query Search($marketplace: Marketplace!, $query: String!, $first: Int!, $after: String, $minPrice: Float, $maxPrice: Float, $condition: ProductCondition, $inStock: Boolean) {
    searchProducts(marketplace: $marketplace, query: $query, first: $first, after: $after, minPrice: $minPrice, maxPrice: $maxPrice, condition: $condition, inStock: $inStock) {
      edges {
        node {
          id
          marketplace
          ...ResultCard_product
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

export type Found = NonNullable<SearchQuery['searchProducts']>['edges'][number]['node'];

/** How many are asked for at a time. */
export const pageSize = 24;

/** What one marketplace has answered so far. */
export interface Answer {
  readonly marketplace: Marketplace;
  readonly found: readonly Found[];
  /** Where the next page begins. */
  readonly after: string | null;
  readonly total: number;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly problem?: Problem;
}

/** Asks each marketplace by itself for its first `wanted` products, so that none waits for another. */
export function useSearch(text: string, filter: Filter, marketplaces: readonly Marketplace[], wanted: number): { answers: readonly Answer[]; retry: () => void } {
  const client = useClient();
  const [answers, setAnswers] = useState<ReadonlyMap<string, Answer>>(new Map());
  const [attempt, retry] = useReducer((count: number) => count + 1, 0);
  const keyOf = (marketplace: Marketplace) => `${marketplace} ${JSON.stringify(filter)} ${text}`;
  const answerOf = (marketplace: Marketplace) => answers.get(keyOf(marketplace)) ?? { marketplace, found: [], after: null, total: 0, hasMore: true, isLoading: true };

  useEffect(() => {
    let isCurrent = true;
    for (const marketplace of text === '' ? [] : marketplaces) {
      void read(client, answerOf(marketplace), text, filter, wanted, answer => {
        if (isCurrent) {
          setAnswers(all => new Map(all).set(keyOf(marketplace), answer));
        }
      });
    }
    return () => {
      isCurrent = false;
    };
    // keyOf follows from the text and the filter; answers are where reading goes on.
  }, [client, text, filter, marketplaces, wanted, attempt]);

  // More may be wanted than the effect above has begun to ask for.
  const current = (answer: Answer): Answer => ({ ...answer, isLoading: answer.isLoading || (answer.hasMore && !answer.problem && answer.found.length < wanted) });
  return { answers: marketplaces.map(marketplace => current(answerOf(marketplace))), retry };
}

/** Reads on from what was answered before. */
async function read(client: Client, { problem: _, ...before }: Answer, text: string, filter: Filter, wanted: number, report: (answer: Answer) => void): Promise<void> {
  let answer: Answer = { ...before, isLoading: true };
  report(answer);
  while (answer.hasMore && answer.found.length < wanted) {
    const variables: SearchQueryVariables = { marketplace: answer.marketplace, query: text, first: pageSize, after: answer.after, ...filter };
    const { data, error }: OperationResult<SearchQuery, SearchQueryVariables> = await client
      .query(query, variables)
      .toPromise();
    const page = data?.searchProducts;
    if (!page) {
      report({ ...answer, isLoading: false, ...(error ? { problem: explain(error, answer.marketplace) } : { hasMore: false }) });
      return;
    }
    const after = page.pageInfo.endCursor ?? null;
    answer = {
      ...answer,
      found: [...answer.found, ...page.edges.map(edge => edge.node)],
      after,
      total: page.totalCount,
      hasMore: page.pageInfo.hasNextPage && after !== null,
    };
    report(answer);
  }
  report({ ...answer, isLoading: false });
}

/** What was found, and undefined for each that may still come, so that it takes its place and moves no other. */
export function slotsOf({ found, total, isLoading }: Pick<Answer, 'found' | 'total' | 'isLoading'>, wanted: number): (Found | undefined)[] {
  const awaited = isLoading ? Math.min(wanted, total || wanted) - found.length : 0;
  return [...found, ...Array.from({ length: Math.max(0, awaited) }, () => undefined)];
}

/** One list of all, in turns, so that each marketplace's best come first. */
export function interleave<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(list => list.length));
  return Array.from({ length: longest }, (_, index) => lists.flatMap(list => list.slice(index, index + 1))).flat();
}
