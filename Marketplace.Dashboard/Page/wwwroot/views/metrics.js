import { html, useMemo } from '../core/ui.js';
import { useGet } from '../core/api.js';
import { services, useLive } from '../core/live.js';
import { useRange } from '../core/range.js';
import { navigate, setQuery, to } from '../core/router.js';
import { plural, quantity, timeSeconds } from '../core/format.js';
import { AttributeFilters, Button, Empty, Failure, Search, Select } from '../core/parts.js';
import { Chart } from '../core/chart.js';

const LINES = 8;
const KINDS = { Counter: 'rate', Gauge: 'value', UpDownCounter: 'value', Histogram: 'distribution' };

export default function Metrics({ route }) {
  const live = useLive();
  const { query } = route;
  const names = services('hasMetrics');
  const service = query.get('service') ?? names[0];
  // The list changes seldom: every tenth tick is soon enough.
  const { data: instruments, error } = useGet(service ? 'metrics' : null, { service }, Math.floor(live.tick / 10) + (live.tick > 0 ? 1 : 0));
  const find = (query.get('text') ?? '').toLowerCase();
  const shown = (instruments ?? []).filter(i => !find || i.name.toLowerCase().includes(find) || i.meter.toLowerCase().includes(find));
  const meters = useMemo(() => [...Map.groupBy(shown, i => i.meter)], [instruments, find]);
  const selected = instruments?.find(i => i.meter === (query.get('meter') ?? '') && i.name === query.get('name'));
  const choose = instrument => setQuery({ service, meter: instrument.meter, name: instrument.name, groupBy: null, attribute: [] });

  if (!service) return live.telemetry && html`<${Empty} title="No metrics yet">Services that export metrics over OTLP show them here, a few seconds after they start.</${Empty}>`;
  return html`<div class="metrics">
    <section class="pane instruments" aria-label="Instruments">
      <div class="bar">
        <${Select} label="Resource" value=${service} options=${names.map(name => [name, name])} onChange=${value => setQuery({ service: value })} />
        <${Search} label="Search instruments" value=${query.get('text')} onChange=${value => setQuery({ text: value })} />
      </div>
      <${Failure} error=${error} />
      <div class="scroll" tabindex="0" role="region" aria-label="List of instruments">
        ${instruments && shown.length === 0 && html`<${Empty} title=${find ? 'Nothing matches' : 'No metrics yet'}>${find ? `No instrument has “${find}” in its name.` : `${service} has sent no metrics so far.`}</${Empty}>`}
        ${meters.map(([meter, list]) => html`<details open key=${meter}><summary>${meter} <span class="muted small">${list.length}</span></summary><ul>
          ${list.map(i => html`<li key=${i.name}><button type="button" class="instrument" aria-current=${i === selected ? 'true' : undefined} onClick=${() => choose(i)}><span class="clip">${i.name}</span><span class="muted small">${KINDS[i.kind]}</span></button></li>`)}
        </ul></details>`)}
      </div>
    </section>
    <section class="pane" aria-label="Chart">
      ${selected ? html`<${Instrument} key=${selected.meter + selected.name} instrument=${selected} query=${query} />` : html`<${Overview} instruments=${instruments ?? []} choose=${choose} />`}
    </section>
  </div>`;
}

const FIRST = ['http.server.request.duration', 'http.client.request.duration', 'messaging.process.duration', 'messaging.client.operation.duration', 'db.client.operation.duration', 'process.cpu.time', 'process.memory.usage', 'dotnet.process.memory.working_set', 'dotnet.gc.heap.total_allocated', 'dotnet.thread_pool.queue.length', 'kestrel.active_connections', 'http.server.active_requests'];

/** The instruments looked at first, when none is chosen. */
function Overview({ instruments, choose }) {
  const few = [...FIRST.map(name => instruments.find(i => i.name === name)).filter(Boolean), ...instruments.filter(i => !FIRST.includes(i.name))].slice(0, 6);
  return html`<div class="scroll overview" tabindex="0" role="region" aria-label="Overview">${few.map(i => html`<article class="card" key=${i.meter + i.name}><h3><button type="button" class="link" onClick=${() => choose(i)}>${i.name}</button></h3><${Drawing} instrument=${i} grouped height=${150} /></article>`)}</div>`;
}

