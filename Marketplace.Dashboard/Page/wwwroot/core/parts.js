import { html, useEffect, useRef, useState } from './ui.js';
import { Icon } from './icons.js';
import { colorOf } from './colors.js';
import { text } from './format.js';
import { setQuery } from './router.js';

export const Service = ({ name }) => html`<span class="service"><span class="swatch" style=${{ background: colorOf(name) }}></span><span class="clip">${name}</span></span>`;

export const Empty = ({ title, children }) => html`<div class="empty"><h2>${title}</h2><p>${children}</p></div>`;

export const Failure = ({ error }) => error && html`<div class="failure" role="alert"><${Icon} name="error" /> ${error.message}</div>`;

export const Button = ({ icon, children, label, ...rest }) => html`
  <button type="button" class=${`button ${children ? '' : 'button-icon'}`} aria-label=${children ? undefined : label} title=${label} ...${rest}>${icon && html`<${Icon} name=${icon} />`}${children}</button>`;

/** A text field that follows the address, and changes it a moment after the last key. */
export function Search({ value, onChange, label, placeholder, id }) {
  const [now, set] = useState(value ?? '');
  const timer = useRef(0);
  const field = useRef(null);
  useEffect(() => { if (document.activeElement !== field.current) set(value ?? ''); }, [value]);
  const change = next => {
    set(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next), 200);
  };
  return html`<label class="search"><${Icon} name="search" /><input ref=${field} id=${id} type="search" data-search value=${now} placeholder=${placeholder ?? 'Search'} aria-label=${label} title=${label} onInput=${event => change(event.target.value)} /></label>`;
}

export const Select = ({ value, onChange, label, options }) => html`
  <label class="select"><span class="visually-hidden">${label}</span><select aria-label=${label} value=${value} onChange=${event => onChange(event.target.value)}>
    ${options.map(([key, name]) => html`<option key=${key} value=${key} selected=${key === value}>${name}</option>`)}
  </select></label>`;

/** Conditions on attributes, kept in the address: key, key=value, key!=value or key~text. */
export function AttributeFilters({ values, suggestions = [] }) {
  const [draft, set] = useState('');
  const add = () => {
    const value = draft.trim();
    if (value && !values.includes(value)) setQuery({ attribute: [...values, value] });
    set('');
  };
  return html`<div class="chips">
    ${values.map(value => html`<span class="chip" key=${value}>${value}<button type="button" aria-label=${`Remove filter ${value}`} onClick=${() => setQuery({ attribute: values.filter(v => v !== value) })}><${Icon} name="close" size="12" /></button></span>`)}
    <form class="chip-form" onSubmit=${event => { event.preventDefault(); add(); }}>
      <label class="search search-small"><${Icon} name="filter" /><input value=${draft} list="attribute-names" placeholder="key=value" aria-label="Add an attribute filter: key, key=value, key!=value or key~text" onInput=${event => set(event.target.value)} /></label>
      <datalist id="attribute-names">${suggestions.map(name => html`<option key=${name} value=${`${name}=`} />`)}</datalist>
    </form>
  </div>`;
}

export const addAttributeFilter = (values, key, value) => setQuery({ attribute: [...values.filter(v => v !== `${key}=${text(value)}`), `${key}=${text(value)}`] });

/** A choice between ways to see the same thing, kept in the address; the first is the default. */
export const Tabs = ({ name, value, options, label }) => html`<div class="tabs" role="group" aria-label=${label}>${options.map(([key, title, icon], at) => html`
  <button type="button" key=${key} class="button" aria-pressed=${value === key || (!value && at === 0)} onClick=${() => setQuery({ [name]: at === 0 ? null : key })}>${icon && html`<${Icon} name=${icon} />`}${title}</button>`)}</div>`;

export function Copy({ value, label }) {
  const [done, set] = useState(false);
  useEffect(() => { if (done) { const timer = setTimeout(() => set(false), 1500); return () => clearTimeout(timer); } }, [done]);
  return html`<button type="button" class="button button-icon quiet" aria-label=${done ? 'Copied' : label} title=${label} onClick=${async () => { await navigator.clipboard.writeText(value); set(true); }}><${Icon} name=${done ? 'check' : 'copy'} size="14" /></button>`;
}

/** A dotted name may wrap after its dots. */
export const breakable = name => name.split(/(?<=[._])(?=[^._])/).flatMap((part, i) => i ? [html`<wbr />`, part] : [part]);

/** Names with values; each can be copied, and used as a filter where that makes sense. */
export const KeyValues = ({ label, values, onFilter }) => {
  const entries = Object.entries(values ?? {});
  return entries.length === 0 ? null : html`<table class="pairs"><caption>${label}</caption><tbody>
    ${entries.map(([key, value]) => html`<tr key=${key}><th scope="row">${breakable(key)}</th><td><span class="value">${text(value)}</span></td><td class="pair-actions">
      ${onFilter && html`<${Button} class="button button-icon quiet" icon="filter" label=${`Filter by ${key}`} onClick=${() => onFilter(key, value)} />`}<${Copy} value=${text(value)} label=${`Copy ${key}`} /></td></tr>`)}
  </tbody></table>`;
};

/** What is known of the selected thing, beside the list; Escape closes it. */
export function Details({ title, subtitle, onClose, children, actions }) {
  const panel = useRef(null);
  useEffect(() => {
    const key = event => { if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog[open]')) onClose(); };
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, [onClose]);
  return html`<aside class="details" aria-label="Details" ref=${panel}>
    <header><div class="details-title"><h2>${title}</h2>${subtitle && html`<div class="muted">${subtitle}</div>`}</div>
      <${Button} icon="close" label="Close details" onClick=${onClose} /></header>
    ${actions && html`<div class="details-actions">${actions}</div>`}
    <div class="details-body" tabindex="0" role="region" aria-label="Details">${children}</div>
  </aside>`;
}

export function Dialog({ open, onClose, title, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    if (open && !dialog.current.open) dialog.current.showModal();
    if (!open && dialog.current?.open) dialog.current.close();
  }, [open]);
  return html`<dialog ref=${dialog} aria-label=${title} onClose=${onClose} onClick=${event => event.target === dialog.current && onClose()}>
    <header><h2>${title}</h2><${Button} icon="close" label="Close" onClick=${onClose} /></header>${open && children}</dialog>`;
}

// Short news, such as how a command ended; read out by screen readers.
let announce = () => {};
export const say = (message, isError = false) => announce({ message, isError });
export function Announcer() {
  const [news, set] = useState(null);
  useEffect(() => { announce = set; }, []);
  useEffect(() => { if (news && !news.isError) { const timer = setTimeout(() => set(null), 4000); return () => clearTimeout(timer); } }, [news]);
  return html`<div class="announcer" role="status" aria-live="polite">${news && html`<div class=${`toast ${news.isError ? 'toast-error' : ''}`}><${Icon} name=${news.isError ? 'error' : 'check'} /> <span>${news.message}</span><${Button} icon="close" label="Dismiss" onClick=${() => set(null)} /></div>`}</div>`;
}
