// Hues that white text can be read on; names stand beside them, so colour is never the only mark.
const HUES = ['#4263eb', '#c44a05', '#0b7285', '#9c36b5', '#26803a', '#c2255c', '#8a6100', '#1971c2', '#5f3dc4', '#a61e4d', '#087f5b', '#5c6b55'];
const taken = new Map();

/** The same colour for a service in every view, and as long as there are enough, one of its own. */
export function colorOf(service) {
  if (!taken.has(service)) taken.set(service, HUES[taken.size % HUES.length]);
  return taken.get(service);
}