function Instrument({ instrument, query }) {
  const dimensions = Object.entries(instrument.dimensions);
  const groupBy = query.get('groupBy') ?? '';
  const attributes = query.getAll('attribute');
  const table = query.get('table') === 'on';
  return html`<div class="scroll pad" tabindex="0" role="region" aria-label=${instrument.name}>
    <h2 class="mono">${instrument.name}</h2>
    <p class="muted">${instrument.description?.replace(/\.$/, '') ?? ''}${instrument.unit?.startsWith('{') ? `, in ${instrument.unit.slice(1, -1)}s.` : instrument.description ? '.' : ''} ${instrument.kind === 'Counter' ? 'Shown as a rate per second.' : ''} ${instrument.kind === 'Histogram' ? 'Median, 90th and 99th percentile.' : ''}</p>
    <div class="bar bar-plain">
      <${Select} label="Group by" value=${groupBy} options=${[['', instrument.kind === 'Gauge' || instrument.kind === 'UpDownCounter' ? 'Every series' : 'All together'], ...dimensions.map(([name]) => [name, `by ${name}`])]} onChange=${value => setQuery({ groupBy: value })} />
      <${AttributeFilters} values=${attributes} suggestions=${dimensions.map(([name]) => name)} />
      <${Button} class="button" aria-pressed=${table} onClick=${() => setQuery({ table: table ? null : 'on' })}>Table</${Button}>
    </div>
    <${Drawing} instrument=${instrument} groupBy=${groupBy} attributes=${attributes} table=${table} height=${320} />
    ${dimensions.length > 0 && html`<table class="pairs"><caption>Dimensions</caption><tbody>${dimensions.map(([name, values]) => html`<tr key=${name}><th scope="row">${name}</th><td>${values.slice(0, 30).map(value => html`<button type="button" class="tag tag-button" key=${value} onClick=${() => setQuery({ attribute: [...new Set([...attributes, `${name}=${value}`])] })}>${value}</button>`)}${values.length > 30 ? ` and ${values.length - 30} more` : ''}</td></tr>`)}</tbody></table>`}
  </div>`;
}

function Drawing({ instrument, groupBy = '', attributes = [], table, height }) {
  const live = useLive();
  const range = useRange();
  const isValue = instrument.kind === 'Gauge' || instrument.kind === 'UpDownCounter';
  const grouping = groupBy ? { groupBy, grouped: true } : isValue ? {} : { grouped: true };
  const { data, error } = useGet('metrics/chart', { service: instrument.service, meter: instrument.meter, name: instrument.name, ...(range.bounds.from ? range.bounds : { from: '-86400s' }), fit: !range.fixed, steps: 90, attribute: attributes, ...grouping }, live.tick);
  const lines = useMemo(() => data ? linesOf(data) : [], [data]);
  if (error) return html`<${Failure} error=${error} />`;
  if (!data) return html`<div style=${{ height: `${height}px` }}></div>`;
  if (lines.length === 0) return html`<${Empty} title="No values in this range">Widen the time range or remove a filter.</${Empty}>`;
  const unit = data.kind === 'Counter' ? rateUnit(data.unit) : data.unit;
  return html`
    <${Chart} times=${data.timesMs} lines=${lines} unit=${unit} height=${height} label=${`${instrument.name} over time, ${plural(lines.length, 'line')}`} points=${data.kind === 'Histogram' ? data.exemplars : []}
      onRange=${(from, until) => setQuery({ from: Math.round(from), to: Math.round(until), range: null }, { push: true })} onPoint=${point => navigate(to(`/traces/${point.traceId}`, { span: point.spanId }))} />
    ${data.kind === 'Histogram' && data.exemplars.length > 0 && height > 200 && html`<p class="muted small">Dots are single measurements; a click opens the trace. ${data.exemplars.slice(-5).map(e => html`<a key=${e.spanId} class="mono" href=${to(`/traces/${e.traceId}`, { span: e.spanId })}>${quantity(e.value, data.unit)}</a> `)}</p>`}
    ${table && html`<div class="scroll-x" tabindex="0" role="region" aria-label="Values"><table class="list numbers"><thead><tr><th scope="col">Time</th>${lines.map(line => html`<th scope="col" key=${line.name}>${line.name}</th>`)}</tr></thead>
      <tbody>${data.timesMs.map((at, i) => [at, i]).reverse().slice(0, 90).map(([at, i]) => html`<tr key=${at}><th scope="row">${timeSeconds(at)}</th>${lines.map(line => html`<td key=${line.name}>${quantity(line.values[i], unit)}</td>`)}</tr>`)}</tbody></table></div>`}`;
}

const rateUnit = unit => !unit || unit === '1' || unit.startsWith('{') ? '/s' : unit === 's' ? 's/s' : unit === 'By' ? 'By/s' : `${unit}/s`;

const nameOf = labels => Object.entries(labels).filter(([key]) => key !== 'service.instance.id' || Object.keys(labels).length === 1).map(([key, value]) => Object.keys(labels).length > 2 ? `${key.split('.').at(-1)}=${value}` : value).join(' ') || 'all';

function linesOf(data) {
  const lines = [];
  for (const line of data.lines) {
    const name = nameOf(line.labels);
    if (data.kind !== 'Histogram') lines.push({ name, values: line.values });
    else if (data.lines.length > 1) lines.push({ name: `${name} p90`, values: line.p90 });
    else lines.push({ name: 'p50', values: line.p50 }, { name: 'p90', values: line.p90 }, { name: 'p99', values: line.p99 });
  }
  return lines.map((line, at) => ({ ...line, color: `--line-${at % LINES + 1}` }));
}
