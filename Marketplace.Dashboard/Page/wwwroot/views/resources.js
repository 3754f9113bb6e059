import { html, useEffect, useState } from '../core/ui.js';
import { useLive } from '../core/live.js';
import { post } from '../core/api.js';
import { setQuery, to } from '../core/router.js';
import { age, dateTime, timeSeconds } from '../core/format.js';
import { Button, Copy, Details, Empty, KeyValues, Search, Tabs, breakable, say } from '../core/parts.js';
import { Commands, State, grouped, isLink } from '../core/resources.js';
import { Icon } from '../core/icons.js';
import { ResourceGraph } from './graph.js';

export default function Resources({ route }) {
  const live = useLive();
  const [, second] = useState(0);
  useEffect(() => { const timer = setInterval(() => second(n => n + 1), 5000); return () => clearInterval(timer); }, []);
  const find = (route.query.get('text') ?? '').toLowerCase();
  const selected = live.resources.find(resource => resource.name === route.query.get('resource'));
  const shown = live.resources.filter(r => !find || [r.name, r.displayName, r.type, r.state, r.source].some(value => value?.toLowerCase().includes(find)));
  const select = name => setQuery({ resource: name }, { push: !selected });

  if (live.resources.length === 0) {
    return live.connected === null ? null : html`<${Empty} title="No resources">The dashboard runs without an engine, so there is nothing to start or stop. Telemetry that services send shows under <a href=${to('/traces')}>Traces</a>, <a href=${to('/logs')}>Structured logs</a> and <a href=${to('/metrics')}>Metrics</a>.</${Empty}>`;
  }

  return html`<div class="split">
    <section class="pane" aria-label="Resources">
      <div class="bar"><${Search} label="Search resources" value=${find} onChange=${value => setQuery({ text: value })} /><${Tabs} name="view" label="Show as" value=${route.query.get('view')} options=${[['table', 'Table', 'resources'], ['graph', 'Graph', 'graph']]} /></div>
      ${route.query.get('view') === 'graph' ? html`<${ResourceGraph} resources=${shown} selected=${selected?.name} />` : html`
      <div class="scroll" tabindex="0" role="region" aria-label="Table of resources">
        <table class="list">
          <thead><tr><th scope="col">Name</th><th scope="col">State</th><th scope="col" class="wide">Started</th><th scope="col" class="wide source">Source</th><th scope="col" class="wide">Addresses</th><th scope="col"><span class="visually-hidden">Commands</span></th></tr></thead>
          <tbody>${grouped(shown).map(row => row.group ? html`<${Group} key=${row.key} row=${row} />` : html`<${Row} key=${row.key} resource=${row.resource} depth=${row.depth} selected=${selected?.name === row.key} onSelect=${() => select(row.key)} />`)}</tbody>
        </table>
        ${shown.length === 0 && html`<${Empty} title="Nothing matches">No resource has “${find}” in its name, type, state or source.</${Empty}>`}
      </div>`}
    </section>
    ${selected && html`<${ResourceDetails} key=${selected.name} resource=${selected} onClose=${() => setQuery({ resource: null })} />`}
  </div>`;
}

const Group = ({ row }) => html`<tr class="group"><th scope="row"><span class="name">${row.group}</span> <span class="muted">${row.replicas.length} replicas</span></th><td colspan="5"><span class="muted">${row.replicas.filter(r => r.state === 'Running').length} running</span></td></tr>`;

const Row = ({ resource, depth, selected, onSelect }) => html`
  <tr class=${selected ? 'selected' : ''} onClick=${event => !event.target.closest('a, button') && !String(getSelection()) && onSelect()}>
    <th scope="row" style=${{ paddingInlineStart: `${0.75 + depth * 1.25}rem` }}>
      <button type="button" class="link name" aria-expanded=${selected} onClick=${onSelect}>${resource.displayName}</button>
      <div class="muted small">${resource.type}${resource.restarts > 0 && html` · <span class="warn-text">${resource.restarts === 1 ? '1 restart' : `${resource.restarts} restarts`}</span>`}</div>
      <div class="narrow small"><${Urls} urls=${resource.urls} /></div>
    </th>
    <td><${State} resource=${resource} />${resource.reason && html`<div class="muted small reason" title=${resource.reason}>${resource.reason}</div>`}</td>
    <td class="wide nowrap">${resource.startedAt && html`<time datetime=${resource.startedAt} title=${dateTime(resource.startedAt)}>${timeSeconds(resource.startedAt)}</time><div class="muted small">${resource.state === 'Running' ? age(resource.startedAt) : ''}</div>`}</td>
    <td class="wide source"><span class="clip" title=${resource.source}>${resource.type === 'Project' ? fileName(resource.source) : resource.source}</span>${resource.implementation && html`<div class="muted small clip" title=${resource.implementation}>${resource.implementation}</div>`}</td>
    <td class="wide"><${Urls} urls=${resource.urls} /></td>
    <td class="end nowrap"><${Commands} resource=${resource} /></td>
  </tr>`;

