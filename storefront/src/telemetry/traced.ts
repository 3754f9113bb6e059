/** Whether spans are wanted: the host writes it into the page. */
const isTraced = document.querySelector('meta[name=traces]') !== null;

const load = () => import('./traces');

if (isTraced) {
  void load();
}

/** `fetch`, with a span where spans are wanted; what makes them is loaded only then. */
export const tracedFetch: typeof fetch = async (input, init) => {
  if (!isTraced) {
    return fetch(input, init);
  }
  const startedAt = performance.timeOrigin + performance.now();
  return (await load()).fetchInSpan(input, init, startedAt);
};
