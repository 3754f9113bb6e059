/** Orders a trace's spans as a tree, finds the time between producer and consumer, and the critical path. */
export function arrange(trace) {
  const spans = trace.spans.map(span => ({ ...span, children: [], endMs: span.startMs + span.durationMs, parent: null, wait: null, critical: [] }));
  const byId = new Map(spans.map(span => [span.spanId, span]));
  const roots = [];
  for (const span of spans) {
    // A consumer that only links to its producer still belongs under it.
    const linked = span.links.map(link => link.traceId === trace.id ? byId.get(link.spanId) : null).find(Boolean);
    const parent = byId.get(span.parentSpanId) ?? (span.kind === 'Consumer' ? linked : null);
    if (parent && parent !== span && !isAbove(span, parent)) {
      span.parent = parent;
      parent.children.push(span);
    } else {
      roots.push(span);
      span.orphan = Boolean(span.parentSpanId);
    }
    const producer = linked?.kind === 'Producer' ? linked : parent?.kind === 'Producer' ? parent : null;
    // Time in the broker: from when the message was sent to when its handling began. A consumer may have it before the producer
    // hears that the broker has it; then it counts from when it was handed over.
    const sent = producer && (span.startMs > producer.endMs ? producer.endMs : producer.startMs);
    if (span.kind === 'Consumer' && producer && span.startMs > sent) span.wait = { from: sent, to: span.startMs, topic: span.attributes['messaging.destination.name'] ?? producer.attributes['messaging.destination.name'] };
  }
  const byStart = (a, b) => a.startMs - b.startMs || b.durationMs - a.durationMs;
  roots.sort(byStart);
  const ordered = [];
  const stack = roots.map(span => [span, 0]).reverse();
  while (stack.length) {
    const [span, depth] = stack.pop();
    span.depth = depth;
    ordered.push(span);
    span.children.sort(byStart);
    for (let i = span.children.length - 1; i >= 0; i--) stack.push([span.children[i], depth + 1]);
  }
  // Who waits for a message's handling is not who sent it, but what is still running above.
  for (const span of ordered) {
    let above = span.parent;
    while (above?.parent && above.endMs <= span.startMs) above = above.parent;
    if (above) (above.awaited ??= []).push(span);
  }
  const main = byId.get(trace.rootSpanId) ?? roots[0];
  if (main) markCritical(main);
  return { spans: ordered, byId, roots };
}

function isAbove(span, node) {
  for (let seen = 0; node && seen < 10_000; node = node.parent, seen++) if (node === span) return true;
  return false;
}

/** From the end backwards: the child that ended last kept its parent waiting; before that child began, the one before it. What no child covers is the span's own. */
function markCritical(root) {
  const work = [[root, root.endMs]];
  let steps = 0;
  while (work.length && steps++ < 100_000) {
    const [span, until] = work.pop();
    let at = Math.min(until, span.endMs);
    const children = [...span.awaited ?? []].sort((a, b) => b.endMs - a.endMs);
    for (const child of children) {
      if (child.startMs >= at) continue;
      const end = Math.min(child.endMs, at);
      if (end <= child.startMs) continue;
      if (end < at) span.critical.push([end, at]);
      work.push([child, end]);
      at = child.startMs;
    }
    if (at > span.startMs) span.critical.push([span.startMs, at]);
  }
}

/** Whether a span's name, service or an attribute contains the text. */
export function matches(span, find) {
  return span.name.toLowerCase().includes(find) || span.service.toLowerCase().includes(find) || span.spanId === find
    || Object.entries(span.attributes).some(([key, value]) => key.toLowerCase().includes(find) || String(value).toLowerCase().includes(find));
}
