// Compares two schemas and writes what would break clients as JSON, one line. What was deprecated before may go.
import { readFileSync } from 'node:fs';
import { buildSchema, findBreakingChanges } from 'graphql';

const [before, after] = process.argv.slice(2).map((file) => buildSchema(readFileSync(file, 'utf8')));

// graphql says what is gone in a sentence only.
const wasDeprecated = (description) => {
  const field = /^(\w+)\.(\w+) was removed/.exec(description);
  const value = /^(\w+) was removed from enum type (\w+)/.exec(description);
  const gone = field ? before.getType(field[1]).getFields()[field[2]] : value ? before.getType(value[2]).getValue(value[1]) : undefined;
  return gone?.deprecationReason != null;
};

console.log(JSON.stringify(findBreakingChanges(before, after)
  .map(({ description }) => description)
  .filter((description) => !wasDeprecated(description))));
