// Reads one Kafka message as kafkajs gives it, with bytes for its key, its value and the values of its headers, and writes the
// CloudEvent. Argument: the message as JSON, its bytes in Base64.
import { toEvent } from './to-event.js';

const bytes = (text) => Buffer.from(text, 'base64');
const { key, value, headers } = JSON.parse(process.argv[2]);
const message = { key: bytes(key), value: bytes(value), headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, bytes(text)])) };

console.log(JSON.stringify(toEvent(message)));
