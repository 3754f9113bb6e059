import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from '../core/ui.js';
import { AnsiUp } from '../lib/ansi_up.js';
import { subscribe } from '../core/api.js';
import { useLive } from '../core/live.js';
import { navigate, setQuery, to } from '../core/router.js';
import { Icon } from '../core/icons.js';
import { time } from '../core/format.js';
import { Button, Empty, Search, Select } from '../core/parts.js';
import { colorOf } from '../core/colors.js';

const KEPT = 10_000;
const CHUNK = 100;
// Stands for all resources at once; no resource has such a name.
const ALL = '*';

/** The lines of a resource, or of all, kept in chunks: only the last one changes, so that a new line costs little. */
function useLines(name, paused) {
  const [chunks, set] = useState([]);
  const waiting = useRef([]);
  const isPaused = useRef(paused);
  const take = useRef(() => {});
  isPaused.current = paused;
  useEffect(() => {
    const ansi = new AnsiUp();
    ansi.use_classes = true;
    // A line's number counts within its resource.
    const last = new Map();
    let order = 0;
    let scheduled = false;
    const present = [];
    waiting.current = [];
    set([]);
    take.current = () => {
      scheduled = false;
      const lines = waiting.current;
      if (isPaused.current || lines.length === 0) return;
      waiting.current = [];
      for (const line of lines) {
        if (present.length === 0 || present.at(-1).lines.length === CHUNK) present.push({ first: line.order, lines: [] });
        present.at(-1).lines.push({ ...line, html: ansi.ansi_to_html(line.text), plain: line.text.replace(/\u001b\[[0-9;]*m/g, '').toLowerCase() });
      }
      if (present.length > KEPT / CHUNK) present.splice(0, present.length - KEPT / CHUNK);
      set([...present]);
    };
    const stop = subscribe(name === ALL ? 'console/stream' : `resources/${encodeURIComponent(name)}/console/stream`, {}, {
      events: ['lines'],
      resume: () => name === ALL ? {} : ({ after: last.get(name) ?? 0 }),
      onData: lines => {
        for (const line of lines) {
          const resource = line.resource ?? name;
          if (line.number <= (last.get(resource) ?? 0)) continue;
          last.set(resource, line.number);
          waiting.current.push({ ...line, order: order++ });
        }
        if (waiting.current.length > KEPT) waiting.current.splice(0, waiting.current.length - KEPT);
        if (!scheduled) { scheduled = true; requestAnimationFrame(() => take.current()); }
      },
    });
    return stop;
  }, [name]);
  useEffect(() => { if (!paused) take.current(); }, [paused]);
  return chunks;
}

export default function Console({ route }) {
  const live = useLive();
  const withConsole = live.resources.filter(resource => !['Parameter', 'PostgresDatabase', 'ExternalService'].includes(resource.type));
  const name = route.segments[1];

  useEffect(() => {
    if (!name && withConsole.length > 0) navigate(to(`/console/${encodeURIComponent((withConsole.find(r => r.type === 'Project') ?? withConsole[0]).name)}`), { replace: true });
  }, [name, withConsole.length]);
  if (!name) return live.connected && html`<${Empty} title="No consoles">Resources that the engine starts show here what they write.</${Empty}>`;
  return html`<section class="pane" aria-label="Console">
    <div class="bar">
      <${Select} label="Resource" value=${name} options=${[[ALL, 'All resources'], ...withConsole.map(r => [r.name, r.displayName])]} onChange=${value => navigate(to(`/console/${encodeURIComponent(value)}`, { text: route.query.get('text') }))} />
      <${Search} label="Search lines" value=${route.query.get('text')} onChange=${value => setQuery({ text: value })} />
      <span class="tools"><${Toggles} route=${route} />
      <a class="button button-icon" href=${name === ALL ? '/api/console' : `/api/resources/${encodeURIComponent(name)}/console?format=text&tail=1000000`} download aria-label="Download the console" title="Download the console"><${Icon} name="download" /></a></span>
    </div>
    <${Lines} key=${name} name=${name} find=${(route.query.get('text') ?? '').toLowerCase()} paused=${live.paused} times=${route.query.get('times') !== 'off'} wrap=${route.query.get('wrap') === 'on'} />
  </section>`;
}

const Toggles = ({ route }) => {
  const [times, wrap] = [route.query.get('times') !== 'off', route.query.get('wrap') === 'on'];
  return html`<${Button} icon="clock" label="Time stamps" aria-pressed=${times} onClick=${() => setQuery({ times: times ? 'off' : null })} />
    <${Button} icon="wrap" label="Wrap long lines" aria-pressed=${wrap} onClick=${() => setQuery({ wrap: wrap ? null : 'on' })} />`;
};

function Lines({ name, find, paused, times, wrap }) {
  const chunks = useLines(name, paused);
  const box = useRef(null);
  const [following, follow] = useState(true);
  useLayoutEffect(() => { if (following) box.current.scrollTop = box.current.scrollHeight; }, [chunks, following, find, wrap]);
  const total = chunks.reduce((sum, chunk) => sum + chunk.lines.length, 0);
  return html`<div class="console-frame">
    <div ref=${box} class=${`console ${wrap ? 'wrap' : ''} ${times ? '' : 'no-times'}`} tabindex="0" role="log" aria-live="off" aria-label=${name === ALL ? 'Console of all resources' : `Console of ${name}`}
      onScroll=${() => follow(box.current.scrollHeight - box.current.scrollTop - box.current.clientHeight < 24)}>
      ${chunks.map(chunk => html`<${Chunk} key=${chunk.first} chunk=${chunk} size=${chunk.lines.length} find=${find} />`)}
      ${total === 0 && html`<p class="muted">Nothing was written yet. Lines show here as they come.</p>`}
    </div>
    ${!following && html`<${Button} class="button to-end" icon="down" onClick=${() => follow(true)}>Latest</${Button}>`}
  </div>`;
}

function Chunk({ chunk, size, find }) {
  return useMemo(() => {
    const lines = find ? chunk.lines.filter(line => line.plain.includes(find) || line.resource?.toLowerCase().includes(find)) : chunk.lines;
    return lines.length > 0 && html`<div class="chunk" style=${{ containIntrinsicBlockSize: `${lines.length * 1.4}em` }}>
      ${lines.map(line => html`<div key=${line.order} class=${line.isError ? 'line line-error' : 'line'}><time datetime=${line.time}>${time(line.time)}</time>${line.resource && html`<span class="line-resource" style=${{ borderColor: colorOf(line.resource) }}>${line.resource}</span>`}<span class="line-text" dangerouslySetInnerHTML=${{ __html: line.html }}></span></div>`)}
    </div>`;
  }, [chunk.first, size, find]);
}
