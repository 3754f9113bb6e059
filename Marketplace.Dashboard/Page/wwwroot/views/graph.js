import { html } from '../core/ui.js';
import { setQuery } from '../core/router.js';
import { Graph } from '../core/graph.js';
import { stateText, tone } from '../core/resources.js';

const WORST = ['bad', 'warn', 'busy', 'off', 'good'];

/** The model: who refers to whom (a line) and who only waits for whom (a dashed one). Replicas are one node, as in the model. */
export function ResourceGraph({ resources, selected }) {
  const byName = new Map();
  for (const resource of resources) {
    const name = resource.replicaOf ?? resource.name;
    byName.set(name, [...byName.get(name) ?? [], resource]);
  }
  const nodes = [...byName].map(([name, list]) => {
    const worst = [...list].sort((a, b) => WORST.indexOf(tone(a)) - WORST.indexOf(tone(b)))[0];
    return {
      id: name,
      title: list.length > 1 ? `${name} ×${list.length}` : worst.displayName,
      sub: list.length > 1 ? `${list.filter(r => r.state === 'Running').length} of ${list.length} running` : stateText(worst),
      state: tone(worst),
      tone: tone(worst),
      description: [worst.type, worst.reason].filter(Boolean).join(': '),
    };
  });
  const edges = new Map();
  const add = (from, to, kind) => {
    const key = `${from} ${to}`;
    if (from !== to && byName.has(to) && edges.get(key)?.kind !== 'Reference') edges.set(key, { from, to, key: 'relation', kind, dashed: kind !== 'Reference' });
  };
  for (const [name, list] of byName) {
    for (const resource of list) {
      for (const relation of resource.relations) add(name, relation.resourceName, relation.kind);
      if (resource.parent) add(name, resource.parent, 'Parent');
    }
  }
  return html`<${Graph} label="Graph of the model" nodes=${nodes} edges=${[...edges.values()]} selected=${resources.find(r => r.name === selected)?.replicaOf ?? selected}
    onSelect=${name => setQuery({ resource: name && (byName.get(name).find(r => r.name === name) ?? byName.get(name)[0]).name }, { push: true })} />
    <p class="legend small muted"><span class="edge-sample"></span> refers to <span class="edge-sample edge-sample-dashed"></span> waits for, or belongs to</p>`;
}
