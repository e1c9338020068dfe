// The page: routes, keyboard shortcuts, and what the buttons do.
import { $, h, button, copy, save, say, toast, clock } from './dom.js';
import { request, post, takeTokenFromAddress, listenForTokens } from './api.js';
import { state, refilter, rowOf, targetOf, togglePin, loadPins, addMatches, verdictText, isValid } from './store.js';
import { startList, redraw, arrived, showChosen, neighbor, drawFilters } from './list.js';
import { startDetails, showDetails, fetchDetails, forgetDetails, bodyView, tabs } from './details.js';
import { startDifference, showDifference, closeDifference, isDifferenceShown, goToChange, swap } from './difference.js';
import { openEdit, openKeys, openMenu, areKeysOn, isLocal } from './dialogs.js';
import { startLive, loadOlder, loadGap, release, tryNow, search, searchNewest } from './live.js';

const narrow = matchMedia('(max-width: 760px)');
const where = () => (state.session?.listening || state.session?.journal || location.host).replace(/^http:\/\//, '').replace(/\/$/, '');

// ---- the status at the top

function drawTop() {
  const texts = { connecting: 'Connecting', on: state.paused ? 'Paused' : state.session?.listening ? 'Listening' : 'Following', off: 'Not listening', 'no-token': 'Locked' };
  $('live').className = `live ${state.connection === 'on' ? (state.paused ? 'paused' : '') : 'off'}`;
  $('live-text').textContent = texts[state.connection];
  $('live-url').textContent = state.session?.listening || state.session?.journal || '';
  $('pause').setAttribute('aria-pressed', String(state.paused));
  $('pause-text').textContent = state.paused ? (state.heldCount > 0 ? `Resume · ${state.heldCount} new` : 'Resume') : 'Pause';
  const mark = state.connection === 'off' || state.connection === 'no-token' ? '✗ ' : state.unread > 0 ? `(${state.unread}) ` : '';
  document.title = `${mark}alohook – ${where()}`;
  document.body.dataset.connection = state.connection;
}

let countdown = 0;
let sinceOff = '';
function connection(kind, seconds) {
  const was = state.connection;
  state.connection = kind;
  clearInterval(countdown);
  const banner = $('banner');
  if (kind === 'on') {
    banner.hidden = true;
    if (was !== 'on') { drawTop(); drawFilters(); setActions(); }
    sinceOff = '';
    return;
  }
  sinceOff ||= clock(new Date().toISOString()).slice(0, 8);
  const count = state.rows.filter((row) => !row.mark).length;
  if (kind === 'no-token') {
    banner.replaceChildren(h('span', {}, 'This page has no valid token. Press o in the terminal, or open the URL that alohook printed; this page then works again.'), button('Try again', { class: 'button end', onclick: tryNow }));
  } else {
    let left = seconds;
    const text = h('span', {});
    const tell = () => { text.textContent = `alohook stopped at ${sinceOff} or can't be reached. ${count > 0 ? `These ${count} events are still here; actions come back when it does. ` : ''}Trying again in ${left} s.`; };
    tell();
    countdown = setInterval(() => { left = Math.max(0, left - 1); tell(); }, 1000);
    banner.replaceChildren(text, button('Try now', { class: 'button end', onclick: tryNow }));
  }
  banner.hidden = false;
  drawTop();
  setActions();
}

/// Disables actions that need the inspector while it is unreachable.
function setActions() {
  for (const id of ['do-replay', 'do-edit', 'do-curl', 'do-compare']) {
    if ($(id)) $(id).disabled = state.connection !== 'on';
  }
}

function drawEmpty() {
  const isEmpty = state.connection !== 'connecting' && state.rows.length === 0 && !state.hasMore;
  document.body.classList.toggle('is-empty', isEmpty);
  if (!isEmpty) { $('empty')?.remove(); return; }
  if ($('empty')) return;
  const { session } = state;
  const run = (code) => h('div', { class: 'run' }, h('code', {}, code), button('Copy', { class: 'copy', 'aria-label': `Copy ${code}`, onclick: () => copy(code, 'the command') }));
  const secret = session?.secrets?.[0];
  const parts = session?.listening
    ? [h('h1', {}, 'Waiting for the first event'), h('p', {}, 'Everything that arrives at ', h('code', {}, session.listening), ' appears here at once, including what fails verification.'),
      h('div', { class: 'label' }, 'Send one yourself'), run('alohook send action_created'), h('div', { class: 'label' }, 'Send the challenge, as ALO does'), run('alohook challenge'), h('div', { class: 'label' }, 'Put the same secret into your app'), run('alohook secret --show'),
      h('p', {}, secret && ['Verifying with secret 1', secret.development && ': the development secret', `, ${secret.bytes} bytes, sha256 `, h('code', {}, `${secret.sha256}…`), '. '], session.journal ? ['Events are recorded in ', h('code', {}, session.journal), '.'] : ['Nothing is recorded; ', h('code', {}, '--record events.jsonl'), ' keeps events over a restart.'])]
    : [h('h1', {}, 'No events in this file yet'), h('p', {}, 'What is appended to ', h('code', {}, session?.journal ?? ''), ' appears here.')];
  document.querySelector('main').append(h('div', { class: 'empty', id: 'empty' }, h('div', {}, parts)));
}

// ---- routes: #/e/ID/TAB, #/diff/A/B; filters in the query

function filterQuery() {
  const query = new URLSearchParams();
  if (state.query) query.set('q', state.query);
  if (state.filter.verdict !== 'all') query.set('verdict', state.filter.verdict);
  if (state.filter.type) query.set('type', state.filter.type);
  if (state.filter.status) query.set('status', state.filter.status);
  const text = query.toString();
  return text ? `?${text}` : '';
}

const linkTo = (id, tab) => `#/e/${id.slice(0, 8)}${tab && tab !== 'body' ? '/' + tab : ''}`;

/// Goes to a route. `isNew` adds it to the history.
function go(hash, isNew) {
  const url = location.pathname + filterQuery() + hash;
  if (location.pathname + location.search + location.hash !== url) history[isNew ? 'pushState' : 'replaceState'](null, '', url);
  route();
}

function readFilters() {
  const query = new URLSearchParams(location.search);
  const verdict = query.get('verdict') ?? 'all';
  state.filter = { verdict: { refused: 'rejected' }[verdict] ?? verdict, type: query.get('type') ?? '', status: query.get('status') ?? '' };
  state.query = query.get('q') ?? '';
  $('search').value = state.query;
}

async function route() {
  const difference = /^#\/diff\/(\w+)\/(\w+)$/.exec(location.hash);
  const event = /^#\/e\/(\w+)(?:\/(\w+))?$/.exec(location.hash);
  if (difference) {
    document.body.dataset.view = 'event';
    state.chosen = rowOf(difference[2])?.id ?? state.chosen;
    showChosen();
    await showDifference(rowOf(difference[1])?.id ?? difference[1], rowOf(difference[2])?.id ?? difference[2]);
    return;
  }
  closeDifference();
  if (event) {
    document.body.dataset.view = 'event';
    state.tab = tabs.includes(event[2]) ? event[2] : 'body';
    let id = rowOf(event[1])?.id;
    if (!id) {
      try { id = (await fetchDetails(event[1])).event.id; } catch { id = event[1]; }
    }
    state.chosen = id;
  } else {
    document.body.dataset.view = 'list';
    if (!state.chosen || !rowOf(state.chosen)) state.chosen = narrow.matches ? null : newest()?.id ?? null;
  }
  showChosen();
  await showDetails();
  setActions();
}

const newest = () => state.shown.findLast((row) => !row.mark);

function choose(id, isNew = false) {
  if (!id) return;
  closeDifference();
  go(linkTo(id, state.tab), isNew);
}

// ---- filters and search

function filter(change) {
  Object.assign(state.filter, change);
  refilter();
  $('list').scrollTop = 0;
  redraw();
  drawFilters();
  go(location.hash);
  say(`${state.shown.length} events`);
}

function dropFilters() {
  state.filter = { verdict: 'all', type: '', status: '' };
  $('search').value = '';
  applyQuery('');
  filter({});
}

let searchTimer = 0;
function applyQuery(query) {
  state.query = query;
  state.matches = query ? new Map() : null;
  state.results = [];
  state.searching = query !== '';
  refilter();
  redraw();
  search(query, (rows, isDone) => {
    addMatches(rows, false);
    state.searching = !isDone;
    refilter();
    redraw();
    if (isDone) say(`${state.shown.length} events match`);
  }).catch((error) => { state.searching = false; redraw(); toast(`Search failed: ${error.message}`); });
}

// ---- actions

async function chosenDetails() {
  if (!state.chosen) return null;
  try { return await fetchDetails(state.chosen); } catch (error) { toast(error.message); return null; }
}

async function send(details, url, body) {
  try {
    const { replay } = await post('/api/replays', { id: details.event.id, url, ...(body === undefined ? {} : { body }) });
    const { forward } = replay;
    toast(forward.obstacle ? `No response: ${forward.obstacle}` : `Your server responded ${forward.status}`);
    forgetDetails(details.event.id);
    state.tab = 'replays';
    choose(details.event.id);
    return '';
  } catch (error) {
    return error.message;
  }
}

async function replay() {
  const details = await chosenDetails();
  if (!details) return;
  if (state.session.read_only) { copy(`alohook replay ${state.session.journal} --id ${details.event.id.slice(0, 8)}`, 'the command'); return; }
  const target = targetOf(details.event.type);
  if (!target || !isLocal(target)) { openEdit(details, (url, body) => send(details, url, body), true); return; }
  toast('Sending…');
  const failed = await send(details, target);
  if (failed) toast(failed);
}

async function edit() {
  const details = await chosenDetails();
  if (details && !state.session.read_only) openEdit(details, (url, body) => send(details, url, body), false);
}

async function exported(form, more = '') {
  const row = rowOf(state.chosen);
  if (!row) return null;
  try {
    return await request(`/api/events/${row.id}/export?form=${form}&n=${row.boot === state.boot ? row.n : ''}${more}`);
  } catch (error) { toast(error.message); return null; }
}

async function curl(isResigned) {
  const response = await exported('curl', isResigned ? '&resign=1' : '');
  if (!response) return;
  const age = Date.now() - Date.parse(rowOf(state.chosen).at);
  await copy(await response.text(), isResigned ? 'the curl command, re-signed' : `the curl command; its signature is ${age < 60000 ? `${Math.round(age / 1000)} s` : age < 7200000 ? `${Math.round(age / 60000)} min` : `${Math.round(age / 3600000)} h`} old`);
}

async function download() {
  const row = rowOf(state.chosen);
  if (!row) return;
  try {
    const response = await request(`/api/events/${row.id}/body?n=${row.boot === state.boot ? row.n : ''}`);
    save(await response.blob(), `${row.id.slice(0, 8)}.body`);
  } catch (error) { toast(error.message); }
}

async function fixture() {
  const response = await exported('fixture');
  if (response) save(await response.blob(), `${rowOf(state.chosen).type ?? rowOf(state.chosen).id.slice(0, 8)}.json`);
}

async function har() {
  const ids = state.shown.filter((row) => !row.mark).slice(-1000).map((row) => row.id);
  if (ids.length === 0) return;
  try {
    const response = await request('/api/exports', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ form: 'har', ids }) });
    save(await response.blob(), 'events.har');
  } catch (error) { toast(error.message); }
}

