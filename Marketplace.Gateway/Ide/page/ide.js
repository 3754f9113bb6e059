// The page's behaviour. No framework, no request but to this gateway.
const ENDPOINT = '/graphql';
const FIRST_QUERY = `# Ctrl Enter runs this query.
query {
  getProductById(id: "123") {
    id
    title
    price {
      amount
      currency
    }
    source
  }
}
`;

// Of a subscription; older ones are forgotten.
const ANSWERS_SHOWN = 50;

const $ = id => document.getElementById(id);
const element = (tag, text, properties = {}) => Object.assign(document.createElement(tag), { textContent: text ?? '' }, properties);

// ---- What is kept between visits; a browser may refuse to keep anything.
const memory = {
  get(key) { try { return localStorage.getItem('marketplace.' + key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem('marketplace.' + key, value); } catch { /* then not */ } },
};

// ---- Colours: a text is cut into tokens and rebuilt as spans.
const GRAPHQL_TOKENS = /(?<comment>#[^\n]*)|(?<string>"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?)|(?<variable>\$\w+|@\w+)|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<keyword>\b(?:query|mutation|subscription|fragment|on|true|false|null)\b)|(?<name>\b[_A-Za-z]\w*)/g;
const JSON_TOKENS = /(?<key>"(?:\\.|[^"\\])*"(?=\s*:))|(?<string>"(?:\\.|[^"\\])*"?)|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<keyword>\b(?:true|false|null)\b)/g;

function paint(target, text, tokens) {
  const painted = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(tokens)) {
    painted.append(text.slice(end, match.index));
    const kind = Object.keys(match.groups).find(name => match.groups[name] !== undefined);
    painted.append(element('span', match[0], { className: 't-' + kind }));
    end = match.index + match[0].length;
  }
  painted.append(text.slice(end) + '\n');
  target.replaceChildren(painted);
}

