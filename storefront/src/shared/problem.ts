import type { CombinedError } from 'urql';
import { nameOf } from './reference';
import type { Marketplace } from '../graphql/generated/graphql';

/** What is shown to a person of a failed request. */
export interface Problem {
  readonly title: string;
  readonly advice: string;
  /** Whether asking again would not help. */
  readonly isFinal?: boolean;
}

/** Explains a failure, by the code of its first error where the gateway gave one. */
export function explain(error: CombinedError, marketplace: Marketplace): Problem {
  const name = nameOf(marketplace);
  if (error.networkError) {
    return navigator.onLine
      ? { title: 'The shop does not answer', advice: 'It may be restarting. Try again in a moment.' }
      : { title: 'You are offline', advice: 'Check the connection, then try again.' };
  }
  switch (error.graphQLErrors[0]?.extensions['code']) {
    case 'UPSTREAM_TIMEOUT':
      return { title: `${name} did not answer in time`, advice: 'It may be busy. Try again in a moment.' };
    case 'UPSTREAM_UNAVAILABLE':
      return { title: `${name} cannot be reached`, advice: 'Try again in a moment.' };
    case 'RATE_LIMITED':
      return { title: `Too many requests to ${name}`, advice: 'Wait a minute, then try again.' };
    case 'UNAUTHENTICATED':
      return { title: 'Your session has ended', advice: 'Sign in again.' };
    case 'FORBIDDEN':
      return { title: 'Your account may not do this', advice: 'Ask who runs the shop for it.', isFinal: true };
    case 'PERSISTED_QUERY_NOT_FOUND':
      return { title: 'The shop has changed since this page was opened', advice: 'Load the page again.' };
    case 'BAD_USER_INPUT':
      return { title: error.graphQLErrors[0]?.extensions['field'] === 'condition' ? `${name} is left out` : `${name} cannot be asked for this`, advice: error.graphQLErrors[0]?.message ?? '', isFinal: true };
    default:
      return { title: `${name} could not be asked`, advice: 'Something went wrong on our side. Try again in a moment.' };
  }
}