function compare() {
  const { chosen, marked } = state;
  if (!chosen) return;
  if (marked && marked !== chosen) {
    state.marked = null;
    redraw();
    go(`#/diff/${marked.slice(0, 8)}/${chosen.slice(0, 8)}`, true);
    return;
  }
  state.marked = marked === chosen ? null : chosen;
  if (state.marked) toast('Marked as A. Choose another event and press d.');
  redraw();
  showDetails();
}

function pin() {
  if (!state.chosen) return;
  togglePin(state.chosen);
  redraw();
  drawFilters();
  toast(state.pins.has(state.chosen) ? 'Pinned' : 'No longer pinned');
}

function clear() {
  const before = new Set(state.cleared);
  for (const row of state.shown) if (!row.mark && !state.pins.has(row.id)) state.cleared.add(row.id);
  refilter();
  redraw();
  drawFilters();
  toast('Cleared the view; nothing is deleted', { text: 'Undo', run: () => { state.cleared = before; refilter(); redraw(); drawFilters(); } });
}

function pause() {
  state.paused = !state.paused;
  if (!state.paused) release();
  drawTop();
}

const copyLink = () => state.chosen && copy(location.origin + location.pathname + linkTo(state.chosen, state.tab), 'the link');

const menu = (opener) => openMenu(opener, [
  ['Copy as curl, re-signed', '', () => curl(true)], ['Copy the link', 'y', copyLink], [state.pins.has(state.chosen) ? 'Unpin' : 'Pin', '*', pin], ['Download the body', 'w', download],
  ['Save as fixture', 'b', fixture], ['Export what is shown as HAR', 'h', har], ['Clear the view', 'x', clear],
]);