const fileName = path => path?.split(/[\\/]/).at(-1);

/** Where there are several, those without a text of their own are told apart by their endpoint. */
const Urls = ({ urls }) => html`<ul class="urls">${urls.map(url => html`<li key=${url.url}>${isLink(url.url)
  ? html`<a href=${url.url} target="_blank" rel="noopener noreferrer" title=${url.url}>${url.displayText ?? url.url.replace(/^https?:\/\//, '').replace(/\/$/, '')}<${Icon} name="external" size="12" /></a>`
  : html`<span class="mono small">${url.displayText ?? url.url}</span>`}${urls.length > 1 && !url.displayText && url.endpointName ? html` <span class="muted small">${url.endpointName}</span>` : null}</li>`)}</ul>`;

function ResourceDetails({ resource, onClose }) {
  const service = resource.replicaOf ?? resource.name;
  const others = resource.relations.filter(relation => relation.resourceName !== resource.name);
  const facts = {
    Type: resource.type,
    Source: resource.source,
    Implementation: resource.implementation,
    'Process id': resource.processId,
    Started: resource.startedAt && dateTime(resource.startedAt),
    Stopped: resource.stoppedAt && dateTime(resource.stoppedAt),
    'Exit code': resource.exitCode,
    Restarts: resource.restarts || undefined,
  };
  return html`<${Details} title=${resource.displayName} subtitle=${html`<${State} resource=${resource} />`} onClose=${onClose} actions=${html`<${Commands} resource=${resource} named />`}>
    ${resource.reason && html`<p class="notice">${resource.reason}</p>`}
    <p class="links"><a href=${to(`/console/${encodeURIComponent(resource.name)}`)}>Console</a><a href=${to('/logs', { service })}>Logs</a><a href=${to('/traces', { service })}>Traces</a><a href=${to('/metrics', { service })}>Metrics</a></p>
    <${KeyValues} label="Facts" values=${Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined && value !== null))} />
    ${resource.urls.length > 0 && html`<h3>Addresses</h3><${Urls} urls=${resource.urls} />`}
    ${resource.healthReports.length > 0 && html`<table class="pairs"><caption>Health checks</caption><tbody>${resource.healthReports.map(report => html`<tr key=${report.name}><th scope="row">${breakable(report.name)}</th><td>${report.status ?? 'Not run yet'}${report.description && html`<div class="muted small">${report.description}</div>`}</td></tr>`)}</tbody></table>`}
    ${others.length > 0 && html`<table class="pairs"><caption>Relations</caption><tbody>${[...Map.groupBy(others, relation => relation.resourceName)].map(([name, relations]) => html`<tr key=${name}><th scope="row"><a href=${to('/resources', { resource: name })}>${name}</a></th><td>${relations.map(relation => relation.kind === 'WaitFor' ? 'waits for it' : 'refers to it').join(', ')}</td></tr>`)}</tbody></table>`}
    <${Environment} resource=${resource} />
  </${Details}>`;
}

function Environment({ resource }) {
  const [shown, show] = useState({});
  if (resource.environment.length === 0) return null;
  const toggle = async name => {
    if (name in shown) {
      show(({ [name]: _, ...rest }) => rest);
      return;
    }
    try {
      const { value } = await post(`resources/${encodeURIComponent(resource.name)}/environment/${encodeURIComponent(name)}/reveal`);
      show(now => ({ ...now, [name]: value }));
    } catch (error) {
      say(error.message, true);
    }
  };
  return html`<table class="pairs"><caption>Environment</caption><tbody>${resource.environment.map(({ name, value, isSecret }) => html`
    <tr key=${name}><th scope="row">${breakable(name)}</th><td><span class="value">${isSecret ? shown[name] ?? '••••••••' : value}</span></td><td class="pair-actions">
      ${isSecret && html`<${Button} class="button button-icon quiet" icon=${name in shown ? 'eyeOff' : 'eye'} label=${`${name in shown ? 'Hide' : 'Show'} ${name}`} onClick=${() => toggle(name)} />`}
      ${(!isSecret || name in shown) && html`<${Copy} value=${isSecret ? shown[name] : value} label=${`Copy ${name}`} />`}</td></tr>`)}</tbody></table>`;
}
