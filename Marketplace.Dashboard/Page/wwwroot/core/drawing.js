import { html, useMemo } from './ui.js';
import { navigate, setQuery, to } from './router.js';
import { plural, quantity, timeSeconds } from './format.js';
import { Empty, Failure } from './parts.js';
import { Chart } from './chart.js';
import { useChart } from './instruments.js';

const LINES = 8;

/** An instrument as lines over time: a counter as its rate, a histogram as its quantiles. */
export function Drawing({ instrument, groupBy = '', attributes = [], table, height }) {
  const { data, error } = useChart(instrument, { groupBy, attributes });
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