const difference = (a, b) => go(`#/diff/${a.slice(0, 8)}/${b.slice(0, 8)}`);

function tab(name) {
  state.tab = name;
  if (state.chosen) choose(state.chosen);
}

function back() {
  if (isDifferenceShown()) { closeDifference(); choose(state.chosen); return; }
  document.body.dataset.view = 'list';
  history.replaceState(null, '', location.pathname + filterQuery() + (narrow.matches ? '#/' : location.hash));
  $('list').focus();
}

// ---- keys

const step = (count) => choose(neighbor(count));
const keys = {
  j: () => step(1), k: () => step(-1), g: () => choose(newest()?.id), G: () => choose(state.shown.find((row) => !row.mark)?.id),
  '/': () => { $('search').focus(); $('search').select(); }, f: () => filter({ verdict: state.filter.verdict === 'rejected' ? 'all' : 'rejected' }),
  r: replay, e: edit, c: () => curl(false), y: copyLink, d: compare, '[': () => goToChange(-1), ']': () => goToChange(1), s: () => isDifferenceShown() && swap(),
  w: download, b: fixture, h: har, '*': pin, x: clear, p: pause, '?': openKeys,
};
tabs.forEach((name, i) => { keys[String(i + 1)] = () => tab(name); });
const offline = new Set(['r', 'e', 'c', 'w', 'b', 'h']);

