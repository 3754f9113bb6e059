import { html, useMemo, useState } from '../core/ui.js';
import { useGet } from '../core/api.js';
import { useLive } from '../core/live.js';
import { navigate, setQuery, to } from '../core/router.js';
import { dateTime, duration, plural, time } from '../core/format.js';
import { Button, Copy, Details, Empty, Failure, KeyValues, Search, Service } from '../core/parts.js';
import { VirtualTable, useNarrow } from '../core/virtual.js';
import { arrange, matches } from '../core/trace.js';
import { colorOf } from '../core/colors.js';
import { Icon } from '../core/icons.js';
import { Level } from './logs.js';

const KINDS = { Server: 'handles a request', Client: 'makes a request', Producer: 'sends a message', Consumer: 'handles a message', Internal: 'internal', Unspecified: 'unspecified' };

export default function Trace({ id, route }) {
  const live = useLive();
  const narrow = useNarrow();
  const { data, error } = useGet(`traces/${id}`, {}, live.tick);
  const { data: logs } = useGet('logs', { trace: id, limit: 5000 }, live.tick);
  const [collapsed, setCollapsed] = useState(() => new Set());
  // Every tick brings an equal trace until spans are added.
  const arranged = useMemo(() => data && arrange(data), [data?.id, data?.spans.length, data?.durationMs]);
  const find = (route.query.get('find') ?? '').toLowerCase();
  const found = useMemo(() => find && arranged ? arranged.spans.filter(span => matches(span, find)) : [], [arranged, find]);
  const hit = useMemo(() => new Set(found), [found]);
  const only = find && route.query.get('only') === 'on';
  const rows = useMemo(() => {
    if (!arranged) return [];
    const shown = [];
    let hidden = Infinity;
    const kept = new Set();
    if (only) for (const span of found) for (let above = span; above && !kept.has(above); above = above.parent) kept.add(above);
    for (const span of arranged.spans) {
      if (only && !kept.has(span)) continue;
      if (span.depth > hidden) continue;
      hidden = collapsed.has(span.spanId) ? span.depth : Infinity;
      shown.push(span);
    }
    return shown;
  }, [arranged, collapsed, only, found]);
  const logsBySpan = useMemo(() => {
    const map = new Map();
    for (const log of logs ?? []) map.set(log.spanId, [...map.get(log.spanId) ?? [], log]);
    return map;
  }, [logs]);

  if (error && !data) return html`<${Failure} error=${error} /><p class="pad"><a href=${to('/traces')}>All traces</a></p>`;
  if (!arranged) return null;
  const total = Math.max(data.durationMs, 0.001);
  const startMs = Date.parse(data.start);
  // A bar that leaves no room beside it has its text within.
  const isLong = s => s.durationMs > total * 0.5;
  const percent = ms => `${ms / total * 100}%`;
  const selected = route.query.get('span');
  const span = arranged.byId.get(selected);
  const select = spanId => setQuery({ span: spanId });
  const errors = data.spans.filter(s => s.status === 'Error').length;
  const services = [...new Set(data.spans.map(s => s.service))];
  const toggle = s => setCollapsed(now => { const next = new Set(now); if (!next.delete(s.spanId)) next.add(s.spanId); return next; });
  const step = by => {
    if (found.length === 0) return;
    const at = found.findIndex(s => s.spanId === selected);
    const next = found[(at + by + found.length) % found.length] ?? found[0];
    setCollapsed(now => { const open = new Set(now); for (let above = next.parent; above; above = above.parent) open.delete(above.spanId); return open; });
    select(next.spanId);
  };
  const keys = event => {
    const current = arranged.byId.get(selected);
    if (!current || current.children.length === 0) return false;
    const isOpen = !collapsed.has(current.spanId);
    if ((event.key === 'ArrowLeft' && isOpen) || (event.key === 'ArrowRight' && !isOpen)) { toggle(current); event.preventDefault(); return true; }
    return false;
  };

  const columns = [
    { key: 'name', title: 'Span', width: narrow ? '55%' : 'minmax(14rem, 38%)', cell: s => html`<span class="span-name" style=${{ paddingInlineStart: `${Math.min(s.depth, narrow ? 6 : 30) * (narrow ? 0.4 : 0.9)}rem` }}>
      ${s.children.length > 0
        ? html`<button type="button" class="twist" tabindex="-1" aria-label=${`${collapsed.has(s.spanId) ? 'Show' : 'Hide'} what is under ${s.name}`} onClick=${event => { event.stopPropagation(); toggle(s); }}><${Icon} name=${collapsed.has(s.spanId) ? 'chevronRight' : 'chevronDown'} size="12" /></button>`
        : html`<span class="twist"></span>`}
      <span class="swatch" style=${{ background: colorOf(s.service) }}></span>
      ${s.status === 'Error' && html`<span class="bad-text"><${Icon} name="error" size="14" /></span>`}
      ${s.kind === 'Producer' || s.kind === 'Consumer' ? html`<span class="kafka-mark" title=${KINDS[s.kind]}>${s.kind === 'Producer' ? '⇥' : '↦'}</span>` : null}
      <span class="clip"><span class="muted">${s.service}</span> ${s.name}</span></span>` },
    { key: 'bar', class: 'timeline', headClass: 'timeline', width: 'minmax(0, 1fr)', title: html`<span class="ticks">${[0, 0.25, 0.5, 0.75, 1].map(part => html`<span key=${part} style=${{ left: `${part * 100}%` }}>${duration(total * part)}</span>`)}</span>`, cell: s => html`
      ${s.wait && html`<span class="hop" style=${{ left: percent(s.wait.from), width: percent(s.wait.to - s.wait.from) }} title=${`${duration(s.wait.to - s.wait.from)} in Kafka${s.wait.topic ? `, ${s.wait.topic}` : ''}`}></span>`}
      <span class="bar-span" style=${{ left: percent(s.startMs), width: `max(2px, ${percent(s.durationMs)})`, background: colorOf(s.service) }}></span>
      ${s.critical.map(([from, until]) => html`<span key=${from} class="critical" style=${{ left: percent(from), width: `max(1px, ${percent(until - from)})` }}></span>`)}
      ${s.events.map((e, i) => html`<span key=${i} class=${e.name === 'exception' ? 'event event-bad' : 'event'} style=${{ left: percent(e.timeMs) }} title=${e.name}></span>`)}
      ${logsBySpan.get(s.spanId)?.map(log => html`<span key=${log.number} class=${`log-mark level-${log.level.toLowerCase()}`} style=${{ left: percent(Math.min(total, Math.max(0, Date.parse(log.time) - startMs))) }} title=${`${log.level}: ${log.body}`}></span>`)}
      <span class=${`bar-text ${isLong(s) ? 'bar-text-inside' : ''}`} style=${isLong(s) ? { right: percent(Math.max(0, total - s.endMs)) } : s.endMs > total * 0.8 ? { right: percent(total - (s.wait?.from ?? s.startMs)) } : { left: percent(s.endMs) }}>${duration(s.durationMs)}</span>` },
  ];

  return html`<div class="split">
    <section class="pane" aria-label="Trace">
      <div class="bar trace-head">
        <a href=${to('/traces')} class="button">All traces</a>
        <div class="trace-facts"><strong>${arranged.byId.get(data.rootSpanId)?.name}</strong>
          <span class="muted">${dateTime(data.start)} · ${duration(data.durationMs)} · ${plural(data.spans.length, 'span')} · ${plural(services.length, 'resource')}${errors ? html` · <span class="bad-text">${plural(errors, 'error')}</span>` : ''} · <span class="mono">${data.id.slice(0, 8)}</span><${Copy} value=${data.id} label="Copy the trace id" /></span></div>
        <${Search} label="Find spans by name or attribute" placeholder="Find spans" value=${route.query.get('find')} onChange=${value => setQuery({ find: value, only: value ? route.query.get('only') : null })} />
        ${find && html`<span class="muted count">${plural(found.length, 'hit')}</span><${Button} class="button" disabled=${found.length === 0} onClick=${() => step(-1)}>Previous</${Button}><${Button} class="button" disabled=${found.length === 0} onClick=${() => step(1)}>Next</${Button}><${Button} class="button" aria-pressed=${Boolean(only)} onClick=${() => setQuery({ only: only ? null : 'on' })}>Only hits</${Button}>`}
        <a class="button" href=${to('/logs', { trace: id, range: 'all' })}>${plural(logs?.length ?? 0, 'log')}</a>
        <a class="button button-icon" href=${`/api/telemetry/export?trace=${id}`} download aria-label="Export this trace as OTLP JSON" title="Export this trace as OTLP JSON"><${Icon} name="download" /></a>
      </div>
      <${VirtualTable} label="Spans" rows=${rows} rowKey=${s => s.spanId} columns=${columns} rowHeight=${28} selected=${selected} show=${selected ?? found[0]?.spanId}
        rowClass=${s => `${find && !hit.has(s) ? 'dim' : ''} ${s.status === 'Error' ? 'row-error' : ''}`} onKey=${keys} onSelect=${(spanId, _, byKey) => select(spanId === selected && !byKey ? null : spanId)} />
      <p class="legend small muted"><span class="critical-sample"></span> critical path <span class="hop-sample"></span> message waiting in Kafka <span class="event-sample"></span> event <span class="log-sample"></span> log record</p>
    </section>
    ${span && html`<${SpanDetails} span=${span} trace=${data} logs=${logsBySpan.get(span.spanId) ?? []} onClose=${() => setQuery({ span: null })} />`}
  </div>`;
}

