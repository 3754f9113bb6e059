import { html, useEffect, useMemo, useRef, useState } from '../core/ui.js';
import { get, subscribe } from '../core/api.js';
import { services, useLive } from '../core/live.js';
import { useRange } from '../core/range.js';
import { setQuery, to } from '../core/router.js';
import { dateTime, plural, time } from '../core/format.js';
import { AttributeFilters, Details, Empty, Failure, KeyValues, Search, Select, Service, addAttributeFilter } from '../core/parts.js';
import { VirtualTable, useNarrow } from '../core/virtual.js';

const KEPT = 5_000;
const LEVELS = ['Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical'];

/** What matches now, and what arrives from then on. */
function useLogs(filter, range, paused) {
  const [state, set] = useState({ logs: [], error: null, loading: true });
  const key = JSON.stringify([filter, range.bounds]);
  const waiting = useRef([]);
  const isPaused = useRef(paused);
  const flush = useRef(() => {});
  isPaused.current = paused;
  useEffect(() => {
    const abort = new AbortController();
    let stop = () => {};
    let last = 0;
    waiting.current = [];
    set(now => ({ ...now, loading: true }));
    flush.current = () => {
      if (isPaused.current || waiting.current.length === 0) return;
      const arrived = waiting.current;
      waiting.current = [];
      set(now => ({ ...now, logs: [...now.logs, ...arrived].slice(-KEPT) }));
    };
    get('logs', { ...filter, ...range.bounds, limit: 2000 }, abort.signal).then(logs => {
      set({ logs, error: null, loading: false });
      if (range.fixed) return;
      last = logs.at(-1)?.number ?? 0;
      stop = subscribe('logs/stream', filter, {
        events: ['logs'],
        resume: () => ({ after: last }),
        onData: arrived => {
          const fresh = arrived.filter(log => log.number > last);
          if (fresh.length === 0) return;
          last = fresh.at(-1).number;
          waiting.current = [...waiting.current, ...fresh].slice(-KEPT);
          flush.current();
        },
      });
    }).catch(error => error.name !== 'AbortError' && set({ logs: [], error, loading: false }));
    return () => { abort.abort(); stop(); };
  }, [key]);
  useEffect(() => { if (!paused) flush.current(); }, [paused]);
  return state;
}

export const Level = ({ level }) => html`<span class=${`level level-${level.toLowerCase()}`}>${level === 'Information' ? 'Info' : level}</span>`;

export default function Logs({ route }) {
  const live = useLive();
  const range = useRange();
  const narrow = useNarrow();
  const { query } = route;
  const attributes = query.getAll('attribute');
  const filter = { service: query.get('service'), level: query.get('level'), text: query.get('text'), trace: query.get('trace'), span: query.get('span'), attribute: attributes };
  const { logs, error, loading } = useLogs(filter, range, live.paused);
  const selected = Number(query.get('log')) || null;
  const log = logs.find(l => l.number === selected);
  const names = useMemo(() => [...new Set(logs.slice(-200).flatMap(l => Object.keys(l.attributes)))].sort(), [logs]);
  const filtered = Object.values(filter).some(value => Array.isArray(value) ? value.length : value);

  const columns = [
    { key: 'time', title: 'Time', width: '6.7rem', class: 'mono small', cell: l => html`<time datetime=${l.time} title=${dateTime(l.time)}>${time(l.time)}</time>` },
    { key: 'level', title: 'Level', width: '4.6rem', cell: l => html`<${Level} level=${l.level} />` },
    !narrow && { key: 'service', title: 'Resource', width: 'minmax(6rem, 9rem)', cell: l => html`<${Service} name=${l.service} />` },
    { key: 'body', title: 'Message', width: 'minmax(0, 1fr)', cell: l => html`<span class="clip">${l.body}${l.attributes['exception.type'] && html` <span class="bad-text">${l.attributes['exception.type']}</span>`}</span>` },
    !narrow && { key: 'trace', title: 'Trace', width: '5.2rem', class: 'mono small', cell: l => l.traceId && html`<a href=${to(`/traces/${l.traceId}`, { span: l.spanId })} title=${`Trace ${l.traceId}`}>${l.traceId.slice(0, 7)}</a>` },
  ].filter(Boolean);

  return html`<div class="split">
    <section class="pane" aria-label="Structured logs">
      <div class="bar">
        <${Select} label="Resource" value=${query.get('service') ?? ''} options=${[['', 'All resources'], ...services('hasLogs').map(name => [name, name])]} onChange=${value => setQuery({ service: value })} />
        <${Select} label="Level" value=${query.get('level') ?? ''} options=${[['', 'All levels'], ...LEVELS.slice(1).map(level => [level, level === 'Critical' ? level : `${level} and up`])]} onChange=${value => setQuery({ level: value })} />
        <${Search} label="Search messages" value=${query.get('text')} onChange=${value => setQuery({ text: value })} />
        <${AttributeFilters} values=${attributes} suggestions=${names} />
        ${filter.trace && html`<span class="chip">trace ${filter.trace.slice(0, 7)}<button type="button" aria-label="Remove the trace filter" onClick=${() => setQuery({ trace: null, span: null })}>×</button></span>`}
        <span class="muted count">${plural(logs.length, 'record')}</span>
      </div>
      <${Failure} error=${error} />
      <${VirtualTable} label="Structured logs" rows=${logs} rowKey=${l => l.number} columns=${columns} edge="bottom" selected=${selected} rowClass=${l => `row-${l.level.toLowerCase()}`}
        onSelect=${number => setQuery({ log: number === selected ? null : number })}
        empty=${!loading && !error && (filtered
          ? html`<${Empty} title="No record matches">Widen the time range or remove a filter.</${Empty}>`
          : html`<${Empty} title="No structured logs yet">Services that export logs over OTLP show them here. The engine sets OTEL_EXPORTER_OTLP_ENDPOINT for every project.</${Empty}>`)} />
    </section>
    ${log && html`<${Details} title=${html`<${Level} level=${log.level} /> ${log.category}`} subtitle=${dateTime(log.time)} onClose=${() => setQuery({ log: null })}>
      <pre class="message">${log.body}</pre>
      <p class="links">${log.traceId && html`<a href=${to(`/traces/${log.traceId}`, { span: log.spanId })}>Show its trace</a><a href=${to('/logs', { trace: log.traceId })}>Logs of this trace</a>`}</p>
      ${log.attributes['exception.stacktrace'] && html`<h3>Exception</h3><pre class="message">${log.attributes['exception.stacktrace']}</pre>`}
      <${KeyValues} label="Attributes" values=${Object.fromEntries(Object.entries(log.attributes).filter(([key]) => key !== 'exception.stacktrace'))} onFilter=${(key, value) => addAttributeFilter(attributes, key, value)} />
      <${KeyValues} label="Record" values=${Object.fromEntries(Object.entries({ Resource: log.service, Instance: log.instanceId, Category: log.category, Event: log.eventName, Trace: log.traceId, Span: log.spanId }).filter(([, value]) => value))} />
    </${Details}>`}
  </div>`;
}
