import { html } from '../core/ui.js';
import { useLive } from '../core/live.js';
import { to } from '../core/router.js';
import { count, duration, quantity } from '../core/format.js';
import { Empty, Failure } from '../core/parts.js';
import { useChart, useInstruments } from '../core/instruments.js';
import { Drawing } from '../core/drawing.js';

// What an operator looks at first: where products come from, and what waits.
const CARDS = [
  { title: 'Product reads by the layer that answered', name: 'marketplace.product.reads', groupBy: 'source' },
  { title: 'Calls to the marketplace by outcome', name: 'marketplace.product.source.calls', groupBy: 'outcome' },
  { title: 'Time from a command to its reply', name: 'marketplace.messaging.request.duration' },
  { title: 'Requests to the gateway', name: 'http.server.request.duration', service: 'gateway' },
  { title: 'Events waiting in the outbox', name: 'marketplace.outbox.depth' },
  { title: 'Age of the oldest event in the outbox', name: 'marketplace.outbox.oldest.age' },
  { title: 'Messages not yet finished, mean of the partitions', name: 'marketplace.messaging.consumer.lag', groupBy: 'messaging.destination.name' },
  { title: 'Dead letters by cause', name: 'marketplace.messaging.dead_letters', groupBy: 'error.type' },
];

const last = values => values?.findLast(value => value !== null && value !== undefined);

export default function Pipeline() {
  const live = useLive();
  const { data, error } = useInstruments(undefined);
  const find = ({ name, service }) => data?.find(i => i.name === name && (!service || i.service === service));
  if (error) return html`<${Failure} error=${error} />`;
  if (!data || live.telemetry === null) return null;
  const cards = CARDS.map(card => ({ ...card, instrument: find(card) })).filter(card => card.instrument);
  if (cards.length === 0) return html`<${Empty} title="No metrics yet">Where products came from, what waits in the outbox and how far consumers are behind shows here, a few seconds after the services start.</${Empty}>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Pipeline">
    <dl class="figures">
      <${HitRatio} instrument=${find({ name: 'marketplace.product.reads' })} />
      <${Latest} title="Outbox" instrument=${find({ name: 'marketplace.outbox.depth' })} format=${value => `${count(value)} waiting`} warn=${value => value > 1000} />
      <${Latest} title="Oldest in outbox" instrument=${find({ name: 'marketplace.outbox.oldest.age' })} format=${value => value ? duration(value * 1000) : 'none'} warn=${value => value > 30} />
      <${Latest} title="Consumers behind" instrument=${find({ name: 'marketplace.messaging.consumer.lag' })} format=${value => count(value)} warn=${value => value > 1000} />
      <${Quantile} title="Gateway, 99th percentile" instrument=${find({ name: 'http.server.request.duration', service: 'gateway' })} />
    </dl>
    <div class="overview">${cards.map(card => html`<article class="card" key=${card.title}>
      <h2 class="card-title"><a href=${to('/metrics', { service: card.instrument.service, meter: card.instrument.meter, name: card.name, groupBy: card.groupBy })}>${card.title}</a></h2>
      <${Drawing} instrument=${card.instrument} groupBy=${card.groupBy} height=${150} /></article>`)}</div>
  </div>`;
}

const Figure = ({ title, value, warn }) => html`<div class="figure"><dt>${title}</dt><dd class=${warn ? 'warn-text' : ''}>${value ?? '–'}</dd></div>`;

/** The share of reads that did not go to the marketplace, over the range of time shown. */
function HitRatio({ instrument }) {
  const { data } = useChart(instrument, { groupBy: 'source' });
  if (!instrument) return null;
  const sum = line => line.values.reduce((total, value) => total + (value ?? 0), 0);
  const all = data?.lines.reduce((total, line) => total + sum(line), 0);
  const part = source => all ? data.lines.filter(line => line.labels.source === source).reduce((total, line) => total + sum(line), 0) / all : null;
  const percent = value => value === null || value === undefined ? null : quantity(value * 100, '%');
  return html`<${Figure} title="Read from cache" value=${percent(all ? part('cache') : null)} /><${Figure} title="Read from database" value=${percent(all ? part('database') : null)} />`;
}

/** The sum of what each series says now. */
function Latest({ title, instrument, format, warn }) {
  const { data } = useChart(instrument, { steps: 30 });
  const values = data?.lines.map(line => last(line.values)).filter(value => value !== undefined) ?? [];
  const sum = values.reduce((total, value) => total + value, 0);
  return instrument ? html`<${Figure} title=${title} value=${values.length ? format(sum) : null} warn=${values.length > 0 && warn(sum)} />` : null;
}

function Quantile({ title, instrument }) {
  const { data } = useChart(instrument, { steps: 30 });
  const value = last(data?.lines[0]?.p99);
  return instrument ? html`<${Figure} title=${title} value=${value === undefined ? null : duration(value * 1000)} />` : null;
}
