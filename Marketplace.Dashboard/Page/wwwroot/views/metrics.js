import { html, useMemo } from '../core/ui.js';
import { services, useLive } from '../core/live.js';
import { setQuery } from '../core/router.js';
import { AttributeFilters, Button, Empty, Failure, Search, Select, breakable } from '../core/parts.js';
import { useInstruments } from '../core/instruments.js';
import { Drawing } from '../core/drawing.js';

const KINDS = { Counter: 'rate', Gauge: 'value', UpDownCounter: 'value', Histogram: 'distribution' };

export default function Metrics({ route }) {
  const live = useLive();
  const { query } = route;
  const names = services('hasMetrics');
  const service = query.get('service') ?? names[0];
  const { data: instruments, error } = useInstruments(service, Boolean(service));
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
          ${list.map(i => html`<li key=${i.name}><button type="button" class="instrument" aria-current=${i === selected ? 'true' : undefined} onClick=${() => choose(i)}><span class="instrument-name">${breakable(i.name)}</span><span class="muted small">${KINDS[i.kind]}</span></button></li>`)}
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
    ${dimensions.length > 0 && html`<table class="pairs"><caption>Dimensions</caption><tbody>${dimensions.map(([name, values]) => html`<tr key=${name}><th scope="row">${breakable(name)}</th><td>${values.slice(0, 30).map(value => html`<button type="button" class="tag tag-button" key=${value} onClick=${() => setQuery({ attribute: [...new Set([...attributes, `${name}=${value}`])] })}>${value}</button>`)}${values.length > 30 ? ` and ${values.length - 30} more` : ''}</td></tr>`)}</tbody></table>`}
  </div>`;
}
