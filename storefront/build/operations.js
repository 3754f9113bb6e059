// Writes each operation of the app into a file, named by its hash: the gateway executes nothing else in production.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const folder = new URL('../operations/', import.meta.url);
const registered = Object.entries(JSON.parse(readFileSync(new URL('../src/graphql/generated/persisted-documents.json', import.meta.url), 'utf8')));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [hash, text] of registered) {
  writeFileSync(new URL(`${hash}.graphql`, folder), text);
}
console.log(`${registered.length} operations registered`);