function onKey(event) {
  const { target } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.closest?.('dialog, .menu')) return;
  if (target.closest?.('input, textarea, select')) {
    if (event.key === 'Escape' && target.id === 'search') { event.preventDefault(); leaveSearch(); }
    if (event.key === 'Enter' && target.id === 'search') { $('list').focus(); if (!narrow.matches) choose(newest()?.id); }
    return;
  }
  const isInList = target === $('list');
  if (isInList && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) { event.preventDefault(); step(event.key === 'ArrowDown' ? 1 : -1); return; }
  if (isInList && (event.key === 'Home' || event.key === 'End')) { event.preventDefault(); keys[event.key === 'Home' ? 'g' : 'G'](); return; }
  if (event.key === 'Enter' && isInList) { event.preventDefault(); document.body.dataset.view = 'event'; choose(state.chosen ?? newest()?.id); $('details').focus(); return; }
  if (event.key === 'Escape') {
    event.preventDefault();
    if (state.query && $('search').dataset.left === '1') emptySearch(); else back();
    return;
  }
  if (!isInList && (event.key === 'ArrowLeft' || event.key === 'ArrowRight') && bodyView().code && state.tab === 'body') {
    const isFolding = event.key === 'ArrowLeft';
    if (event.shiftKey) { if (isFolding) bodyView().code.foldAll(); else bodyView().code.unfoldAll(); } else bodyView().code.foldOne(isFolding);
    event.preventDefault();
    return;
  }
  if (!areKeysOn() || event.repeat && !'jk'.includes(event.key)) return;
  const act = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
  if (!act) return;
  event.preventDefault();
  if (offline.has(event.key) && state.connection !== 'on') { toast('alohook can’t be reached'); return; }
  act();
}

/// Leaves the field. The next Escape clears it.
function leaveSearch() {
  $('search').dataset.left = '1';
  $('list').focus();
}

function emptySearch() {
  $('search').dataset.left = '0';
  $('search').value = '';
  applyQuery('');
  go(location.hash);
}

// ---- start

function newRows(rows) {
  if (state.query) {
    searchNewest(state.query).then((response) => { if (state.matches) { addMatches(response.matches, true); arrived([]); } }).catch(() => {});
  }
  arrived(rows);
  drawEmpty();
  for (const row of rows) if (row.body) for (const other of state.byBody.get(row.body) ?? []) forgetDetails(other.id);
  if (document.hidden) state.unread += rows.length;
  drawTop();
  if (rows.length === 1) say(`${rows[0].type ?? rows[0].method ?? 'a request'}, ${isValid(rows[0]) ? 'valid' : verdictText[rows[0].verdict] ?? rows[0].verdict ?? 'malformed'}, ${rows[0].status}`);
  else if (rows.length > 1) say(`${rows.length} new events`);
  if (!state.chosen && !narrow.matches) { state.chosen = newest()?.id ?? null; showChosen(); showDetails().then(setActions); }
}

async function begin() {
  readFilters();
  loadPins();
  await takeTokenFromAddress();
  startList({ choose: (id) => { choose(id, narrow.matches); }, loadOlder: async () => { if (state.query) return; const rows = await loadOlder(); if (!rows) return; refilter(); redraw(); drawFilters(); }, loadGap: async (mark) => { await loadGap(mark); refilter(); redraw(); }, filter, dropFilters });
  startDetails({ back, tab, choose, replay, edit, curl: () => curl(false), compare, menu, copyLink, download });
  startDifference({ difference });
  listenForTokens(tryNow);
  addEventListener('hashchange', async () => { if (await takeTokenFromAddress()) tryNow(); else route(); });
  addEventListener('popstate', () => {
    const { query } = state;
    readFilters();
    if (state.query !== query) applyQuery(state.query);
    refilter();
    redraw();
    drawFilters();
    route();
  });
  addEventListener('keydown', onKey);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) { state.unread = 0; drawTop(); } });
  narrow.addEventListener('change', redraw);
  $('pause').addEventListener('click', pause);
  $('help').addEventListener('click', openKeys);
  $('search').addEventListener('focus', () => { $('search').dataset.left = '0'; });
  $('search').addEventListener('input', () => { clearTimeout(searchTimer); searchTimer = setTimeout(() => { applyQuery($('search').value.trim()); go(location.hash); }, 120); });
  startLive({
    connection, arrived: newRows, held: drawTop,
    began: () => { state.connection = 'on'; refilter(); redraw(); drawFilters(); drawTop(); drawEmpty(); if (state.query) applyQuery(state.query); route(); },
    restarted: () => { refilter(); redraw(); drawFilters(); drawTop(); drawEmpty(); },
  });
}

begin();
