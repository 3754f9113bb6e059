import { html } from './ui.js';
import { post } from './api.js';
import { Button, say } from './parts.js';

const STOPPED = new Set(['Exited', 'Finished', 'FailedToStart', 'NotStarted', 'RuntimeUnhealthy']);

/** How a resource is doing, as one of good, busy, warn, bad, off. */
export function tone(resource) {
  const { state, health, exitCode } = resource;
  if (state === 'FailedToStart' || state === 'RuntimeUnhealthy' || (state === 'Exited' && exitCode)) return 'bad';
  if (STOPPED.has(state) || !state) return 'off';
  if (state !== 'Running') return 'busy';
  if (health === 'Unhealthy') return 'bad';
  return health === 'Degraded' ? 'warn' : 'good';
}

export function stateText(resource) {
  const { state, health, exitCode } = resource;
  if (state === 'Running' && health && health !== 'Healthy') return `Running, ${health.toLowerCase()}`;
  if (state === 'Exited' && exitCode != null) return `Exited with ${exitCode}`;
  return { FailedToStart: 'Failed to start', NotStarted: 'Not started', RuntimeUnhealthy: 'Runtime unhealthy' }[state] ?? state ?? 'Unknown';
}

export const State = ({ resource }) => html`<span class=${`state state-${tone(resource)}`}><span class="dot"></span>${stateText(resource)}</span>`;

export const isLink = url => /^https?:\/\//i.test(url);

export async function run(resource, command) {
  if (command.confirmation && !confirm(command.confirmation)) return;
  try {
    const outcome = await post(`resources/${encodeURIComponent(resource.name)}/commands/${encodeURIComponent(command.name)}`);
    say(outcome.success ? outcome.message ?? `${command.displayName}: ${resource.displayName}` : `${command.displayName} of ${resource.displayName} failed. ${outcome.message ?? ''}`, !outcome.success);
  } catch (error) {
    say(error.message, true);
  }
}

const ICONS = { 'resource-start': 'play', 'resource-stop': 'stop', 'resource-restart': 'restart' };

export const Commands = ({ resource, named }) => html`<span class="commands">
  ${resource.commands.filter(command => named || (ICONS[command.name] && command.enabled)).map(command => html`
    <${Button} key=${command.name} class=${named ? 'button' : 'button button-icon quiet'} icon=${ICONS[command.name]} disabled=${!command.enabled} label=${`${command.displayName} ${resource.displayName}`} title=${command.description ?? command.displayName}
      onClick=${event => { event.stopPropagation(); run(resource, command); }}>${named ? command.displayName : null}</${Button}>`)}
</span>`;

/** Replicas under their service, children under their parent, otherwise in the model's order. */
export function grouped(resources) {
  const children = new Map();
  const roots = [];
  const names = new Set(resources.map(r => r.name));
  for (const resource of resources) {
    const parent = resource.parent && resource.parent !== resource.name && names.has(resource.parent) ? resource.parent : resource.replicaOf ? `replicas:${resource.replicaOf}` : null;
    if (!parent) roots.push(resource);
    else if (children.has(parent)) children.get(parent).push(resource);
    else {
      children.set(parent, [resource]);
      if (!names.has(parent)) roots.push({ group: resource.replicaOf, key: parent });
    }
  }
  const rows = [];
  const add = (item, depth) => {
    const under = children.get(item.key ?? item.name) ?? [];
    if (item.group) rows.push({ key: item.key, group: item.group, replicas: under, depth });
    else rows.push({ key: item.name, resource: item, depth });
    if (depth < 8) for (const child of under) add(child, depth + 1);
  };
  for (const root of roots) add(root, 0);
  return rows;
}
