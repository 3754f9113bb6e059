// Writes the first event of a topic as a CloudEvent, read with kafkajs in a group. Arguments: broker, topic.
import { Kafka, logLevel } from 'kafkajs';
import { toEvent } from './to-event.js';

const [broker, topic] = process.argv.slice(2);
const consumer = new Kafka({ brokers: [broker], logLevel: logLevel.ERROR }).consumer({ groupId: 'javascript' });
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
const message = await new Promise((resolve) => consumer.run({ eachMessage: async ({ message }) => resolve(message) }));
console.log(JSON.stringify(toEvent(message)));
await consumer.disconnect();
