#include "share/page/page.h"

namespace custos::share::page {

// Reads the findings embedded as JSON and shows those that the filters let through, a page at a time. Text reaches the
// document only as text nodes. Without this script the page still holds the most important findings and the whole coverage.
extern const std::string_view kScript = R"js(
(() => {
'use strict';
const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'];
const SHAPES = ['\u25CB', '\u25CF', '\u25C6', '\u25B2', '\u25B2\u25B2'];
const PAGE = 50, BUCKETS = 96, CHOICES = 1000;
const at = (id) => document.getElementById(id);
const parse = (node) => JSON.parse(node.textContent);
const tables = parse(at('tables'));
const rules = tables.rules, files = tables.files;
const all = [];
for (const node of document.querySelectorAll('script.findings')) {
  for (const f of parse(node)) {
    if (f.t !== null) f.t /= 1000;  // milliseconds with a fraction: a double holds microseconds for some ten thousand years
    all.push(f);
  }
  node.remove();
}
if (!all.length) return;
const rule = (f) => rules[f.r];
const number = (n) => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
const HOSTILE = /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/g;
const code = (c) => '<U+' + c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0') + '>';
const visible = (s) => s.replace(HOSTILE, code);
// For what is shown line by line.
const lines = (s) => s.replace(/\r\n/g, '\n').replace(HOSTILE, (c) => c === '\n' || c === '\t' ? c : code(c));
const when = (t) => {
  if (t === null || Math.abs(t) > 8.64e15) return 'no time';
  const whole = Math.floor(t), micros = Math.round((t - whole) * 1000);
  const text = new Date(whole).toISOString();
  return micros ? text.slice(0, -1) + String(micros).padStart(3, '0') + 'Z' : text.replace('.000Z', 'Z');
};
function make(tag, css, ...children) {
  const e = document.createElement(tag);
  if (css) e.className = css;
  const shown = tag === 'pre' || css === 'meaning' ? lines : visible;
  for (const c of children) e.append(typeof c === 'string' ? document.createTextNode(shown(c)) : c);
  return e;
}
function level(n) {
  const shape = make('span', '', SHAPES[n]);
  shape.setAttribute('aria-hidden', 'true');
  return make('span', 'level ' + LEVELS[n], shape, ' ' + LEVELS[n]);
}
const family = (r) => r.kind === 'behavior' ? 'Unusual behaviour' : r.title || r.id;  // its rules name an actor each: too many to choose from
const values = (f, kind) => f.e.filter((x) => x[0] === kind).map((x) => x[1]);
const place = (p) => files[p[0]] + (p[2] ? ', record ' + number(p[2]) : '') + ', byte ' + number(p[1]);  // a correlation's events go by their place
const LONG = 1021;  // bytes: a value of 1 KiB that was cut between letters has so many at least
const isLong = (s) => s.length >= LONG / 3 && new TextEncoder().encode(s).length >= LONG;
const heading = (text) => make('h4', '', text);

function terms(pairs, css) {
  const dl = make('dl');
  for (const [name, value] of pairs) if (value) dl.append(make('dt', '', name), make('dd', css, value));
  return dl;
}
function listing(items, css) {
  const ul = make('ul', css);
  for (const i of items) ul.append(make('li', '', i));
  return ul;
}
function matched(f) {
  const head = make('tr');
  for (const h of ['Field', 'Value', 'At byte']) {
    const th = make('th', h === 'At byte' ? 'number' : '', h);
    th.scope = 'col';
    head.append(th);
  }
  const body = make('tbody');
  for (const [field, value, offset] of f.m) {
    body.append(make('tr', '', make('td', '', field || '(anywhere in the record)'), make('td', 'code', value),
                     make('td', 'number', offset === null ? 'not known' : number(offset))));
  }
  return make('table', 'plain', make('thead', '', head), body);
}
// A bar beside its label where all are short, else below it. The figures stand in the picture, so that no colour or length alone tells them.
function bars(c) {
  const side = c.b.every((x) => x[0].length <= 12), step = side ? 18 : 34, from = side ? 24 : 0, room = side ? 60 : 82;
  const most = c.b.reduce((m, x) => Math.max(m, x[1] || 0), 0), told = c.c + (c.u ? ' (' + c.u + ')' : '');
  const svg = shape('svg', { class: 'bars', role: 'img', height: c.b.length * step + 2,
    'aria-label': visible(told + ': ' + c.b.map((x) => x[0] + ' ' + x[2]).join(', ')) });
  c.b.forEach(([label, value, figure], i) => {
    const y = i * step + (side ? 0 : 16), long = most > 0 && value > 0 ? Math.max(0.5, value / most * room) : 0;
    const group = shape('g', {}, '');
    group.append(shape('title', {}, visible(label + ': ' + figure)),
      shape('text', { x: 0, y: i * step + 12 }, visible(label.length > 52 ? label.slice(0, 50) + '\u2026' : label)),
      shape('rect', { x: from + '%', y: y + 2, width: long.toFixed(2) + '%', height: 12, class: 's-bar' }),
      shape('text', { x: (from + long + 1.2).toFixed(2) + '%', y: y + 12, class: 's-figure' }, figure));
    svg.append(group);
  });
  const box = make('div', 'drawn', make('p', 'soft', told), svg);
  if (c.bn > c.b.length) box.append(make('p', 'soft', 'and ' + number(c.bn - c.b.length) + ' more bars.'));
  return box;
}
function reason(c) {
  const text = make('div', '', heading(c.k), make('p', '', c.s),
    terms([['how rare', c.p + ' (p = ' + c.q + ')'], ['stage', c.a], ['window from', c.w], ['detector', c.d]], '')), behind = make('div', 'behind');
  if (c.e.length) behind.append(make('p', 'soft', 'Evidence'), listing(c.e.map(place), 'evidence'));
  if (c.en > c.e.length) behind.append(make('p', '', 'and ' + number(c.en - c.e.length) + ' more records.'));
  return make('div', 'reason', text, c.b.length ? bars(c) : make('div', 'drawn'), behind);
}
function behavior(b) {
  const parts = [make('p', 'taken', 'Taken together: ' + b.p + ' ', make('span', 'soft', '(' + b.q + '; threshold ' + b.h + ').' + (b.t ? ' Raised at ' + b.t + '.' : ''))), ...b.r.map(reason)];
  if (b.n > b.r.length) parts.push(make('p', '', 'and ' + number(b.n - b.r.length) + ' more reasons.'));
  return parts;
}
function detail(f) {
  const r = rule(f), left = make('div'), right = make('div');
  if (f.m.length) left.append(heading('What matched'), matched(f));
  if ([...f.m, ...f.e].some((x) => isLong(x[1]))) left.append(make('p', 'soft', 'Values longer than 1 KiB are cut on this page; the JSON output has more of them, the source file all.'));
  if (f.mm) left.append(make('p', '', 'and ' + number(f.mm) + ' more.'));
  left.append(heading('Where it stands'), listing([[f.s, f.o, f.n], ...f.x].map(place), 'code'));
  if (f.c > 1 + f.x.length) left.append(make('p', '', 'and ' + number(f.c - 1 - f.x.length) + ' more records.'));
  if (f.w) {
    const pre = make('pre', '', f.w + (f.wc ? ' ... (cut: the whole record is in the source file and in the JSON output)' : ''));
    pre.tabIndex = 0;
    left.append(heading('The record'), pre);
  } else if (f.wc) {
    left.append(heading('The record'), make('p', '', 'Left out of this page to keep it small; it is in the source file and in the JSON output.'));
  }
  if (f.e.length) right.append(heading('Who and what'), terms(f.e.map((x) => [x[0], x[2] ? x[1] + ' = ' + x[2] : x[1]]), 'code'));
  if (r.false_positives.length) right.append(heading('What else it may be'), listing(r.false_positives, ''));
  right.append(heading('By which rule'), terms([['ATT&CK', r.attack.join(', ')], ['tactics', r.tactics.join(', ')], ['rule', r.id],
    ['file', r.path], ['SHA-256', r.hash], ['author', r.author], ['status', r.status], ['log source', f.g], ['pipeline', f.p], ['finding', f.i]], ''));
  return make('div', 'detail', make('p', 'meaning', r.description), ...(f.b ? behavior(f.b) : []), make('div', 'columns', left, right));
}
function row(f) {
  const r = rule(f), summary = make('summary', '', f.b && f.b.r.length ? f.b.r[0].s : r.why), details = make('details', '', summary);
  details.fill = () => { if (details.childElementCount === 1) details.append(detail(f)); };
  details.addEventListener('toggle', () => { if (details.open) details.fill(); });
  const facts = make('tr', '', make('td', '', level(r.level)), make('td', 'time', when(f.t)), make('td', 'title', r.title || r.id),
    make('td', 'name', values(f, 'host').join(', ')), make('td', 'name', values(f, 'user').join(', ')), make('td', 'number', number(f.c)));
  facts.addEventListener('click', () => { if (!String(getSelection())) details.open = !details.open; });
  const cell = make('td', '', details);
  cell.colSpan = 6;
  return make('tbody', 'finding ' + LEVELS[r.level], facts, make('tr', 'more', cell));
}

// Filters
const form = at('filters');
const state = { found: [], page: 0, from: null, to: null };
function fill(select, counts) {
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  for (const [value, n] of sorted.slice(0, CHOICES)) {
    const option = make('option', '', value + ' (' + number(n) + ')');
    option.value = value;
    select.append(option);
  }
  if (sorted.length > CHOICES) {
    const rest = make('option', '', '(' + number(sorted.length - CHOICES) + ' more: use the search)');
    rest.disabled = true;
    select.append(rest);
  }
}
function choices() {
  const host = new Map(), source = new Map(), tactic = new Map(), byRule = new Map();
  const add = (map, key) => map.set(key, (map.get(key) || 0) + 1);
  for (const f of all) {
    for (const h of new Set(values(f, 'host'))) add(host, h);
    for (const t of rule(f).tactics) add(tactic, t);
    add(source, files[f.s]);
    add(byRule, family(rule(f)));
  }
  fill(at('f-host'), host);
  fill(at('f-source'), source);
  fill(at('f-tactic'), tactic);
  fill(at('f-rule'), byRule);
}
function holds(f, words) {
  const r = rule(f);
  let text = [r.title, r.id, r.description, r.attack.join(' '), r.tactics.join(' '), f.i, f.g, files[f.s], f.w].join('\n');
  for (const x of f.e) text += '\n' + x[1] + '\n' + (x[2] || '');
  for (const x of f.m) text += '\n' + x[0] + '\n' + x[1];
  for (const c of f.b ? f.b.r : []) text += '\n' + [c.k, c.s, c.a, c.d, ...c.b.map((x) => x[0]), ...c.e.map((p) => files[p[0]])].join('\n');
  text = text.toLowerCase();
  return words.every((w) => text.includes(w));
}
const inTime = (f) => (state.from === null || (f.t !== null && f.t >= state.from)) && (state.to === null || (f.t !== null && f.t <= state.to));
const last = (t) => t === null ? Infinity : t;
const ORDERS = {
  severe: (a, b) => rule(b).level - rule(a).level || last(a.t) - last(b.t) || 0,
  newest: (a, b) => (b.t === null ? -Infinity : b.t) - (a.t === null ? -Infinity : a.t) || 0,
  oldest: (a, b) => last(a.t) - last(b.t) || 0,
  records: (a, b) => b.c - a.c,
};
function apply() {
  const levels = LEVELS.map((l) => at('f-' + l).checked);
  const host = at('f-host').value, source = at('f-source').value, tactic = at('f-tactic').value, title = at('f-rule').value;
  const words = at('f-text').value.toLowerCase().split(/\s+/).filter(Boolean);
  const passing = all.filter((f) => {
    const r = rule(f);
    return levels[r.level] && (!tactic || r.tactics.includes(tactic)) && (!title || family(r) === title) && (!source || files[f.s] === source) &&
      (!host || f.e.some((x) => x[0] === 'host' && x[1] === host)) && (!words.length || holds(f, words));
  });
  state.found = passing.filter(inTime).sort(ORDERS[at('f-order').value]);
  state.page = 0;
  draw(passing);
  show();
}
function show() {
  const list = at('list'), first = state.page * PAGE, some = state.found.slice(first, first + PAGE);
  for (const body of [...list.tBodies]) body.remove();
  list.append(...some.map(row));
  const total = state.found.length;
  at('told').textContent = total === 0 ? 'No finding fits these filters. Take one away, or show all again.' :
    'Findings ' + number(first + 1) + ' to ' + number(first + some.length) + ' of ' + number(total) +
    (total < all.length ? ' that fit, ' + number(all.length) + ' in all.' : '.');
  at('previous').disabled = state.page === 0;
  at('next').disabled = first + PAGE >= total;
}

// Chart
const SVG = 'http://www.w3.org/2000/svg';
function shape(tag, attributes, text) {
  const e = document.createElementNS(SVG, tag);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  if (text) e.append(document.createTextNode(text));
  return e;
}
const timed = all.filter((f) => f.t !== null && Math.abs(f.t) <= 8.64e15);
const range = { low: 0, high: 1 };
if (timed.length) {
  range.low = timed.reduce((m, f) => Math.min(m, f.t), Infinity);
  range.high = timed.reduce((m, f) => Math.max(m, f.t), -Infinity) + 1;
  if (range.high - range.low < 60000) {
    range.low -= 1800000;
    range.high += 1800000;
  }
}
const HIGH = 130, TOP = 16, FLOOR = 108;
function draw(passing) {
  const svg = at('chart'), width = Math.max(svg.clientWidth, 200), step = (range.high - range.low) / BUCKETS;
  const counts = Array.from({ length: BUCKETS }, () => [0, 0, 0, 0, 0]);
  for (const f of passing) {
    if (f.t === null || f.t < range.low || f.t > range.high) continue;
    counts[Math.min(BUCKETS - 1, Math.floor((f.t - range.low) / step))][rule(f).level] += 1;
  }
  const most = counts.reduce((m, c) => Math.max(m, c[0] + c[1] + c[2] + c[3] + c[4]), 0);
  svg.setAttribute('viewBox', '0 0 ' + width + ' ' + HIGH);
  const parts = [shape('line', { x1: 0, x2: width, y1: FLOOR, y2: FLOOR, class: 's-axis' })];
  const wide = width / BUCKETS;
  counts.forEach((c, i) => {
    const from = range.low + i * step, told = c.map((n, l) => n ? number(n) + ' ' + LEVELS[l] : '').filter(Boolean).reverse().join(', ');
    if (!told) return;
    const out = (state.from !== null && from + step <= state.from) || (state.to !== null && from > state.to);
    const group = shape('g', out ? { class: 's-out' } : {});
    group.append(shape('title', {}, when(Math.floor(from)) + ': ' + told));
    let y = FLOOR;
    for (let l = 4; l >= 0; l--) {
      if (!c[l]) continue;
      const high = Math.max(1.5, c[l] / most * (FLOOR - TOP));
      y -= high;
      group.append(shape('rect', { x: (i * wide + 0.5).toFixed(2), y: y.toFixed(2), width: Math.max(1, wide - 1).toFixed(2), height: high.toFixed(2), class: 's-' + LEVELS[l] }));
    }
    parts.push(group);
  });
  parts.push(shape('text', { x: 0, y: 11 }, number(most) + ' at most'));
  const ticks = Math.max(2, Math.min(6, Math.floor(width / 170)));
  for (let i = 0; i < ticks; i++) {
    const x = width * i / (ticks - 1), t = range.low + (range.high - range.low) * i / (ticks - 1);
    parts.push(shape('text', { x: x, y: 124, 'text-anchor': i === 0 ? 'start' : i === ticks - 1 ? 'end' : 'middle' }, when(Math.round(t)).slice(0, 16) + 'Z'));
  }
  if (state.from !== null || state.to !== null) {
    const x1 = Math.max(0, state.from === null ? 0 : (state.from - range.low) / (range.high - range.low) * width);
    const x2 = Math.min(width, state.to === null ? width : (state.to - range.low) / (range.high - range.low) * width);
    parts.push(shape('rect', { x: x1, y: TOP - 4, width: Math.max(1, x2 - x1), height: FLOOR - TOP + 4, class: 's-brush' }));
  }
  svg.replaceChildren(...parts);
}
function between(from, to) {
  state.from = from;
  state.to = to;
  at('f-from').value = from === null ? '' : when(from);
  at('f-to').value = to === null ? '' : when(to);
  for (const id of ['f-from', 'f-to']) at(id).removeAttribute('aria-invalid');
  apply();
}
function brush() {
  const svg = at('chart');
  let start = null;
  const time = (event) => {
    const box = svg.getBoundingClientRect(), part = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    const unit = range.high - range.low > 600000 ? 1000 : 1;  // whole seconds are enough, and fit into their fields
    return Math.round((range.low + part * (range.high - range.low)) / unit) * unit;
  };
  let marked = null;
  const mark = (end) => {
    const x = (t) => (t - range.low) / (range.high - range.low) * svg.viewBox.baseVal.width;
    if (!marked) svg.append(marked = shape('rect', { y: TOP - 4, height: FLOOR - TOP + 4, class: 's-brush' }));
    marked.setAttribute('x', x(Math.min(start, end)));
    marked.setAttribute('width', Math.max(1, x(Math.max(start, end)) - x(Math.min(start, end))));
  };
  svg.addEventListener('pointerdown', (e) => { start = time(e); marked = null; svg.setPointerCapture(e.pointerId); });
  svg.addEventListener('pointermove', (e) => { if (start !== null) mark(time(e)); });
  svg.addEventListener('pointerup', (e) => {
    if (start === null) return;
    const end = time(e), low = Math.min(start, end), high = Math.max(start, end);
    start = null;
    if (high - low > (range.high - range.low) / 400) between(low, high); else between(null, null);
  });
  svg.addEventListener('pointercancel', () => { start = null; marked?.remove(); });
}
function typed(input) {
  const s = input.value.trim();
  const t = s === '' ? null : Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(s) ? s : s + (s.includes('T') || s.includes(':') ? 'Z' : 'T00:00:00Z'));
  if (t !== null && Number.isNaN(t)) {
    input.setAttribute('aria-invalid', 'true');
    return undefined;
  }
  input.removeAttribute('aria-invalid');
  return t;
}
function times() {
  const from = typed(at('f-from')), to = typed(at('f-to'));
  if (from === undefined || to === undefined) {
    at('told').textContent = 'That time is not understood: write it as 2024-03-15T10:00Z.';
    return;
  }
  state.from = from;
  state.to = to;
  apply();
}

// Start
let waiting = 0;
const soon = () => { clearTimeout(waiting); waiting = setTimeout(apply, 180); };
choices();
form.addEventListener('submit', (e) => e.preventDefault());
form.addEventListener('input', (e) => {
  if (e.target.id === 'f-text') soon();
  else if (e.target.id !== 'f-from' && e.target.id !== 'f-to') apply();
});
for (const id of ['f-from', 'f-to']) at(id).addEventListener('change', times);
at('show-all').addEventListener('click', () => { form.reset(); between(null, null); });
const turn = (by) => { state.page += by; show(); at('told').scrollIntoView({ block: 'start' }); };
at('previous').addEventListener('click', () => turn(-1));
at('next').addEventListener('click', () => turn(1));
let wide = 0;
addEventListener('resize', () => { if (innerWidth !== wide) { wide = innerWidth; soon(); } });
addEventListener('beforeprint', () => { for (const d of document.querySelectorAll('#list details')) { d.fill(); d.open = true; } });  // paper doesn't wait for 'toggle'
for (const node of document.querySelectorAll('.needs-script')) node.hidden = false;
for (const node of document.querySelectorAll('.needs-no-script')) node.hidden = true;
at('chart-box').hidden = timed.length === 0;
at('list').parentElement.before(at('told'));  // what a filter left is said where it is typed, not below 50 rows
brush();
wide = innerWidth;
apply();
})();
)js";

}  // namespace custos::share::page
