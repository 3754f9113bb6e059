import type { Client as Connection } from 'graphql-ws';
import type { ExecutionResult, SubscriptionForwarder } from 'urql';

const listeners = new Set<() => void>();

let connection: Promise<Connection> | undefined;

/** The one connection of this page, made when something first listens. */
const connect = () =>
  (connection ??= import('graphql-ws').then(({ createClient }) =>
    createClient({
      url: () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: async retries => {
        const wait = Math.min(500 * 2 ** retries, 15_000) * (0.5 + Math.random() / 2);
        await new Promise(resolve => setTimeout(resolve, wait));
      },
      keepAlive: 12_000,
      // The client wants a text in any case; beside a hash there is none.
      jsonMessageReplacer: (key, value) => (key === 'query' && value === '' ? undefined : value),
      on: {
        connected: () => listeners.forEach(listener => listener()),
      },
    }),
  ));

/** Calls back each time the connection is there, at first and after it was lost: what was stored before has to be read. */
export function onConnected(callback: () => void): () => void {
  listeners.add(callback);
  return () => listeners.delete(callback);
}

export const subscribe: SubscriptionForwarder = request => ({
  subscribe: sink => {
    let isOver = false;
    let end = () => {};
    void connect()
      .then(live => {
        if (isOver) {
          return;
        }
        end = live.subscribe(
          {
            query: request.query ?? '',
            ...(request.operationName ? { operationName: request.operationName } : {}),
            ...(request.variables ? { variables: request.variables as Record<string, unknown> } : {}),
            ...(request.extensions ? { extensions: request.extensions } : {}),
          },
          { next: result => sink.next(result as ExecutionResult), error: (error: unknown) => sink.error(error as ExecutionResult), complete: () => sink.complete() },
        );
      })
      .catch((error: unknown) => sink.error(error as ExecutionResult));
    return {
      unsubscribe: () => {
        isOver = true;
        end();
      },
    };
  },
});
