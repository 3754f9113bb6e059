import { html, useMemo } from '../core/ui.js';
import { useGet } from '../core/api.js';
import { services, useLive } from '../core/live.js';
import { useRange } from '../core/range.js';
import { navigate, setQuery, to } from '../core/router.js';
import { dateTime, duration, plural, time } from '../core/format.js';
import { AttributeFilters, Button, Empty, Failure, Search, Select, Tabs } from '../core/parts.js';
import { VirtualTable, useNarrow } from '../core/virtual.js';
import { Icon } from '../core/icons.js';
import { colorOf } from '../core/colors.js';
import Trace from './trace.js';
import { ServiceMap } from './map.js';

const LIMIT = 1000;
const SLOWER = [['', 'Any duration'], ['10', '≥ 10 ms'], ['100', '≥ 100 ms'], ['500', '≥ 500 ms'], ['1000', '≥ 1 s'], ['5000', '≥ 5 s']];

export default function Traces({ route }) {
  return route.segments[1] ? html`<${Trace} key=${route.segments[1]} id=${route.segments[1]} route=${route} />` : html`<${TraceList} route=${route} />`;
}

function TraceList({ route }) {
  const live = useLive();
  const range = useRange();
  const narrow = useNarrow();
  const { query } = route;
  const attributes = query.getAll('attribute');
  const filter = { service: query.get('service'), text: query.get('text'), error: query.get('error'), minMs: query.get('minMs'), attribute: attributes };
  // What services do on their own, such as looking into the outbox each second, would bury the requests.
  const background = query.get('background') === 'on';
  const asMap = query.get('view') === 'map';
  const { data, error } = useGet(asMap ? null : 'traces', { ...filter, background: String(background), ...range.bounds, limit: LIMIT }, live.tick);
  const traces = data ?? [];
  const longest = useMemo(() => traces.reduce((most, trace) => Math.max(most, trace.durationMs), 0), [data]);
  const filtered = Object.values(filter).some(value => Array.isArray(value) ? value.length : value);

  const columns = [
    { key: 'start', title: 'Start', width: '6.7rem', class: 'mono small', cell: t => html`<time datetime=${t.start} title=${dateTime(t.start)}>${time(t.start)}</time>` },
    { key: 'name', title: 'Name', width: 'minmax(0, 2fr)', cell: t => html`<a class="clip trace-name" href=${to(`/traces/${t.id}`)}>${t.errorCount > 0 && html`<span class="bad-text" title=${plural(t.errorCount, 'failed span')}><${Icon} name="error" size="14" /></span> `}<span class="muted">${t.service}</span> ${t.name}</a>` },
    !narrow && { key: 'services', title: 'Resources', width: 'minmax(0, 1.5fr)', cell: t => html`<span class="services clip">${t.services.map(s => html`<span class="tag" key=${s.name} title=${`${s.name}: ${plural(s.spanCount, 'span')}`}><span class="swatch" style=${{ background: colorOf(s.name) }}></span>${s.name} <span class="muted">${s.spanCount}</span></span>`)}</span>` },
    { key: 'duration', title: 'Duration', width: narrow ? '5.6rem' : 'minmax(7rem, 1fr)', cell: t => html`<span class="meter"><span class="meter-fill" style=${{ width: `${longest ? Math.max(1, t.durationMs / longest * 100) : 0}%` }}></span><span class="meter-text">${duration(t.durationMs)}</span></span>` },
  ].filter(Boolean);

  return html`<section class="pane" aria-label="Traces">
    <div class="bar">
      <${Tabs} name="view" label="Show as" value=${query.get('view')} options=${[['list', 'List', 'traces'], ['map', 'Map', 'map']]} />
      <${Select} label="Resource" value=${query.get('service') ?? ''} options=${[['', 'All resources'], ...services('hasTraces').map(name => [name, name])]} onChange=${value => setQuery({ service: value })} />
      <${Search} label="Search names, attributes, ids" value=${query.get('text')} onChange=${value => setQuery({ text: value })} />
      <${Select} label="Outcome" value=${query.get('error') ?? ''} options=${[['', 'Any outcome'], ['true', 'With errors'], ['false', 'Without errors']]} onChange=${value => setQuery({ error: value })} />
      <${Select} label="Duration" value=${query.get('minMs') ?? ''} options=${SLOWER} onChange=${value => setQuery({ minMs: value })} />
      <${Button} class="button" aria-pressed=${background} title="Also traces without a request or a message: polling, health checks" onClick=${() => setQuery({ background: background ? null : 'on' })}>Background</${Button}>
      <${AttributeFilters} values=${attributes} suggestions=${['http.request.method', 'http.route', 'http.response.status_code', 'messaging.destination.name', 'db.system.name', 'error.type']} />
      <span class="muted count">${data && !asMap ? traces.length === LIMIT ? `Latest ${LIMIT}` : plural(traces.length, 'trace') : ''}</span>
    </div>
    <${Failure} error=${error} />
    ${asMap ? html`<${ServiceMap} filter=${{ ...filter, background: String(background) }} range=${range} filtered=${filtered} selected=${query.get('node')} />` : html`
    ${traces.length > 1 && html`<${Scatter} traces=${traces} longest=${longest} />`}
    <${VirtualTable} label="Traces" rows=${traces} rowKey=${t => t.id} columns=${columns} selected=${query.get('trace')}
      onSelect=${(id, _, byKey) => byKey ? setQuery({ trace: id }) : navigate(to(`/traces/${id}`))}
      onKey=${event => event.key === 'Enter' && query.get('trace') ? (navigate(to(`/traces/${query.get('trace')}`)), true) : false}
      empty=${data && (filtered
        ? html`<${Empty} title="No trace matches">Widen the time range or remove a filter.</${Empty}>`
        : html`<${Empty} title="No traces yet">Send a request, such as a query to the gateway's /graphql, and its way through the services shows here.</${Empty}>`)} />`}
  </section>`;
}

/** Start against duration: slow and failed ones stand out. */
function Scatter({ traces, longest }) {
  const starts = traces.map(trace => Date.parse(trace.start));
  const [first, last] = [Math.min(...starts), Math.max(...starts)];
  const x = start => 1 + (last === first ? 49 : (start - first) / (last - first) * 98);
  const y = ms => 92 - (longest ? Math.sqrt(ms / longest) * 84 : 0);
  return html`<figure class="scatter wide" aria-hidden="true">
    <div class="scatter-plot" onClick=${event => event.target.dataset.id && navigate(to(`/traces/${event.target.dataset.id}`))}>
      ${traces.slice(0, 500).map((trace, i) => html`<span key=${trace.id} data-id=${trace.id} class=${trace.errorCount > 0 ? 'point point-bad' : 'point'} title=${`${trace.name}, ${duration(trace.durationMs)}`} style=${{ left: `${x(starts[i])}%`, top: `${y(trace.durationMs)}%` }}></span>`)}
    </div>
    <figcaption><span>${time(first)}</span><span class="muted">duration up to ${duration(longest)}</span><span>${time(last)}</span></figcaption>
  </figure>`;
}
