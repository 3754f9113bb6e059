import { html, useEffect, useState } from '../core/ui.js';
import { useGet } from '../core/api.js';
import { useLive } from '../core/live.js';
import { setQuery, to } from '../core/router.js';
import { bytes, count, dateTime, plural, time } from '../core/format.js';
import { Button, Details, Empty, Failure, KeyValues, Select, breakable } from '../core/parts.js';
import { run } from '../core/resources.js';

const REFRESH = 5000;
const DEAD = '.dead-letter';
const SHOWN = 100;
// A replay leaves a message of its own, which lists the offsets of its partition that were put back.
const REPLAYED = 'error-replayed';

/** Counts up while the view is to follow: a broker tells no news, it has to be asked. */
function useClock(paused) {
  const [tick, set] = useState(0);
  useEffect(() => {
    if (paused) return;
    const timer = setInterval(() => document.hidden || set(n => n + 1), REFRESH);
    return () => clearInterval(timer);
  }, [paused]);
  return [tick, () => set(n => n + 1)];
}

export default function Kafka({ route }) {
  const live = useLive();
  const [tick, again] = useClock(live.paused);
  const brokers = live.resources.filter(r => r.type === 'Kafka');
  const name = route.query.get('broker') ?? brokers[0]?.name;
  const broker = brokers.find(r => r.name === name);
  const running = broker?.state === 'Running';
  const { data, error } = useGet(running ? `kafka/${encodeURIComponent(name)}` : null, {}, tick);
  const topic = route.query.get('topic');
  if (!broker) return live.connected && html`<${Empty} title="No Kafka">The model has no Kafka resource. Add one with AddKafka and its topics, groups and messages show here.</${Empty}>`;
  if (!running) return html`<${Empty} title=${`${broker.displayName} is not running`}>${broker.reason ?? ''} Start it under <a href=${to('/resources', { resource: broker.name })}>Resources</a>; its topics show here then.</${Empty}>`;
  return html`<div class="split">
    <section class="pane" aria-label="Kafka">
      ${brokers.length > 1 && html`<div class="bar"><${Select} label="Broker" value=${name} options=${brokers.map(r => [r.name, r.displayName])} onChange=${value => setQuery({ broker: value, topic: null, message: null })} /></div>`}
      <${Failure} error=${error} />
      <div class="scroll" tabindex="0" role="region" aria-label="Topics and groups">
        ${!data && !error && html`<p class="muted pad">Asking the broker…</p>`}
        ${data && html`<${Topics} data=${data} topic=${topic} />`}
        ${topic && html`<${Messages} key=${topic} broker=${name} topic=${topic} tick=${tick} again=${again} route=${route} />`}
        ${data && !topic && html`<${Groups} data=${data} />`}
        ${data && !topic && html`<p class="muted small pad">${broker.implementation ? `${broker.implementation}. ` : ''}${plural(data.brokers.length, 'broker')}: <span class="mono">${data.brokers.join(', ')}</span></p>`}
      </div>
    </section>
    <${Message} broker=${name} topic=${topic} tick=${tick} route=${route} />
  </div>`;
}

const held = topic => topic.partitions.reduce((sum, p) => sum + p.high - p.low, 0);
const written = topic => topic.partitions.reduce((sum, p) => sum + p.high, 0);

function Topics({ data, topic }) {
  if (data.topics.length === 0) return html`<${Empty} title="No topics yet">A topic shows here as soon as it is created.</${Empty}>`;
  const shown = topic ? data.topics.filter(t => t.name === topic) : data.topics;
  const lag = name => data.groups.flatMap(group => group.topics.filter(t => t.topic === name).map(t => ({ group: group.name, lag: t.lag })));
  return html`<table class="list"><caption class="visually-hidden">Topics</caption>
    <thead><tr><th scope="col">Topic</th><th scope="col" class="wide number">Partitions</th><th scope="col" class="number">Messages</th><th scope="col" class="wide number">Written</th><th scope="col">Behind</th></tr></thead>
    <tbody>${shown.map(t => html`<tr key=${t.name} class=${t.name === topic ? 'selected' : ''} onClick=${event => !event.target.closest('a, button') && setQuery({ topic: t.name === topic ? null : t.name, message: null }, { push: true })}>
      <th scope="row"><button type="button" class="link name" aria-expanded=${t.name === topic} onClick=${() => setQuery({ topic: t.name === topic ? null : t.name, message: null }, { push: true })}>${breakable(t.name)}</button>${t.name.endsWith(DEAD) && held(t) > 0 ? html` <span class="tag bad-text">dead letters</span>` : null}</th>
      <td class="wide number" title=${t.partitions.map(p => `${p.id}: ${p.low}–${p.high}`).join('\n')}>${t.partitions.length}</td>
      <td class="number">${count(held(t))}</td>
      <td class="wide number">${count(written(t))}</td>
      <td>${lag(t.name).map(g => html`<div key=${g.group} class=${g.lag > 0 ? 'warn-text' : 'muted'}>${breakable(g.group)}: ${g.lag > 0 ? `${count(g.lag)} behind` : 'up to date'}</div>`)}</td>
    </tr>`)}</tbody></table>
    ${topic && shown[0] && html`<details class="partitions pad"><summary>${plural(shown[0].partitions.length, 'partition')}</summary><ul class="partition-list">${shown[0].partitions.map(p => html`<li key=${p.id}><span class="muted">${p.id}</span> ${count(p.high - p.low)} <span class="muted small">(${p.low}–${p.high})</span></li>`)}</ul></details>`}`;
}

