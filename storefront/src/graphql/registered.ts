import { makeOperation, type Exchange, type Operation } from 'urql';
import { map, pipe } from 'wonka';

/** What names a registered operation in a request, without its text. */
interface Hash {
  readonly persistedQuery: { readonly version: 1; readonly sha256Hash: string };
}

/** The hash that the build has given an operation; none while developing, where operations change faster than they are registered. */
function hashOf(query: object): Hash | undefined {
  const hash = import.meta.env.PROD ? (query as { __meta__?: { hash?: string } }).__meta__?.hash : undefined;
  return hash === undefined ? undefined : { persistedQuery: { version: 1, sha256Hash: hash } };
}

const named = (operation: Operation): Operation => {
  const hash = operation.kind === 'teardown' ? undefined : hashOf(operation.query);
  return hash ? makeOperation(operation.kind, { ...operation, extensions: { ...operation.extensions, ...hash } }, operation.context) : operation;
};

/** Sends hashes in place of texts. */
export const registeredExchange: Exchange =
  ({ forward }) =>
  operations =>
    forward(pipe(operations, map(named)));
