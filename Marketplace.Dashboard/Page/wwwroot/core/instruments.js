import { useGet } from './api.js';
import { useLive } from './live.js';
import { useRange } from './range.js';

/** The instruments of all services; the list changes seldom, so every tenth tick is soon enough. */
export function useInstruments(service, enabled = true) {
  const live = useLive();
  return useGet(enabled ? 'metrics' : null, { service }, Math.floor(live.tick / 10) + (live.tick > 0 ? 1 : 0));
}

/** An instrument over the range of time that is shown. */
export function useChart(instrument, { groupBy, attributes = [], steps = 90 } = {}) {
  const live = useLive();
  const range = useRange();
  const isValue = instrument?.kind === 'Gauge' || instrument?.kind === 'UpDownCounter';
  const grouping = groupBy ? { groupBy, grouped: true } : isValue ? {} : { grouped: true };
  return useGet(instrument ? 'metrics/chart' : null, instrument && { service: instrument.service, meter: instrument.meter, name: instrument.name, ...(range.bounds.from ? range.bounds : { from: '-86400s' }), fit: !range.fixed, steps, attribute: attributes, ...grouping }, live.tick);
}
