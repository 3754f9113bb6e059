import { html, useEffect, useRef } from './ui.js';
import { quantity } from './format.js';

// uPlot comes as a classic script; it is loaded when the first chart is drawn.
let library;
const load = () => library ??= new Promise((resolve, reject) => {
  const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/lib/uPlot.min.css' });
  const script = Object.assign(document.createElement('script'), { src: '/lib/uPlot.iife.min.js', onload: () => resolve(window.uPlot), onerror: reject });
  document.head.append(style, script);
});

// A canvas knows no custom properties: an element that uses one tells which colour it is now.
function colorNow(property) {
  const probe = document.body.appendChild(Object.assign(document.createElement('i'), { hidden: true }));
  probe.style.color = `var(${property})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const pad = number => String(number).padStart(2, '0');
const clock = (seconds, step) => {
  const at = new Date(seconds * 1000);
  return `${pad(at.getHours())}:${pad(at.getMinutes())}${step < 60 ? `:${pad(at.getSeconds())}` : ''}`;
};

// Bytes are told in powers of 1024, so ticks between them would be odd numbers.
const POWERS = Array.from({ length: 50 }, (_, power) => 2 ** power);
// A tick is a round number: zeros at its end say nothing.
const tickText = (value, unit) => quantity(value, unit).replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '');
// A value without neighbours makes no line, so it is drawn as a point.
const lonely = (u, series) => u.data[series].flatMap((value, at, values) => value != null && values[at - 1] == null && values[at + 1] == null ? [at] : []);

/** Lines over time. Dragging across it picks a range; a dot is a measurement that leads to its trace. */
export function Chart({ times, lines, unit, label, height = 260, points = [], onRange, onPoint }) {
  const box = useRef(null);
  const plot = useRef(null);
  const latest = useRef({});
  latest.current = { points, onRange, onPoint };
  const shape = JSON.stringify([lines.map(line => [line.name, line.color]), unit]);

  useEffect(() => {
    let gone = false;
    let watch;
    let theme;
    const element = box.current;
    load().then(uPlot => {
      if (gone || !element?.isConnected) return;
      const axis = { stroke: () => colorNow('--muted'), grid: { stroke: () => colorNow('--line'), width: 1 }, ticks: { show: false }, font: `12px ${getComputedStyle(document.body).fontFamily}` };
      const dots = u => {
        const { ctx } = u;
        ctx.save();
        ctx.fillStyle = colorNow('--accent');
        for (const point of latest.current.points) {
          const [x, y] = [u.valToPos(point.timeMs / 1000, 'x', true), u.valToPos(point.value, 'y', true)];
          if (x < u.bbox.left || x > u.bbox.left + u.bbox.width || y < u.bbox.top || y > u.bbox.top + u.bbox.height) continue;
          ctx.beginPath();
          ctx.arc(x, y, 4 * devicePixelRatio, 0, 2 * Math.PI);
          ctx.fill();
        }
        ctx.restore();
      };
      plot.current = new uPlot({
        width: element.clientWidth,
        height,
        legend: { live: true },
        cursor: { drag: { x: true, y: false, setScale: false } },
        // Away from the pointer the legend tells the latest values.
        series: [{ value: (u, at) => at == null ? '' : new Date(at * 1000).toLocaleTimeString('en-GB') }, ...lines.map(line => ({ label: line.name, stroke: () => colorNow(line.color), width: 2, spanGaps: false, points: { show: false, size: 4, filter: lonely }, value: (u, value, series, at) => quantity(at == null ? u.data[series].findLast(v => v != null) : value, unit) }))],
        axes: [{ ...axis, size: 32, space: 64, values: (_, ticks, __, ___, step) => ticks.map(tick => clock(tick, step)) }, { ...axis, size: 76, ...(unit?.startsWith('By') ? { incrs: POWERS } : {}), values: (_, ticks) => ticks.map(tick => tickText(tick, unit)) }],
        scales: { x: { time: true }, y: { range: (_, low, high) => low == null ? [0, 1] : [Math.min(0, low), high === 0 ? 1 : high * 1.08] } },
        hooks: {
          draw: [dots],
          setSelect: [u => {
            if (u.select.width > 4) latest.current.onRange?.(u.posToVal(u.select.left, 'x') * 1000, u.posToVal(u.select.left + u.select.width, 'x') * 1000);
            u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
          }],
          ready: [u => u.over.addEventListener('click', event => {
            const near = latest.current.points.find(point => Math.hypot(u.valToPos(point.timeMs / 1000, 'x') - event.offsetX, u.valToPos(point.value, 'y') - event.offsetY) < 8);
            if (near) latest.current.onPoint?.(near);
          })],
        },
      }, [times.map(at => at / 1000), ...lines.map(line => line.values)], element);
      watch = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
      watch.observe(element);
      theme = new MutationObserver(() => plot.current?.redraw(false));
      theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    });
    return () => { gone = true; watch?.disconnect(); theme?.disconnect(); plot.current?.destroy(); plot.current = null; };
  }, [shape]);

  useEffect(() => { plot.current?.setData([times.map(at => at / 1000), ...lines.map(line => line.values)]); }, [times, lines]);
  return html`<div class="chart" ref=${box} role="img" aria-label=${label}></div>`;
}
