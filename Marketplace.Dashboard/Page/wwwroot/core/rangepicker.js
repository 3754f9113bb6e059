import { html, useState } from './ui.js';
import { RANGES, useRange } from './range.js';
import { setQuery } from './router.js';
import { dateTime } from './format.js';
import { Button, Dialog, Select } from './parts.js';

const pad = number => String(number).padStart(2, '0');
const local = ms => { const d = new Date(ms); return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}T${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}`; };

/** Which time every telemetry view shows. */
export function RangePicker() {
  const range = useRange();
  const [choosing, choose] = useState(null);
  const options = [...RANGES.map(([key, name]) => [key, name]), ['custom', 'From … to …']];
  if (range.fixed) options.unshift(['fixed', `${dateTime(range.bounds.from)} – ${dateTime(range.bounds.to)}`]);
  const change = value => {
    if (value === 'custom') choose(range.fixed ? { ...range.bounds } : { from: Date.now() - 900_000, to: Date.now() });
    else if (value !== 'fixed') setQuery({ range: value, from: null, to: null });
  };
  const apply = event => {
    event.preventDefault();
    const [from, until] = ['from', 'to'].map(name => Date.parse(new FormData(event.target).get(name)));
    if (until > from) { setQuery({ from, to: until, range: null }, { push: true }); choose(null); }
  };
  return html`<${Select} key=${choosing ? 'choosing' : 'chosen'} label="Time range" value=${range.name} options=${options} onChange=${change} />
    <${Dialog} open=${Boolean(choosing)} onClose=${() => choose(null)} title="Time range">
      <form class="range-form" onSubmit=${apply}>
        <label>From <input type="datetime-local" name="from" step="1" required value=${choosing && local(choosing.from)} /></label>
        <label>To <input type="datetime-local" name="to" step="1" required value=${choosing && local(choosing.to)} /></label>
        <p class="dialog-actions"><button class="button">Show</button><${Button} class="button" onClick=${() => choose(null)}>Cancel</${Button}></p>
      </form>
    </${Dialog}>`;
}