// ---- Editors: a transparent text area over its painted copy.
function editor(name, tokens, onInput) {
  const area = $(name), copy = $(name + '-paint');
  const refresh = () => { paint(copy, area.value, tokens); memory.set(name, area.value); onInput?.(); };
  area.addEventListener('input', refresh);
  area.addEventListener('scroll', () => {
    copy.parentElement.scrollTop = area.scrollTop;
    copy.parentElement.scrollLeft = area.scrollLeft;
  });
  area.addEventListener('keydown', event => {
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && $('suggestions').hidden) {
      event.preventDefault();
      const before = area.value.slice(0, area.selectionStart);
      const indent = before.match(/[^\S\n]*(?=[^\n]*$)/)[0] + (/[{([]\s*$/.test(before) ? '  ' : '');
      insert(area, '\n' + indent);
    }
  });
  return { area, refresh, set(text) { area.value = text; refresh(); } };
}

function insert(area, text, from = area.selectionStart) {
  area.setRangeText(text, from, area.selectionEnd, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
}

const query = editor('query', GRAPHQL_TOKENS, () => { listOperations(); suggestions.close(); });
const variables = editor('variables', JSON_TOKENS);

// ---- Operations: with several in the document, the reader chooses, or the cursor does.
function operations() {
  const found = [];
  let depth = 0;
  for (const match of query.area.value.matchAll(/#[^\n]*|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|[{}]|(?<![$@\w])(query|mutation|subscription)\b(?:\s+(\w+))?(?=\s*[{(@])/g)) {
    if (match[0] === '{') depth++;
    else if (match[0] === '}') depth--;
    else if (match[1] && depth === 0) found.push({ kind: match[1], name: match[2], at: match.index });
  }
  return found;
}

function listOperations() {
  const select = $('operation'), found = operations(), chosen = select.value;
  select.hidden = found.length < 2;
  select.replaceChildren(element('option', 'at the cursor', { value: '' }), ...found.filter(({ name }) => name).map(({ name }) => element('option', name, { value: name })));
  select.value = found.some(({ name }) => name === chosen) ? chosen : '';
}

function operationToRun() {
  const found = operations(), chosen = $('operation').value, cursor = query.area.selectionStart;
  return found.find(({ name }) => name && name === chosen) ?? found.findLast(({ at }) => at <= cursor) ?? found[0];
}

// ---- Running.
let running;

const send = (body, accept, signal) => fetch(ENDPOINT, {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept },
  body: JSON.stringify(body),
  signal,
});

async function post(body, signal) {
  const response = await send(body, 'application/graphql-response+json', signal);
  return { status: response.status, text: await response.text() };
}

// A subscription's answers come as server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
async function* answersOf(body, signal) {
  const response = await send(body, 'text/event-stream', signal);
  if (!response.ok) throw new Error(`it answered with status ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const events = (text + part.value).split('\n\n');
    text = events.pop();
    for (const event of events) {
      const fields = Object.fromEntries(event.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]));
      if (fields.event === 'complete') return;
      if (fields.event === 'next') yield fields.data;
    }
  }
  throw new Error('the connection has ended; run the subscription again');
}

async function run() {
  let values;
  try {
    values = variables.area.value.trim() ? JSON.parse(variables.area.value) : undefined;
  } catch (error) {
    showErrors([{ message: `The variables are not valid JSON: ${error.message}` }]);
    showStatus('not sent', true);
    return;
  }

  running?.abort();
  const current = running = new AbortController();
  const operation = operationToRun(), request = { query: query.area.value, variables: values, operationName: operation?.name };
  $('run').setAttribute('aria-busy', 'true');
  $('stop').hidden = true;
  showStatus('…');
  try {
    await (operation?.kind === 'subscription' ? listen : ask)(request, current.signal);
  } catch (error) {
    if (error.name === 'AbortError') return;
    showErrors([{ message: `The gateway cannot be reached: ${error.message}` }]);
    showStatus('no answer', true);
  } finally {
    if (running === current) {
      $('run').removeAttribute('aria-busy');
      $('stop').hidden = true;
    }
  }
}

async function ask(request, signal) {
  const start = performance.now();
  const { status, text } = await post(request, signal);
  const took = performance.now() - start;
  const errors = show([text]);
  showStatus(`${status} · ${took.toFixed(took < 10 ? 1 : 0)} ms · ${new Blob([text]).size} B`, status >= 400 || errors > 0);
}

async function listen(request, signal) {
  const latest = [];
  let count = 0, errors = 0;
  $('run').removeAttribute('aria-busy');
  $('stop').hidden = false;
  $('stop').onclick = () => { running.abort(); showStatus(`stopped · ${count} received`); };
  showStatus('listening');
  show([]);
  for await (const text of answersOf(request, signal)) {
    latest.unshift(text);
    latest.length = Math.min(latest.length, ANSWERS_SHOWN);
    errors = show(latest);
    showStatus(`listening · ${++count} received`, errors > 0);
  }
  showStatus(`ended · ${count} received`, errors > 0);
}

// The latest answer first; its errors apart. Returns how many they are.
function show(texts) {
  const laidOut = texts.map(text => {
    // The text itself is laid out, not the parsed answer: a number keeps its digits.
    try { return { text: layOut(text), errors: JSON.parse(text).errors ?? [] }; } catch { return { text, errors: [] }; }
  });
  paint($('answer'), laidOut.map(({ text }) => text).join('\n\n'), JSON_TOKENS);
  $('copy').hidden = texts.length === 0;
  showErrors(laidOut[0]?.errors ?? []);
  return laidOut[0]?.errors.length ?? 0;
}

function layOut(json) {
  let text = '', indent = '';
  for (const [token] of json.matchAll(/"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (token === '{' || token === '[') { indent += '  '; text += token + '\n' + indent; }
    else if (token === '}' || token === ']') {
      indent = indent.slice(2);
      text = /[{[]\s*$/.test(text) ? text.trimEnd() + token : text + '\n' + indent + token;
    }
    else if (token === ',') text += ',\n' + indent;
    else if (token === ':') text += ': ';
    else text += token;
  }
  return text;
}

function showStatus(text, failed = false) {
  $('status').textContent = text;
  $('status').classList.toggle('failed', failed);
}

function showErrors(errors) {
  $('errors').hidden = errors.length === 0;
  $('errors').replaceChildren(...errors.map(({ message, path, locations, extensions }) => {
    const item = element('li');
    if (extensions?.code) item.append(element('strong', extensions.code));
    item.append(message);
    if (path) item.append(element('small', ` at ${path.join('.')}`));
    if (locations?.[0]) {
      const { line, column } = locations[0];
      item.append(element('button', `line ${line}`, { onclick: () => goTo(line, column) }));
    }
    if (extensions?.traceId) item.append(element('br'), element('small', `trace ${extensions.traceId}`));
    return item;
  }));
}

function goTo(line, column) {
  const lines = query.area.value.split('\n');
  const at = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  query.area.focus();
  query.area.setSelectionRange(at, at);
}

// ---- Tidy: one field a line, two spaces a level; what stands in parentheses stays on its line.
function tidy(text) {
  let out = '', depth = 0, parentheses = 0;
  const newLine = () => { out = out.trimEnd() + '\n' + '  '.repeat(depth); };
  for (const [token] of text.matchAll(/#[^\n]*|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|\.\.\.|[{}()[\]:=!,|&]|[^\s{}()[\]:=!,|&"#.]+|\.|"/g)) {
    const inParentheses = parentheses > 0;
    if (token.startsWith('#')) { out = out.replace(/[^\S\n]+$/, ''); out += (out && !out.endsWith('\n') ? '\n' : '') + '  '.repeat(depth) + token; newLine(); }
    else if (token === '{' && !inParentheses) { depth++; out = out.trimEnd() + (out.trim() ? ' {' : '{'); newLine(); }
    else if (token === '}' && !inParentheses) { depth--; newLine(); out += '}'; if (depth === 0) out += '\n\n'; else newLine(); }
    else if (token === ',') { if (inParentheses) out = out.trimEnd() + ', '; }
    else if (token === '(' || token === '[') { if (token === '(') parentheses++; else if (!inParentheses) { out += '['; continue; } out = (token === '(' ? out.trimEnd() : out) + token; }
    else if (token === ')') { parentheses--; out = out.trimEnd() + ') '; }
    else if (token === ']' || token === '!') out = out.trimEnd() + token + ' ';
    else if (token === ':') out = out.trimEnd() + ': ';
    else if (token === '=') out = out.trimEnd() + ' = ';
    else {
      const startsLine = depth > 0 && !inParentheses && !/[{\n]\s*$|:\s$|\.\.\.$|\bon $|\.\.\. $/.test(out) && !token.startsWith('@');
      if (startsLine && out.trim()) newLine();
      out += token + (token === '...' ? '' : ' ');
      if (token === '...') continue;
    }
  }
  return out.replace(/[^\S\n]+$/gm, '').replace(/\.\.\.on\b/g, '... on').trim() + '\n';
}

// ---- The schema, from introspection.
const TYPE_REF = 'kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } }';
const INTROSPECTION = `{ __schema {
  description
  queryType { name } mutationType { name } subscriptionType { name }
  types { kind name description specifiedByURL
    fields(includeDeprecated: true) { name description isDeprecated deprecationReason type { ${TYPE_REF} }
      args { name description defaultValue type { ${TYPE_REF} } } }
    inputFields { name description defaultValue type { ${TYPE_REF} } }
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
    possibleTypes { name } } } }`;

const schema = { types: new Map(), roots: {} };
const named = type => type.ofType ? named(type.ofType) : type.name;
const written = type => type.kind === 'NON_NULL' ? written(type.ofType) + '!' : type.kind === 'LIST' ? `[${written(type.ofType)}]` : type.name;

async function loadSchema() {
  try {
    const { text } = await post({ query: INTROSPECTION });
    const { data, errors } = JSON.parse(text);
    if (!data) throw new Error(errors?.[0]?.message ?? 'no answer');
    const found = data.__schema;
    schema.description = found.description;
    schema.roots = { query: found.queryType?.name, mutation: found.mutationType?.name, subscription: found.subscriptionType?.name };
    schema.types = new Map(found.types.map(type => [type.name, type]));
    visit([]);
  } catch (error) {
    $('doc').replaceChildren(element('p', `The schema cannot be shown: ${error.message}`));
  }
}

let trail = [];

function visit(names) {
  trail = names;
  $('search').value = '';
  $('trail').replaceChildren(...['Schema', ...names].map((name, index) => {
    const step = element('button', name, { onclick: () => visit(names.slice(0, index)) });
    if (index === names.length) step.setAttribute('aria-current', 'true');
    return index ? [' › ', step] : [step];
  }).flat());
  const name = names.at(-1);
  $('doc').replaceChildren(...(name ? describe(schema.types.get(name)) : overview()));
  $('doc').scrollTop = 0;
}

const open = name => { visit([...trail.filter(known => known !== name), name]); $('doc').focus(); };
const link = (text, name) => element('button', text, { onclick: () => open(name) });

function overview() {
  const own = [...schema.types.values()].filter(({ name, kind, description }) => !name.startsWith('__') && (kind !== 'SCALAR' || description));
  const roots = Object.values(schema.roots).filter(Boolean);
  const list = element('dl');
  for (const type of [...roots.map(name => schema.types.get(name)), ...own.filter(({ name }) => !roots.includes(name)).sort((a, b) => a.name.localeCompare(b.name))]) {
    const term = element('dt');
    term.append(link(type.name, type.name), element('span', ' ' + type.kind.toLowerCase().replace('_', ' '), { className: 'hint' }));
    list.append(term, element('dd', type.description));
  }
  return [element('p', schema.description), list];
}

function describe(type) {
  const list = element('dl');
  for (const member of type.fields ?? type.inputFields ?? type.enumValues ?? []) list.append(...describeMember(member));
  for (const { name } of (!type.fields && type.possibleTypes) || []) { const term = element('dt'); term.append(link(name, name)); list.append(term); }
  const parts = [element('h3', type.name), element('p', type.description), list];
  if (type.specifiedByURL) {
    const specification = element('p', 'Defined at ');
    specification.append(element('a', type.specifiedByURL, { href: type.specifiedByURL, rel: 'noreferrer', target: '_blank' }));
    parts.push(specification);
  }
  return parts;
}

function describeMember({ name, description, type, args, isDeprecated, deprecationReason, defaultValue }) {
  const term = element('dt', name);
  if (args?.length) {
    term.append('(');
    args.forEach((argument, index) => term.append(index ? ', ' : '', `${argument.name}: `, link(written(argument.type), named(argument.type)), argument.defaultValue ? ` = ${argument.defaultValue}` : ''));
    term.append(')');
  }
  if (type) term.append(': ', link(written(type), named(type)));
  if (defaultValue) term.append(` = ${defaultValue}`);
  const explanation = element('dd', description);
  for (const argument of args ?? []) if (argument.description) explanation.append(element('div', `${argument.name}: ${argument.description}`));
  if (isDeprecated) explanation.append(element('div', `Deprecated: ${deprecationReason ?? ''}`, { className: 'deprecated' }));
  return [term, explanation];
}

$('search').addEventListener('input', () => {
  const wanted = $('search').value.trim().toLowerCase();
  if (!wanted) { visit(trail); return; }
  const list = element('dl');
  for (const type of schema.types.values()) {
    if (type.name.startsWith('__')) continue;
    const hits = (type.fields ?? type.inputFields ?? type.enumValues ?? []).filter(({ name }) => name.toLowerCase().includes(wanted));
    if (!hits.length && !type.name.toLowerCase().includes(wanted)) continue;
    const term = element('dt');
    term.append(link(type.name, type.name));
    list.append(term, element('dd', hits.map(({ name }) => name).join(', ') || type.description));
  }
  $('doc').replaceChildren(list.childElementCount ? list : element('p', 'Nothing of that name.'));
});

// ---- Suggestions: the fields of the type the cursor stands in, or the arguments of the field.
function contextAt(text) {
  const types = [];
  let field, argumentsOf, root = schema.roots.query, afterOn = false, last = '';
  for (const match of text.matchAll(/#[^\n]*|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|\$\w+|@\w+|\.\.\.|[{}():]|[_A-Za-z]\w*/g)) {
    const token = match[0], type = schema.types.get(types.at(-1));
    if (token[0] === '#' || token[0] === '"') continue;
    if (token === '{') { if (!argumentsOf) { types.push(types.length || field ? (field ? named(field.type) : root) : root); field = undefined; } }
    else if (token === '}') { if (!argumentsOf) { types.pop(); field = undefined; } }
    else if (token === '(') argumentsOf = field ?? {};
    else if (token === ')') argumentsOf = undefined;
    else if (token === 'on' && !argumentsOf) afterOn = true;
    else if (afterOn && /^\w/.test(token)) { root = token; field = { type: { name: token } }; afterOn = false; }
    else if (!types.length && schema.roots[token]) { root = schema.roots[token]; field = undefined; }
    else if (types.length && !argumentsOf && /^[_A-Za-z]/.test(token) && last !== '...') field = type?.fields?.find(({ name }) => name === token) ?? field;
    last = token;
  }
  return { type: schema.types.get(types.at(-1)), argumentsOf, last };
}

const suggestions = {
  list: $('suggestions'), items: [], chosen: 0, from: 0,
  open() {
    const { area } = query, before = area.value.slice(0, area.selectionStart);
    const word = before.match(/[_A-Za-z]\w*$/)?.[0] ?? '';
    const { type, argumentsOf, last } = contextAt(before.slice(0, before.length - word.length));
    const valueOf = argumentsOf && last === ':' && argumentsOf.args?.find(({ name }) => name === before.match(/(\w+)\s*:\s*\w*$/)?.[1]);
    const candidates = valueOf ? schema.types.get(named(valueOf.type))?.enumValues
      : argumentsOf ? argumentsOf.args
      : type?.fields && [...type.fields, { name: '__typename', type: { name: 'String' } }];
    this.items = (candidates ?? []).filter(({ name }) => name.toLowerCase().startsWith(word.toLowerCase()) && name !== word);
    this.from = area.selectionStart - word.length;
    this.chosen = 0;
    if (!this.items.length) { this.close(); return; }
    const line = before.split('\n').length, column = before.length - before.lastIndexOf('\n') - 1;
    this.list.replaceChildren(...this.items.map((item, index) => {
      const entry = element('li', item.name, { role: 'option', id: `suggestion-${index}`, onmousedown: event => { event.preventDefault(); this.take(index); } });
      entry.append(element('small', item.type ? written(item.type) : ''));
      return entry;
    }));
    this.list.hidden = false;
    this.list.style.top = `${Math.min(line * 20 + 12 - area.scrollTop, area.clientHeight - 60)}px`;
    this.list.style.left = `${Math.min(column * 7.8 + 10 - area.scrollLeft, area.clientWidth - 200)}px`;
    this.choose(0);
  },
  choose(index) {
    this.chosen = (index + this.items.length) % this.items.length;
    [...this.list.children].forEach((entry, at) => entry.setAttribute('aria-selected', at === this.chosen));
    this.list.children[this.chosen].scrollIntoView({ block: 'nearest' });
    query.area.setAttribute('aria-activedescendant', `suggestion-${this.chosen}`);
  },
  take(index) { const { name } = this.items[index]; const from = this.from; this.close(); insert(query.area, name, from); },
  close() { this.list.hidden = true; query.area.removeAttribute('aria-activedescendant'); },
  key(event) {
    if (this.list.hidden) return;
    const acts = { ArrowDown: () => this.choose(this.chosen + 1), ArrowUp: () => this.choose(this.chosen - 1), Enter: () => this.take(this.chosen), Escape: () => this.close() };
    if (acts[event.key]) { event.preventDefault(); event.stopImmediatePropagation(); acts[event.key](); }
  },
};

query.area.addEventListener('keydown', event => suggestions.key(event), { capture: true });
query.area.addEventListener('blur', () => suggestions.close());
query.area.addEventListener('keydown', event => {
  if (event.ctrlKey && event.key === ' ') { event.preventDefault(); suggestions.open(); }
});

// ---- Buttons and keys.
document.addEventListener('keydown', event => {
  if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') { event.preventDefault(); run(); }
});
$('run').addEventListener('click', run);
$('tidy').addEventListener('click', () => query.set(tidy(query.area.value)));
$('copy').addEventListener('click', async () => {
  await navigator.clipboard?.writeText($('answer').textContent);
  showStatus('copied');
});
$('toggle-docs').addEventListener('click', () => {
  const shown = $('docs').toggleAttribute('hidden') === false;
  document.querySelector('main').classList.toggle('no-docs', !shown);
  $('toggle-docs').setAttribute('aria-expanded', shown);
});
$('theme').addEventListener('click', () => {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'light' : 'dark';
  memory.set('theme', document.documentElement.dataset.theme);
});

// ---- Start.
const theme = memory.get('theme');
if (theme) document.documentElement.dataset.theme = theme;
const address = new URLSearchParams(location.search);
query.set(address.get('query') ?? memory.get('query') ?? FIRST_QUERY);
variables.set(address.get('variables') ?? memory.get('variables') ?? '');
loadSchema();
