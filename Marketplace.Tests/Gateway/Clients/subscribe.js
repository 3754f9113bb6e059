// Runs an operation with the npm client named first ("graphql-ws" or "graphql-sse") and writes each result as a line of JSON;
// ends after as many as asked for, or when the operation ends. Arguments: client, address, query, count, connection parameters.
import { createClient as overWebSocket } from 'graphql-ws';
import { createClient as overEvents } from 'graphql-sse';
import WebSocket from 'ws';

const [name, address, query, count, parameters] = process.argv.slice(2);
const retryAttempts = 1000; // almost a minute: an instance that stops without a broker takes seconds
const pause = () => new Promise(resolve => setTimeout(resolve, 50));
const client = name === 'graphql-ws'
  ? overWebSocket({ url: address.replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams: JSON.parse(parameters ?? '{}'), retryAttempts, retryWait: pause, shouldRetry: () => true })
  : overEvents({ url: address, headers: JSON.parse(parameters ?? '{}'), retryAttempts, retry: pause });

let left = Number(count);
try {
  for await (const result of client.iterate({ query })) {
    console.log(JSON.stringify(result));
    if (--left === 0) break;
  }
  console.log('"ended"');
} catch (error) {
  console.log(JSON.stringify({ thrown: error.code ?? error }));
}
await client.dispose();
