import { html } from '../core/ui.js';
import { useGet } from '../core/api.js';
import { useLive } from '../core/live.js';
import { setQuery, to } from '../core/router.js';
import { duration, plural } from '../core/format.js';
import { colorOf } from '../core/colors.js';
import { Details, Empty, Failure } from '../core/parts.js';
import { Graph } from '../core/graph.js';

const ICONS = { Topic: 'kafka', Database: 'database', External: 'external' };
const KINDS = { Service: 'Service', Topic: 'Kafka topic', Database: 'Database or cache', External: 'Outside this application' };

/** Who called whom in the traces that match. */
export function ServiceMap({ filter, range, filtered, selected }) {
  const live = useLive();
  const { data, error } = useGet('traces/map', { ...filter, ...range.bounds }, Math.floor(live.tick / 2));
  if (error) return html`<${Failure} error=${error} />`;
  if (!data) return null;
  if (data.nodes.length === 0) {
    return filtered
      ? html`<${Empty} title="No trace matches">Widen the time range or remove a filter.</${Empty}>`
      : html`<${Empty} title="No traces yet">Send a request, such as a query to the gateway's /graphql; the services it goes through are drawn here.</${Empty}>`;
  }
  const nodes = data.nodes.map(node => ({
    id: node.id,
    title: node.name,
    sub: node.kind === 'Service' ? `${plural(node.calls, 'call')}${node.errors ? `, ${plural(node.errors, 'error')}` : ''}` : KINDS[node.kind],
    tone: node.errors > 0 ? 'bad' : null,
    shape: node.kind.toLowerCase(),
    color: node.kind === 'Service' ? colorOf(node.name) : null,
    icon: ICONS[node.kind],
  }));
  const edges = data.edges.map(edge => ({
    from: edge.from,
    to: edge.to,
    key: 'calls',
    bad: edge.errors > 0,
    label: `${edge.calls} · ${duration(edge.p50Ms)}`,
    title: `${plural(edge.calls, 'call')}, ${plural(edge.errors, 'error')}, median ${duration(edge.p50Ms)}, 95th percentile ${duration(edge.p95Ms)}`,
  }));
  const node = data.nodes.find(n => n.id === selected);
  const names = new Map(data.nodes.map(n => [n.id, n.name]));
  const table = (caption, list, other) => list.length > 0 && html`<table class="list numbers"><caption>${caption}</caption><thead><tr><th scope="col"><span class="visually-hidden">Name</span></th><th scope="col">Calls</th><th scope="col">Errors</th><th scope="col">p50</th><th scope="col">p95</th></tr></thead><tbody>
    ${list.map(edge => html`<tr key=${edge[other]}><th scope="row">${names.get(edge[other])}</th><td>${edge.calls}</td><td class=${edge.errors ? 'bad-text' : ''}>${edge.errors}</td><td>${duration(edge.p50Ms)}</td><td>${duration(edge.p95Ms)}</td></tr>`)}</tbody></table>`;
  return html`<div class="split"><section class="pane" aria-label="Service map">
      <${Graph} label="Service map" nodes=${nodes} edges=${edges} selected=${node?.id} onSelect=${id => setQuery({ node: id })} />
      <p class="legend small muted">On an arrow: calls and their median duration, over the latest 1,000 traces that match.</p>
    </section>
    ${node && html`<${Details} title=${node.name} subtitle=${KINDS[node.kind]} onClose=${() => setQuery({ node: null })}>
      ${node.kind === 'Service' && html`<p class="links"><a href=${to('/traces', { service: node.name })}>Traces</a><a href=${to('/traces', { service: node.name, error: 'true' })}>Failed traces</a><a href=${to('/logs', { service: node.name })}>Logs</a><a href=${to('/metrics', { service: node.name })}>Metrics</a></p>`}
      ${node.kind === 'Topic' && html`<p class="links"><a href=${to('/kafka', { topic: node.name })}>Messages of this topic</a><a href=${to('/traces', { attribute: `messaging.destination.name=${node.name}` })}>Traces</a></p>`}
      ${table('Called by', data.edges.filter(e => e.to === node.id), 'from')}
      ${table('Calls', data.edges.filter(e => e.from === node.id), 'to')}
    </${Details}>`}
  </div>`;
}
