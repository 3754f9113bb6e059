import { html, render, useEffect, useState } from './core/ui.js';
import { Icon } from './core/icons.js';
import { Announcer, Button, Dialog, Empty } from './core/parts.js';
import { navigate, to, useRoute } from './core/router.js';
import { RangePicker } from './core/rangepicker.js';
import { TelemetryDialog } from './core/telemetry.js';
import { setPaused, startLive, useLive } from './core/live.js';

// A view's code is loaded when it is first shown.
const VIEWS = {
  resources: { title: 'Resources', icon: 'resources', key: 'r', load: () => import('./views/resources.js') },
  console: { title: 'Console', icon: 'console', key: 'c', load: () => import('./views/console.js') },
  logs: { title: 'Structured logs', short: 'Logs', icon: 'logs', key: 'l', load: () => import('./views/logs.js'), telemetry: true },
  traces: { title: 'Traces', icon: 'traces', key: 't', load: () => import('./views/traces.js'), telemetry: true },
  metrics: { title: 'Metrics', icon: 'metrics', key: 'm', load: () => import('./views/metrics.js'), telemetry: true },
  pipeline: { title: 'Pipeline', icon: 'pipeline', key: 'i', load: () => import('./views/pipeline.js'), telemetry: true },
  kafka: { title: 'Kafka', icon: 'kafka', key: 'k', load: () => import('./views/kafka.js') },
};

const stored = name => { try { return localStorage.getItem(name); } catch { return null; } };
const store = (name, value) => { try { localStorage.setItem(name, value); } catch { /* A browser may forbid it; then the choice lasts as long as the page. */ } };

function useTheme() {
  const [theme, set] = useState(stored('theme') ?? 'system');
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    store('theme', theme);
  }, [theme]);
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  return [dark, () => set(dark ? 'light' : 'dark')];
}

function useShortcuts(onHelp, enabled) {
  useEffect(() => {
    const press = event => {
      if (!enabled || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.target.closest('input, textarea, select, [contenteditable], dialog')) return;
      const view = Object.entries(VIEWS).find(([, v]) => v.key === event.key);
      if (view) navigate(to(`/${view[0]}`));
      else if (event.key === '/') document.querySelector('[data-search]')?.focus();
      else if (event.key === 'p') document.querySelector('[data-pause]')?.click();
      else if (event.key === '?') onHelp();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [enabled]);
}

function View({ name, route }) {
  const [loaded, set] = useState(null);
  useEffect(() => {
    let gone = false;
    VIEWS[name].load().then(module => !gone && set({ name, view: module.default }));
    document.title = `${VIEWS[name].title} · ${APPLICATION}`;
    return () => { gone = true; };
  }, [name]);
  // The view before must not see the address of this one: it would take it for its own.
  return loaded?.name === name ? html`<${loaded.view} route=${route} />` : null;
}

const APPLICATION = document.title;

function App() {
  const route = useRoute();
  const live = useLive();
  const [dark, toggleTheme] = useTheme();
  const [help, setHelp] = useState(false);
  const [telemetry, setTelemetry] = useState(false);
  const [shortcuts, setShortcuts] = useState(stored('shortcuts') !== 'off');
  useShortcuts(() => setHelp(true), shortcuts);
  const name = route.segments[0] ?? 'resources';
  const view = VIEWS[name];
  return html`
    <a class="skip" href="#main" onClick=${event => { event.preventDefault(); document.getElementById('main').focus(); }}>Skip to the view</a>
    <nav aria-label="Views">
      <div class="brand"><img src="/icon.svg" alt="" width="24" height="24" /><span>${APPLICATION}</span></div>
      <ul>${Object.entries(VIEWS).map(([key, v]) => html`<li key=${key}><a href=${to(`/${key}`)} aria-current=${key === name ? 'page' : undefined} title=${`${v.title} (${v.key})`}><${Icon} name=${v.icon} size="20" /><span>${v.short ?? v.title}</span></a></li>`)}</ul>
    </nav>
    <header class="top">
      <h1>${view?.title ?? 'Not found'}</h1>
      <div class="top-tools">
        ${live.connected === false && html`<span class="offline" role="status"><${Icon} name="warning" /> Not connected</span>`}
        ${view?.telemetry && html`<${RangePicker} />`}
        ${view?.telemetry && html`<${Button} icon="download" label="Export, import or forget telemetry" class="button button-icon wide" onClick=${() => setTelemetry(true)} />`}
        <button type="button" class="button" data-pause aria-pressed=${live.paused} title="Pause live updates (p)" onClick=${() => setPaused(!live.paused)}><${Icon} name=${live.paused ? 'play' : 'pause'} /><span class="wide">${live.paused ? 'Paused' : 'Live'}</span></button>
        <${Button} icon=${dark ? 'sun' : 'moon'} label=${dark ? 'Light colours' : 'Dark colours'} onClick=${toggleTheme} />
        <${Button} icon="keyboard" label="Keyboard shortcuts" class="button button-icon wide" onClick=${() => setHelp(true)} />
      </div>
    </header>
    <main id="main" tabindex="-1">
      ${view ? html`<${View} name=${name} route=${route} />` : html`<${Empty} title="There is no such view">The address may be mistyped. <a href="/resources">Resources</a> is a good place to start.</${Empty}>`}
    </main>
    <${Dialog} open=${help} onClose=${() => setHelp(false)} title="Keyboard shortcuts">
      <table class="pairs"><caption class="visually-hidden">Shortcuts</caption><tbody>
        ${Object.entries(VIEWS).map(([key, v]) => html`<tr key=${key}><th scope="row"><kbd>${v.key}</kbd></th><td>${v.title}</td></tr>`)}
        <tr><th scope="row"><kbd>/</kbd></th><td>Search in this view</td></tr>
        <tr><th scope="row"><kbd>p</kbd></th><td>Pause or go on</td></tr>
        <tr><th scope="row"><kbd>↑</kbd> <kbd>↓</kbd></th><td>Move in a list</td></tr>
        <tr><th scope="row"><kbd>Esc</kbd></th><td>Close details</td></tr>
      </tbody></table>
      <label class="check"><input type="checkbox" checked=${shortcuts} onChange=${event => { setShortcuts(event.target.checked); store('shortcuts', event.target.checked ? 'on' : 'off'); }} /> Single keys are shortcuts</label>
    </${Dialog}>
    <${TelemetryDialog} open=${telemetry} onClose=${() => setTelemetry(false)} />
    <${Announcer} />`;
}

if (location.pathname === '/') history.replaceState(null, '', '/resources' + location.search);
startLive();
render(html`<${App} />`, document.getElementById('app'));
