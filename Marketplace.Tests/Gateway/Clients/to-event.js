// As in README.md.
import { Kafka } from 'cloudevents';

export const toEvent = ({ key, value, headers }) => Kafka.toEvent({
  key: key?.toString(),
  value: value.toString(),
  headers: Object.fromEntries(Object.entries(headers).map(([name, bytes]) => [name, bytes?.toString()])),
});
