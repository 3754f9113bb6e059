import { html, useRef, useState } from './ui.js';
import { remove, send } from './api.js';
import { useLive } from './live.js';
import { useRange } from './range.js';
import { bytes, count, plural } from './format.js';
import { Button, Dialog, say } from './parts.js';

/** How much telemetry is held, and to take it along, bring it back, or forget it. */
export function TelemetryDialog({ open, onClose }) {
  const live = useLive();
  const range = useRange();
  const file = useRef(null);
  const [busy, setBusy] = useState(false);
  const bounds = new URLSearchParams(range.bounds).toString();
  const act = async work => {
    setBusy(true);
    try { say(await work()); } catch (error) { say(error.message, true); } finally { setBusy(false); }
  };
  const rows = live.telemetry ? [['Spans', live.telemetry.spans], ['Log records', live.telemetry.logs], ['Metric points', live.telemetry.metrics]] : [];
  return html`<${Dialog} open=${open} onClose=${onClose} title="Telemetry">
    <table class="list numbers"><thead><tr><th scope="col">Signal</th><th scope="col">Received</th><th scope="col">Dropped</th><th scope="col">Memory</th></tr></thead><tbody>
      ${rows.map(([name, status]) => html`<tr key=${name}><th scope="row">${name}</th><td>${count(status.received)}</td><td>${count(status.dropped)}</td><td>${bytes(status.bytes)} of ${bytes(status.maxBytes)}</td></tr>`)}
    </tbody></table>
    <p class="dialog-actions">
      <a class="button" href=${`/api/telemetry/export?${bounds}`} download>Export ${range.fixed || range.bounds.from ? 'this time range' : 'everything'}</a>
      <${Button} class="button" disabled=${busy} onClick=${() => file.current.click()}>Import a file…</${Button}>
      <${Button} class="button" disabled=${busy} onClick=${() => confirm('Forget all traces, logs and metrics?') && act(async () => { await remove('telemetry'); return 'All telemetry is forgotten.'; })}>Forget all</${Button}>
    </p>
    <p class="muted small">Files are OTLP JSON, one message a line, as the OpenTelemetry Collector writes and reads them.</p>
    <input ref=${file} type="file" hidden aria-label="File to import" accept=".jsonl,.ndjson,.json" onChange=${event => {
      const [chosen] = event.target.files;
      event.target.value = '';
      if (chosen) act(async () => `${plural((await send('telemetry/import', chosen)).lines, 'message')} imported from ${chosen.name}.`);
    }} />
  </${Dialog}>`;
}