function SpanDetails({ span, trace, logs, onClose }) {
  const source = trace.sources[span.source];
  const filter = (key, value) => navigate(to('/traces', { attribute: `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}` }));
  return html`<${Details} title=${span.name} subtitle=${html`<${Service} name=${span.service} />`} onClose=${onClose}>
    ${span.status === 'Error' && html`<p class="notice notice-bad">${span.statusMessage || 'This span failed.'}</p>`}
    ${span.orphan && html`<p class="notice">Its parent ${span.parentSpanId} was not received.</p>`}
    <${KeyValues} label="Span" values=${Object.fromEntries(Object.entries({
      Duration: duration(span.durationMs),
      'Starts after': duration(span.startMs),
      'On the critical path': span.critical.length ? duration(span.critical.reduce((sum, [from, until]) => sum + until - from, 0)) : null,
      'Waited in Kafka': span.wait ? duration(span.wait.to - span.wait.from) : null,
      Kind: `${span.kind} (${KINDS[span.kind]})`,
      'Span id': span.spanId,
      Instrumentation: span.scope,
    }).filter(([, value]) => value !== null))} />
    <${KeyValues} label="Attributes" values=${span.attributes} onFilter=${filter} />
    ${span.events.length > 0 && html`<h3>Events</h3><ol class="timed">${span.events.map((event, i) => html`<li key=${i}><span class="mono small">${duration(event.timeMs - span.startMs)}</span> <strong>${event.name}</strong>
      ${event.attributes['exception.stacktrace'] ? html`<pre class="message">${event.attributes['exception.stacktrace']}</pre>` : null}
      <${KeyValues} values=${Object.fromEntries(Object.entries(event.attributes).filter(([key]) => key !== 'exception.stacktrace'))} /></li>`)}</ol>`}
    ${span.links.length > 0 && html`<h3>Links</h3><ul>${span.links.map(link => html`<li key=${link.spanId}><a class="mono" href=${to(`/traces/${link.traceId}`, { span: link.spanId })}>${link.traceId === trace.id ? 'this trace' : link.traceId.slice(0, 8)} / ${link.spanId}</a></li>`)}</ul>`}
    ${logs.length > 0 && html`<h3>Logs</h3><ol class="timed">${logs.map(log => html`<li key=${log.number}><span class="mono small">${time(log.time)}</span> <${Level} level=${log.level} /> <a href=${to('/logs', { trace: trace.id, log: log.number, range: 'all' })}>${log.body}</a></li>`)}</ol>`}
    <${KeyValues} label="Resource" values=${source?.attributes} onFilter=${filter} />
  </${Details}>`;
}
