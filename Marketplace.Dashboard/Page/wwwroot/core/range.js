import { useRoute } from './router.js';

export const RANGES = [['5m', 'Last 5 minutes', 300], ['15m', 'Last 15 minutes', 900], ['1h', 'Last hour', 3600], ['6h', 'Last 6 hours', 21_600], ['all', 'All', null]];
const DEFAULT = '1h';

/** The range of time every telemetry view shows: relative to now, or fixed with from and to in milliseconds. Bounds are what the API takes. */
export function useRange() {
  const { query } = useRoute();
  const [from, until] = [Number(query.get('from')), Number(query.get('to'))];
  if (from && until) return { name: 'fixed', fixed: true, bounds: { from, to: until } };
  const range = RANGES.find(r => r[0] === query.get('range')) ?? RANGES.find(r => r[0] === DEFAULT);
  return { name: range[0], fixed: false, bounds: range[2] ? { from: `-${range[2]}s` } : {} };
}
