// The list of events. Only the visible rows are in the page, however many there are.
import { $, h, button, clock, took, size } from './dom.js';
import { pieces } from './visible.js';
import { state, isValid, isFailed, verdictText, familyOf, bodiesOf, refilter, counts, challengeTypes } from './store.js';

export const rowHeight = 56;
const mostAnimated = 20; // rows; of more that arrive at once none is animated
const drawn = new Map(); // rows in the page, by row object
let hooks = {};
let fresh = 0;           // number of new rows above the visible ones
let filterParts = null;

/// `hooks`: choose(id), loadOlder(), loadGap(mark), changed().
export function startList(given) {
  hooks = given;
  $('list').addEventListener('scroll', () => { paint(); atTop(); }, { passive: true });
  new ResizeObserver(paint).observe($('list'));
}

/// Returns text for an element, with invisible characters written out.
export const written = (text) => pieces(text).map((part) => (typeof part === 'string' ? part : h('span', { class: 'odd-byte', title: 'a character that does not show' }, part.odd)));

export function iconOf(row) {
  const kind = !isValid(row) ? 'bad' : row.status >= 400 ? 'warn' : 'good';
  return h('span', { class: `icon ${kind}`, 'aria-hidden': 'true' }, kind === 'bad' ? '✗' : kind === 'warn' ? '!' : '✓');
}

const titleOf = (row) => row.title || `${row.method ?? 'POST'} ${row.target}`;

function label(row) {
  return `${row.type ?? row.method ?? ''} ${verdictText[row.verdict] ?? row.verdict ?? 'malformed'}, ${row.status}, ${clock(row.at)}`;
}

function element(row, index) {
  const total = state.shown.length;
  if (row.mark) {
    const text = row.mark === 'restart' ? `listener restarted ${clock(row.at).slice(0, 5)}` : `${row.count.toLocaleString('en')} events not loaded`;
    return h('div', { class: 'row mark', role: 'option', 'aria-selected': 'false', 'aria-setsize': total, 'aria-posinset': index + 1 },
      h('span', { class: 'rule' }), row.mark === 'gap' && !row.isGone ? button(text + ' – load', { class: 'link', tabindex: '-1', onclick: () => hooks.loadGap(row) }) : h('span', {}, row.isGone ? `${text}: no longer in memory` : text), h('span', { class: 'rule' }));
  }
  const family = familyOf(row);
  const nth = family.length > 1 ? family.indexOf(row) + 1 : 0;
  const isChallenge = challengeTypes.includes(row.type);
  return h('div', {
    class: 'row' + (row.type ? '' : ' odd') + (row.isNew ? ' new' : ''), role: 'option', id: 'e-' + row.id, 'aria-selected': String(row.id === state.chosen),
    'aria-setsize': total, 'aria-posinset': index + 1, 'aria-label': label(row), onclick: () => hooks.choose(row.id),
  }, iconOf(row),
  h('span', { class: 'type' }, written(row.type ?? (row.method ? `${row.method} ${row.target}` : 'Rejected request')), nth > 0 && h('span', { class: 'again', title: 'events with the same body' }, `↻ ${nth} of ${family.length}`),
    state.pins.has(row.id) && h('span', { class: 'again', title: 'pinned' }, '★'), state.marked === row.id && h('span', { class: 'again', title: 'marked for comparison' }, 'A')),
  h('span', { class: 'time', title: row.at }, clock(row.at)),
  h('span', { class: 'title' }, !isValid(row) && [h('span', { class: 'bad' }, verdictText[row.verdict] ?? row.verdict ?? 'malformed'), ' · '], isChallenge ? 'challenge' : written(row.bytes > 0 && !row.title && !row.type ? `${titleOf(row)} · ${size(row.bytes)}` : titleOf(row))),
  h('span', { class: 'result' }, row.fault && h('span', { class: 'warn' }, row.fault + ' '), h('span', { class: isFailed(row) ? 'warn' : '' }, String(row.status)), ' · ', took(row.ms)));
}

/// Draws the visible rows and removes the others.
export function paint() {
  const list = $('list');
  const total = state.shown.length;
  const from = Math.max(0, Math.floor(list.scrollTop / rowHeight) - 6);
  const to = Math.min(total, Math.ceil((list.scrollTop + list.clientHeight) / rowHeight) + 6);
  const wanted = new Set();
  for (let i = from; i < to; ++i) {
    const row = state.shown[total - 1 - i];
    wanted.add(row);
    let box = drawn.get(row);
    if (!box) {
      box = element(row, i);
      drawn.set(row, box);
      list.append(box);
    }
    box.style.top = `${i * rowHeight}px`;
    box.setAttribute('aria-posinset', i + 1);
    box.setAttribute('aria-setsize', total);
  }
  for (const [row, box] of drawn) {
    if (wanted.has(row)) continue;
    box.remove();
    drawn.delete(row);
  }
  if (to + 20 >= total && state.hasMore) hooks.loadOlder();
}

/// Redraws everything, because rows look different now or others are visible.
export function redraw() {
  for (const box of drawn.values()) box.remove();
  drawn.clear();
  layOut();
  paint();
}