const Groups = ({ data }) => data.groups.length > 0 && html`<table class="list"><caption>Consumer groups</caption>
  <thead><tr><th scope="col">Group</th><th scope="col">Topic</th><th scope="col" class="wide number">Committed</th><th scope="col" class="number">Behind</th></tr></thead>
  <tbody>${data.groups.flatMap(group => group.topics.map(t => html`<tr key=${group.name + t.topic}><th scope="row">${breakable(group.name)}</th><td><a href=${to('/kafka', { topic: t.topic })}>${breakable(t.topic)}</a></td><td class="wide number">${count(t.committed)}</td><td class=${`number ${t.lag > 0 ? 'warn-text' : ''}`}>${count(t.lag)}</td></tr>`))}</tbody></table>`;

const useMessages = (broker, topic, tick) => useGet(topic ? `kafka/${encodeURIComponent(broker)}/topics/${encodeURIComponent(topic)}/messages` : null, { limit: SHOWN }, tick);
const idOf = message => `${message.partition}/${message.offset}`;
const header = (message, key) => message.headers.find(h => h.key.toLowerCase() === key)?.value;

function Messages({ broker, topic, tick, again, route }) {
  const live = useLive();
  const { data, error } = useMessages(broker, topic, tick);
  const selected = route.query.get('message');
  const dead = topic.endsWith(DEAD);
  const isNote = m => dead && header(m, REPLAYED) != null;
  const replayed = new Set(data?.filter(isNote).flatMap(m => header(m, REPLAYED).split(' ').map(offset => `${m.partition}/${offset}`)));
  const messages = data?.filter(m => !isNote(m));
  const commands = dead ? live.resources.flatMap(resource => resource.commands.filter(c => c.name.endsWith('dead-letters')).map(command => ({ resource, command }))) : [];
  return html`
    <div class="bar"><${Button} class="button" onClick=${() => setQuery({ topic: null, message: null })}>All topics</${Button}><h2>${dead ? 'Dead letters' : 'Latest messages'}</h2>
      ${commands.map(({ resource, command }) => html`<${Button} key=${resource.name + command.name} class="button" disabled=${!command.enabled || !messages?.length} title=${command.description} onClick=${async () => { await run(resource, command); again(); }}>${command.displayName}</${Button}>`)}
      <span class="muted count">${data ? data.length === SHOWN ? `Latest ${SHOWN}` : plural(messages.length, dead ? 'letter' : 'message') : ''}</span></div>
    <${Failure} error=${error} />
    ${messages?.length === 0 && html`<${Empty} title=${dead ? 'No dead letters' : 'No messages'}>${dead ? 'A message that cannot be handled comes here with its cause, and its partition moves on.' : 'This topic is empty, or its messages have expired.'}</${Empty}>`}
    ${messages?.length > 0 && html`<table class="list"><caption class="visually-hidden">Messages</caption>
      <thead><tr><th scope="col">Time</th><th scope="col" class="wide">Partition, offset</th><th scope="col">Key</th><th scope="col">${dead ? 'Cause' : 'Type'}</th><th scope="col" class="wide">Trace</th><th scope="col" class="wide number">Size</th></tr></thead>
      <tbody>${messages.map(m => html`<tr key=${idOf(m)} class=${idOf(m) === selected ? 'selected' : ''} onClick=${event => !event.target.closest('a, button') && !String(getSelection()) && setQuery({ message: idOf(m) === selected ? null : idOf(m) })}>
        <td class="mono small nowrap"><button type="button" class="link" aria-expanded=${idOf(m) === selected} onClick=${() => setQuery({ message: idOf(m) === selected ? null : idOf(m) })}><time datetime=${m.time} title=${dateTime(m.time)}>${time(m.time)}</time></button></td>
        <td class="wide mono small">${m.partition}, ${m.offset}</td>
        <td class="mono small key"><span class="clip">${m.key ?? ''}</span></td>
        <td>${replayed.has(idOf(m)) && html`<span class="tag">replayed</span> `}${dead ? html`<span class="bad-text">${header(m, 'error-type')}</span> <span class="muted small">${header(m, 'error-message')}</span>` : header(m, 'ce_type')}</td>
        <td class="wide mono small"><${TraceLink} message=${m} /></td>
        <td class="wide number">${bytes(m.bytes)}</td></tr>`)}</tbody></table>`}`;
}

/** W3C traceparent: version, trace id, span id, flags. */
function TraceLink({ message, named }) {
  const [, trace, span] = (header(message, 'traceparent') ?? '').split('-');
  return trace ? html`<a href=${to(`/traces/${trace}`, { span })}>${named ? 'Show its trace' : trace.slice(0, 7)}</a>` : null;
}

const pretty = value => { try { return JSON.stringify(JSON.parse(value), null, 2); } catch { return value; } };

function Message({ broker, topic, tick, route }) {
  const { data } = useMessages(broker, topic, tick);
  const message = data?.find(m => idOf(m) === route.query.get('message'));
  return message && html`<${Details} title=${message.key ?? 'Message without key'} subtitle=${`${topic}, partition ${message.partition}, offset ${message.offset}`} onClose=${() => setQuery({ message: null })}>
    <p class="links"><${TraceLink} message=${message} named /></p>
    ${header(message, 'error-message') && html`<p class="notice notice-bad">${header(message, 'error-type')}: ${header(message, 'error-message')}</p>`}
    <${KeyValues} label="Message" values=${{ Time: dateTime(message.time), Size: bytes(message.bytes) }} />
    <${KeyValues} label="Headers" values=${Object.fromEntries(message.headers.map(h => [h.key, h.key === 'deadline' && h.value ? `${h.value} (${dateTime(Number(h.value))})` : h.value ?? '']))} />
    <h3>Body</h3>${message.value ? html`<pre class="message">${pretty(message.value)}</pre>` : html`<p class="muted">Empty.</p>`}
  </${Details}>`;
}
