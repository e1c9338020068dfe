// What the buttons and keys do with an event, or with all that are shown.
import { $, copy, save, toast } from './dom.js';
import { request, post } from './api.js';
import { state, refilter, rowOf, targetOf, togglePin } from './store.js';
import { redraw, drawFilters } from './list.js';
import { showDetails, fetchDetails, forgetDetails } from './details.js';
import { closeDifference, isDifferenceShown } from './difference.js';
import { openEdit, openMenu, isLocal } from './dialogs.js';
import { release } from './live.js';
import { narrow, filterQuery, linkTo, go, choose } from './routes.js';
import { drawTop } from './top.js';

const mostExported = 1000; // events in a HAR file

async function chosenDetails() {
  if (!state.chosen) return null;
  try { return await fetchDetails(state.chosen); } catch (error) { toast(error.message); return null; }
}

async function send(details, url, body) {
  try {
    const { replay } = await post('/api/replays', { id: details.event.id, url, ...(body === undefined ? {} : { body }) });
    const { forward } = replay;
    const result = forward.obstacle ? `No response: ${forward.obstacle}` : `Your server responded ${forward.status}`;
    forgetDetails(details.event.id);
    const show = () => {
      state.tab = 'replays';
      choose(details.event.id);
    };
    // A late result must not take the reader away from another event.
    const isStillChosen = state.chosen === details.event.id && !isDifferenceShown();
    if (isStillChosen) show();
    toast(result, isStillChosen ? undefined : { text: 'Show', run: show });
    return '';
  } catch (error) {
    return error.message;
  }
}

export async function replay() {
  const details = await chosenDetails();
  if (!details) return;
  if (state.session.read_only) { copy(`alohook replay ${state.session.journal} --id ${details.event.id.slice(0, 8)}`, 'the command'); return; }
  const target = targetOf(details.event.type);
  if (!target || !isLocal(target)) { openEdit(details, (url, body) => send(details, url, body), true); return; }
  toast('Sending…', undefined, Infinity);
  const failed = await send(details, target);
  if (failed) toast(failed);
}

export async function edit() {
  const details = await chosenDetails();
  if (details && !state.session.read_only) openEdit(details, (url, body) => send(details, url, body), false);
}

/// The chosen event's row; a link may lead to an event that the list hasn't loaded.
const chosenRow = async () => rowOf(state.chosen) ?? (await chosenDetails())?.row ?? null;

/// An event's path in the API. Its number saves the server a search.
const pathOf = (row, part) => `/api/events/${row.id}/${part}${part.includes('?') ? '&' : '?'}n=${row.boot === state.boot ? row.n : ''}`;

async function exported(form, more = '') {
  const row = await chosenRow();
  if (!row) return null;
  try {
    return { row, response: await request(pathOf(row, `export?form=${form}${more}`)) };
  } catch (error) { toast(error.message); return null; }
}

export async function curl(isResigned) {
  const found = await exported('curl', isResigned ? '&resign=1' : '');
  if (!found) return;
  const age = Math.max(0, Date.now() - Date.parse(found.row.at));
  await copy(await found.response.text(), isResigned ? 'the curl command, re-signed' : `the curl command; its signature is ${age < 60000 ? `${Math.round(age / 1000)} s` : age < 7200000 ? `${Math.round(age / 60000)} min` : `${Math.round(age / 3600000)} h`} old`);
}

export async function download() {
  const row = await chosenRow();
  if (!row) return;
  try {
    const response = await request(pathOf(row, 'body'));
    save(await response.blob(), `${row.id.slice(0, 8)}.body`);
  } catch (error) { toast(error.message); }
}

export async function fixture() {
  const found = await exported('fixture');
  if (found) save(await found.response.blob(), `${found.row.type ?? found.row.id.slice(0, 8)}.json`);
}

export async function har() {
  const events = state.shown.filter((row) => !row.mark);
  const ids = events.slice(-mostExported).map((row) => row.id);
  if (ids.length === 0) return;
  try {
    const response = await request('/api/exports', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ form: 'har', ids }) });
    save(await response.blob(), 'events.har');
    if (events.length > ids.length) toast(`Exported the newest ${ids.length.toLocaleString('en')} of ${events.length.toLocaleString('en')} events`);
  } catch (error) { toast(error.message); }
}

export function compare() {
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

export function pin() {
  if (!state.chosen) return;
  togglePin(state.chosen);
  redraw();
  drawFilters();
  toast(state.pins.has(state.chosen) ? 'Pinned' : 'No longer pinned');
}

export function clear() {
  const before = new Set(state.cleared);
  for (const row of state.shown) if (!row.mark && !state.pins.has(row.id)) state.cleared.add(row.id);
  refilter();
  redraw();
  drawFilters();
  toast('Cleared the view; nothing is deleted', { text: 'Undo', run: () => { state.cleared = before; refilter(); redraw(); drawFilters(); } });
}

export function pause() {
  state.paused = !state.paused;
  if (!state.paused) release();
  drawTop();
}

export const copyLink = () => state.chosen && copy(location.origin + location.pathname + linkTo(state.chosen, state.tab), 'the link');

export const menu = (opener) => openMenu(opener, [
  ['Copy as curl, re-signed', '', () => curl(true)], ['Copy the link', 'y', copyLink], [state.pins.has(state.chosen) ? 'Unpin' : 'Pin', '*', pin], ['Download the body', 'w', download],
  ['Save as fixture', 'b', fixture], ['Export what is shown as HAR', 'h', har], ['Clear the view', 'x', clear],
]);

export const difference = (a, b) => go(`#/diff/${a.slice(0, 8)}/${b.slice(0, 8)}`);

export function tab(name) {
  state.tab = name;
  if (state.chosen) choose(state.chosen);
}

export function back() {
  if (isDifferenceShown()) { closeDifference(); choose(state.chosen); return; }
  document.body.dataset.view = 'list';
  history.replaceState(null, '', location.pathname + filterQuery() + (narrow.matches ? '#/' : location.hash));
  $('list').focus();
}
