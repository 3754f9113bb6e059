import { useEffect, useState } from './ui.js';
import { subscribe } from './api.js';
import { colorOf } from './colors.js';

// What every view shares: the resources, how much telemetry there is, and whether the dashboard still answers.
const state = { resources: [], telemetry: null, connected: null, tick: 0, paused: false };
const listeners = new Set();
const changed = () => listeners.forEach(listener => listener());

export function startLive() {
  subscribe('stream', {}, {
    onData: news => {
      if (news.resources) {
        const byName = new Map(state.resources.map(resource => [resource.name, resource]));
        for (const resource of news.resources) byName.set(resource.name, resource);
        state.resources = [...byName.values()];
      }
      if (news.telemetry) {
        state.telemetry = news.telemetry;
        // In the order they were first heard of, so that a service has the same colour in every view.
        for (const service of news.telemetry.services) colorOf(service.name);
        if (!state.paused) state.tick++;
      }
      changed();
    },
    onState: connected => { state.connected = connected; changed(); },
  });
}

export function setPaused(paused) {
  state.paused = paused;
  if (!paused) state.tick++;
  changed();
}

export function useLive() {
  const [, set] = useState(0);
  useEffect(() => {
    const listener = () => set(n => n + 1);
    listeners.add(listener);
    listener();
    return () => listeners.delete(listener);
  }, []);
  return state;
}

/** The services that sent a signal, one of hasTraces, hasLogs, hasMetrics. */
export const services = signal => (state.telemetry?.services ?? []).filter(service => service[signal]).map(service => service.name).sort();
