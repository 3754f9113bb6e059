import { useEffect, useState } from './ui.js';

// Views keep what they show in the address, so that any of it can be linked to and the back button works.
const listeners = new Set();
const changed = () => listeners.forEach(listener => listener());
const KEPT = ['range', 'from', 'to'];

export function navigate(url, { replace = false } = {}) {
  if (url === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', url);
  changed();
}

/** A path with parameters; empty ones are left out, and the time range goes along. */
export function to(path, params = {}) {
  const query = new URLSearchParams();
  const here = new URLSearchParams(location.search);
  for (const key of KEPT) if (here.has(key)) query.set(key, here.get(key));
  for (const [key, value] of Object.entries(params)) {
    query.delete(key);
    for (const item of Array.isArray(value) ? value : [value]) if (item !== undefined && item !== null && item !== '' && item !== false) query.append(key, item);
  }
  const search = query.toString();
  return search ? `${path}?${search}` : path;
}

/** Changes some of the present view's parameters. */
export function setQuery(changes, { push = false } = {}) {
  const now = {};
  for (const key of new Set(new URLSearchParams(location.search).keys())) now[key] = new URLSearchParams(location.search).getAll(key);
  navigate(to(location.pathname, { ...now, ...changes }), { replace: !push });
}

export function useRoute() {
  const [, set] = useState(0);
  useEffect(() => {
    const listener = () => set(n => n + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  const query = new URLSearchParams(location.search);
  return { path: location.pathname, segments: location.pathname.split('/').filter(Boolean).map(decodeURIComponent), query };
}

addEventListener('popstate', changed);
addEventListener('click', event => {
  const link = event.composedPath().find(node => node instanceof Element && node.localName === 'a' && node.hasAttribute('href'));
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || link.target || link.hasAttribute('download')) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || url.pathname.startsWith('/api/')) return;
  event.preventDefault();
  navigate(url.pathname + url.search);
});
