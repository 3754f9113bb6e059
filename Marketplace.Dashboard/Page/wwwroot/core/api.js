import { useEffect, useRef, useState } from './ui.js';

export class ApiFailure extends Error {
  constructor(status, message, fields) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

function address(path, params = {}) {
  const url = new URL(`/api/${path}`, location.origin);
  for (const [key, value] of Object.entries(params)) {
    for (const item of Array.isArray(value) ? value : [value]) if (item !== undefined && item !== null && item !== '' && item !== false) url.searchParams.append(key, item);
  }
  return url;
}

async function request(method, path, params, signal, body) {
  let response;
  try {
    response = await fetch(address(path, params), { method, signal, body });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiFailure(0, 'The dashboard does not answer. Is the application still running?');
  }
  if (response.status === 401) throw new ApiFailure(401, 'This browser is not signed in any more. Open the link the application printed last.');
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new ApiFailure(response.status, [answer?.message ?? `The dashboard answered ${response.status}.`, ...Object.entries(answer?.fields ?? {}).map(([name, what]) => `${name}: ${what}`)].join(' '), answer?.fields);
  return answer;
}

export const get = (path, params, signal) => request('GET', path, params, signal);
export const post = path => request('POST', path, {});
export const send = (path, body) => request('POST', path, {}, undefined, body);
export const remove = path => request('DELETE', path, {});

/** Reads something, and again whenever path, parameters or tick change. What was read stays until the new arrives. */
export function useGet(path, params, tick = 0) {
  const key = path && address(path, params).href;
  const [state, set] = useState({ key: null, data: null, error: null });
  const running = useRef(null);
  useEffect(() => {
    if (!key) return;
    // A tick must not cut off a slow answer, or none would ever arrive; another question must.
    if (running.current?.key === key) {
      running.current.again = true;
      return;
    }
    running.current?.abort.abort();
    const mine = running.current = { key, abort: new AbortController(), again: false };
    const run = async () => {
      do {
        mine.again = false;
        try {
          const data = await get(path, params, mine.abort.signal);
          if (running.current === mine) set({ key, data, error: null });
        } catch (error) {
          if (error.name !== 'AbortError' && running.current === mine) set(now => ({ key, data: now.key === key ? now.data : null, error }));
        }
      } while (mine.again && running.current === mine);
      if (running.current === mine) running.current = null;
    };
    run();
  }, [key, tick]);
  useEffect(() => () => running.current?.abort.abort(), []);
  return { data: state.data, error: state.error, loading: state.key !== key, isStale: state.key !== key };
}

/** Server-sent events while the page can be seen: a browser allows few connections to a host. */
export function subscribe(path, params, { events = ['message'], onData, onState, resume }) {
  let source = null;
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(address(path, { ...params, ...resume?.() }));
    source.onopen = () => onState?.(true);
    source.onerror = () => {
      onState?.(false);
      // A browser gives up for good after a refusal, such as while the application starts again.
      if (source?.readyState === EventSource.CLOSED) { close(); setTimeout(open, 2000); }
    };
    for (const name of events) source.addEventListener(name, event => onData(JSON.parse(event.data)));
  };
  const close = () => { source?.close(); source = null; };
  const look = () => document.hidden ? close() : open();
  document.addEventListener('visibilitychange', look);
  open();
  return () => { document.removeEventListener('visibilitychange', look); const done = source; source = null; done?.close(); };
}
