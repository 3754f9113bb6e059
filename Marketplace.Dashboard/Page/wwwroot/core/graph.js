import { html, useEffect, useMemo, useRef, useState } from './ui.js';
import { Icon } from './icons.js';
import { useNarrow } from './virtual.js';

const HEIGHT = 52;
const GAP = 24;
const widthOf = node => Math.min(230, Math.max(120, Math.max(node.title.length * 8.2 + 48, (node.sub?.length ?? 0) * 6.9 + 48)));

// The layout is loaded when the first graph is drawn.
let library;
const load = () => library ??= import('../lib/dagre.esm.js').then(module => module.default);

function arrange(dagre, nodes, edges, direction) {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: direction, nodesep: 26, ranksep: direction === 'LR' ? 76 : 56, edgesep: 18, marginx: 16, marginy: 16 });
  const known = new Set(nodes.map(node => node.id));
  // Those without arrows stand below, where no arrow crosses them.
  const linked = new Set(edges.filter(edge => known.has(edge.from) && known.has(edge.to)).flatMap(edge => [edge.from, edge.to]));
  const alone = nodes.filter(node => !linked.has(node.id));
  for (const node of nodes) if (linked.has(node.id)) graph.setNode(node.id, { width: widthOf(node), height: HEIGHT });
  for (const edge of edges) if (known.has(edge.from) && known.has(edge.to)) graph.setEdge(edge.from, edge.to, { width: edge.label ? edge.label.length * 6.2 : 0, height: edge.label ? 16 : 0, labelpos: 'c' }, edge.key);
  dagre.layout(graph);
  const [width, height] = ['width', 'height'].map(side => Number.isFinite(graph.graph()[side]) ? graph.graph()[side] : 0);
  const place = new Map([...linked].map(id => [id, graph.node(id)]));
  let right = GAP;
  for (const node of alone) {
    place.set(node.id, { x: right + widthOf(node) / 2, y: height + GAP + HEIGHT / 2, width: widthOf(node) });
    right += widthOf(node) + GAP;
  }
  return {
    width: Math.max(width, alone.length && right),
    height: height + (alone.length && HEIGHT + 2 * GAP),
    place,
    routes: edges.filter(edge => known.has(edge.from) && known.has(edge.to)).map(edge => ({ edge, ...graph.edge(edge.from, edge.to, edge.key) })),
  };
}

/** A smooth line through the points the layout chose. */
function path(points) {
  let line = `M${points[0].x},${points[0].y}`;
  for (let i = 1; i < points.length - 1; i++) {
    const [here, next] = [points[i], points[i + 1]];
    const end = i === points.length - 2 ? next : { x: (here.x + next.x) / 2, y: (here.y + next.y) / 2 };
    line += `Q${here.x},${here.y} ${end.x},${end.y}`;
  }
  return points.length === 2 ? `${line}L${points[1].x},${points[1].y}` : line;
}

/** Boxes with arrows between them. A node is a link or a button; what an arrow means stands on it, and in its title. */
export function Graph({ label, nodes, edges, selected, onSelect }) {
  const narrow = useNarrow();
  const [dagre, set] = useState(null);
  const box = useRef(null);
  const [room, setRoom] = useState(0);
  useEffect(() => { load().then(loaded => set(() => loaded)); }, []);
  useEffect(() => {
    if (!box.current) return;
    const watch = new ResizeObserver(() => box.current && setRoom(box.current.clientWidth));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, [Boolean(dagre)]);
  // Placed anew only when something comes or goes: a change of state must not move what is being read.
  const shape = JSON.stringify([nodes.map(n => [n.id, widthOf(n)]), edges.map(e => [e.from, e.to, e.key, Boolean(e.label)]), narrow]);
  const drawn = useMemo(() => dagre && arrange(dagre, nodes, edges, narrow ? 'TB' : 'LR'), [dagre, shape]);
  // Where it is wider than the window, its middle shows first.
  useEffect(() => { if (drawn && box.current) box.current.scrollLeft = (box.current.scrollWidth - box.current.clientWidth) / 2; }, [drawn, room]);
  if (!drawn) return null;
  const now = new Map(edges.map(edge => [`${edge.from} ${edge.to} ${edge.key}`, edge]));
  // Smaller where there is little room, as far as it can still be read.
  const zoom = room ? Math.min(1, Math.max(0.7, (room - 32) / drawn.width)) : 1;
  const near = id => !selected || id === selected || edges.some(e => (e.from === selected && e.to === id) || (e.to === selected && e.from === id));
  return html`<div class="scroll graph-frame" ref=${box} tabindex="0" role="region" aria-label=${label}>
    <div class="graph" style=${{ width: `${drawn.width}px`, height: `${drawn.height}px`, zoom }}>
      <svg width=${drawn.width} height=${drawn.height} aria-hidden="true">
        <defs>${['line', 'bad', 'accent'].map(tone => html`<marker key=${tone} id=${`arrow-${tone}`} viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0,0L10,5L0,10z" class=${`arrow arrow-${tone}`} /></marker>`)}</defs>
        ${drawn.routes.map(({ edge: placed, points }) => {
          const edge = now.get(`${placed.from} ${placed.to} ${placed.key}`) ?? placed;
          const isNear = selected && (edge.from === selected || edge.to === selected);
          const tone = edge.bad ? 'bad' : isNear ? 'accent' : 'line';
          return html`<path key=${`${edge.from} ${edge.to} ${edge.key}`} d=${path(points)} class=${`edge edge-${tone} ${edge.dashed ? 'edge-dashed' : ''} ${selected && !isNear ? 'dim' : ''}`} marker-end=${`url(#arrow-${tone})`} />`;
        })}
      </svg>
      ${drawn.routes.map(({ edge: placed, x, y }) => {
        const edge = now.get(`${placed.from} ${placed.to} ${placed.key}`) ?? placed;
        return edge.label && html`<span key=${`${edge.from} ${edge.to} ${edge.key}`} class=${`edge-label ${edge.bad ? 'bad-text' : ''}`} title=${edge.title} style=${{ left: `${x}px`, top: `${y}px` }}>${edge.label}</span>`;
      })}
      ${nodes.map(node => {
        const { x, y, width } = drawn.place.get(node.id) ?? {};
        return width && html`<button type="button" key=${node.id} class=${`node ${node.tone ? `node-${node.tone}` : ''} ${node.shape ? `node-${node.shape}` : ''} ${near(node.id) ? '' : 'dim'}`} title=${node.description} aria-pressed=${node.id === selected}
          style=${{ left: `${x - width / 2}px`, top: `${y - HEIGHT / 2}px`, width: `${width}px`, height: `${HEIGHT}px` }} onClick=${() => onSelect(node.id === selected ? null : node.id)}>
          ${node.color ? html`<span class="swatch" style=${{ background: node.color }}></span>` : node.icon ? html`<${Icon} name=${node.icon} />` : null}<span class="node-text"><span class="clip node-title">${node.title}</span><span class=${`clip small ${node.state ? `state state-${node.state}` : 'muted'}`}>${node.state && html`<span class="dot"></span>`}${node.sub}</span></span></button>`;
      })}
    </div>
  </div>`;
}
