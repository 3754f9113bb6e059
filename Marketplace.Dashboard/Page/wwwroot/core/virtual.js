import { html, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from './ui.js';

const OVERSCAN = 8;

/**
 * A table that draws only the rows in view, so that thousands stay smooth. New rows never move what is being read:
 * the first visible row keeps its place, except at the edge where new rows arrive, which stays in view.
 */
export function VirtualTable({ rows, rowKey, columns, rowHeight = 30, selected, onSelect, onKey, edge = 'top', label, rowClass, header = true, empty, show = selected }) {
  const box = useRef(null);
  const head = useRef(null);
  const anchor = useRef({ key: null, offset: 0, atEdge: true });
  const [view, setView] = useState({ top: 0, height: 600 });
  const id = useId();
  const index = useMemo(() => new Map(rows.map((row, at) => [rowKey(row), at])), [rows]);

  const measure = () => setView({ top: box.current.scrollTop, height: box.current.clientHeight - (head.current?.offsetHeight ?? 0) });
  const remember = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    const at = Math.min(rows.length - 1, Math.floor(scrollTop / rowHeight));
    anchor.current = {
      key: at >= 0 ? rowKey(rows[at]) : null,
      offset: scrollTop - at * rowHeight,
      atEdge: edge === 'bottom' ? scrollHeight - scrollTop - clientHeight < rowHeight : scrollTop < rowHeight / 2,
    };
    measure();
  };

  useLayoutEffect(() => {
    const { key, offset, atEdge } = anchor.current;
    if (atEdge) box.current.scrollTop = edge === 'bottom' ? box.current.scrollHeight : 0;
    else if (index.has(key)) box.current.scrollTop = index.get(key) * rowHeight + offset;
    measure();
  }, [rows]);

  useEffect(() => {
    const watch = new ResizeObserver(() => {
      if (!box.current) return;
      if (anchor.current.atEdge && edge === 'bottom') box.current.scrollTop = box.current.scrollHeight;
      measure();
    });
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);

  // What was selected by a link or by the keyboard, or what is to be shown, comes into view.
  const at = index.get(selected);
  const reveal = row => {
    if (row === undefined) return;
    const [top, bottom] = [row * rowHeight, (row + 1) * rowHeight];
    const height = box.current.clientHeight - (head.current?.offsetHeight ?? 0);
    if (top < box.current.scrollTop) box.current.scrollTop = top;
    else if (bottom > box.current.scrollTop + height) box.current.scrollTop = bottom - height;
  };
  useEffect(() => reveal(index.get(show)), [show]);

  const move = event => {
    if (onKey?.(event)) return;
    const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length };
    if (!(event.key in steps) || rows.length === 0 || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(rows.length - 1, (at ?? (steps[event.key] > 0 ? -1 : rows.length)) + steps[event.key]));
    onSelect?.(rowKey(rows[next]), rows[next], true);
    reveal(next);
  };

  const first = Math.max(0, Math.floor(view.top / rowHeight) - OVERSCAN);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + OVERSCAN);
  const template = columns.map(column => column.width ?? '1fr').join(' ');
  return html`
    <div ref=${box} class="grid" role="grid" tabindex="0" aria-label=${label} aria-rowcount=${rows.length + (header ? 1 : 0)} onScroll=${remember} onKeyDown=${move}
      aria-activedescendant=${at >= first && at < last ? `${id}-${at}` : undefined}>
      ${header && html`<div ref=${head} role="rowgroup" class="grid-head"><div role="row" aria-rowindex="1" class="grid-row" style=${{ gridTemplateColumns: template }}>
        ${columns.map(column => html`<div role="columnheader" class=${column.headClass} key=${column.key}>${column.title}</div>`)}
      </div></div>`}
      <div role="rowgroup" class="grid-space" style=${{ height: `${rows.length * rowHeight}px` }}>
        ${rows.length === 0 && empty ? html`<div role="row"><div role="gridcell">${empty}</div></div>` : null}
        ${rows.slice(first, last).map((row, i) => {
          const key = rowKey(row);
          return html`<div role="row" id=${`${id}-${first + i}`} key=${key} aria-rowindex=${first + i + (header ? 2 : 1)} aria-selected=${key === selected}
            class=${`grid-row ${rowClass?.(row) ?? ''}`} style=${{ gridTemplateColumns: template, top: `${(first + i) * rowHeight}px`, height: `${rowHeight}px` }}
            onClick=${event => !event.target.closest('a,button') && !String(getSelection()) && onSelect?.(key, row, false)}>
            ${columns.map(column => html`<div role="gridcell" class=${column.class} key=${column.key}>${column.cell(row)}</div>`)}
          </div>`;
        })}
      </div>
    </div>`;
}

/** Whether the window is as narrow as a phone. */
export function useNarrow() {
  const query = useMemo(() => matchMedia('(max-width: 720px)'), []);
  const [narrow, set] = useState(query.matches);
  useEffect(() => {
    const listener = () => set(query.matches);
    query.addEventListener('change', listener);
    return () => query.removeEventListener('change', listener);
  }, []);
  return narrow;
}