function layOut() {
  const list = $('list');
  let tall = $('list-height');
  if (!tall) {
    tall = h('div', { id: 'list-height', role: 'presentation' });
    list.append(tall, h('div', { id: 'list-end', class: 'older', role: 'presentation' }));
  }
  tall.style.height = `${(state.shown.length + 1) * rowHeight}px`;
  $('list-end').style.top = `${state.shown.length * rowHeight}px`;
  const isFiltered = state.shown.length < state.rows.length;
  const start = state.session ? clock(state.session.started_at).slice(0, 8) : '';
  $('list-end').replaceChildren(state.searching ? 'searching…' : state.hasMore ? 'older events load here' : state.shown.length === 0 ? nothingMatches()
    : state.session?.journal ? 'the journal’s first event' : isFiltered ? 'no more that match' : `started ${start} · nothing earlier was recorded`);
  const chosen = state.chosen && state.shown.some((row) => row.id === state.chosen) ? 'e-' + state.chosen : null;
  if (chosen) list.setAttribute('aria-activedescendant', chosen); else list.removeAttribute('aria-activedescendant');
}

function nothingMatches() {
  const { verdict, type, status } = state.filter;
  const active = [state.query && `the text “${state.query}”`, verdict !== 'all' && `“${verdict}”`, type && `the type ${type}`, status && `the status ${status}`].filter(Boolean);
  if (active.length === 0) return '';
  return h('span', {}, `Nothing matches ${active.join(' and ')}. `, button('Show all', { class: 'link', onclick: () => hooks.dropFilters() }));
}

/// Adds rows that just arrived. Keeps the scroll position, unless the list is scrolled to the top.
export function arrived(rows) {
  const list = $('list');
  const isAtTop = list.scrollTop < rowHeight / 2;
  const newest = state.shown.at(-1);
  refilter();
  const added = newest ? state.shown.length - 1 - state.shown.lastIndexOf(newest) : state.shown.length;
  const isFlood = rows.length > mostAnimated;
  for (const row of rows) row.isNew = !isFlood;
  layOut();
  if (!isAtTop) {
    list.scrollTop += added * rowHeight;
    fresh += added;
  }
  const bodies = bodiesOf(rows);
  for (const row of drawn.keys()) if (bodies.has(row.body)) forget(row);  // the number of deliveries has changed
  paint();
  for (const row of rows) row.isNew = false;
  atTop();
  drawFilters();
}

function forget(row) {
  drawn.get(row)?.remove();
  drawn.delete(row);
}

/// The button that leads to rows that arrived while the list was scrolled down.
function atTop() {
  const list = $('list');
  if (list.scrollTop < rowHeight / 2) fresh = 0;
  const box = $('fresh');
  box.hidden = fresh === 0;
  if (fresh > 0) box.replaceChildren(button(`${fresh.toLocaleString('en')} new ↑`, { onclick: () => { list.scrollTop = 0; list.focus(); } }));
}

/// Marks the selected event, and scrolls to it if it isn't visible.
export function showChosen() {
  const list = $('list');
  for (const [row, box] of drawn) box.setAttribute('aria-selected', String(row.id === state.chosen));
  const at = state.shown.findIndex((row) => row.id === state.chosen);
  if (at < 0) { list.removeAttribute('aria-activedescendant'); return; }
  const top = (state.shown.length - 1 - at) * rowHeight;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + rowHeight > list.scrollTop + list.clientHeight) list.scrollTop = top + rowHeight - list.clientHeight;
  paint();
  list.setAttribute('aria-activedescendant', 'e-' + state.chosen);
}

/// Returns the event `step` rows below the selected one; negative steps go up.
export function neighbor(step) {
  const events = state.shown.filter((row) => !row.mark);
  const at = events.findIndex((row) => row.id === state.chosen);
  if (events.length === 0) return null;
  const index = at < 0 ? events.length - 1 : Math.max(0, Math.min(events.length - 1, at - step));
  return events[index].id;
}

function select(name, value, options, onchange) {
  const box = h('select', { class: 'chip', 'aria-label': name, onchange: (event) => onchange(event.target.value) }, options.map(([key, text]) => h('option', { value: key, selected: key === value }, text)));
  return box;
}

/// Draws the chips above the list. They are created only once, so that they keep the focus.
export function drawFilters() {
  const count = counts();
  const chips = [['all', 'All'], ['valid', 'Valid'], ['rejected', 'Rejected'], ['failed', '5xx'], ['pinned', 'Pinned']];
  const types = [...count.types].sort().slice(0, 100);
  if (state.filter.type && !types.includes(state.filter.type)) types.push(state.filter.type);
  const key = types.join('\n') + state.filter.type + state.filter.status;
  if (!filterParts || filterParts.key !== key) {
    const buttons = new Map(chips.map(([name, text]) => [name, button([text, ' ', h('b', {}, '0')], { class: 'chip', 'data-filter': name, onclick: () => hooks.filter({ verdict: name }) })]));
    const secrets = state.session?.secrets ?? [];
    $('filters').replaceChildren(...buttons.values(), h('span', { class: 'rule' }),
      select('Type', state.filter.type, [['', 'Type: any'], ...types.map((type) => [type, type.slice(0, 60)])], (type) => hooks.filter({ type })),
      select('Status', state.filter.status, [['', 'Status: any'], ...['2xx', '3xx', '4xx', '5xx'].map((s) => [s, s])], (status) => hooks.filter({ status })),
      h('span', { class: 'end' }, secrets.length > 0 && `secret 1 · ${secrets[0].sha256}…`));
    filterParts = { key, buttons };
  }
  for (const [name, box] of filterParts.buttons) {
    box.setAttribute('aria-pressed', String(state.filter.verdict === name));
    box.querySelector('b').textContent = count[name].toLocaleString('en');
    box.hidden = name === 'pinned' && count.pinned === 0 && state.filter.verdict !== 'pinned';
  }
}
