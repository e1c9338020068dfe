// Where the page is: #/e/ID/TAB or #/diff/A/B, after the filters in the query.
import { $, say, toast } from './dom.js';
import { state, refilter, rowOf, addMatches } from './store.js';
import { redraw, showChosen, drawFilters } from './list.js';
import { showDetails, fetchDetails, tabs } from './details.js';
import { showDifference, closeDifference } from './difference.js';
import { search } from './live.js';
import { setActions } from './top.js';

export const narrow = matchMedia('(max-width: 760px)');

export function filterQuery() {
  const query = new URLSearchParams();
  if (state.query) query.set('q', state.query);
  if (state.filter.verdict !== 'all') query.set('verdict', state.filter.verdict);
  if (state.filter.type) query.set('type', state.filter.type);
  if (state.filter.status) query.set('status', state.filter.status);
  const text = query.toString();
  return text ? `?${text}` : '';
}

export const linkTo = (id, tab) => `#/e/${id.slice(0, 8)}${tab && tab !== 'body' ? '/' + tab : ''}`;

/// Goes to a route. `isNew` makes an entry in the history.
export function go(hash, isNew) {
  const url = location.pathname + filterQuery() + hash;
  if (location.pathname + location.search + location.hash !== url) history[isNew ? 'pushState' : 'replaceState'](null, '', url);
  route();
}

export function readFilters() {
  const query = new URLSearchParams(location.search);
  const verdict = query.get('verdict') ?? 'all';
  state.filter = { verdict: { refused: 'rejected' }[verdict] ?? verdict, type: query.get('type') ?? '', status: query.get('status') ?? '' };
  state.query = query.get('q') ?? '';
  $('search').value = state.query;
}

export async function route() {
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
      const { hash } = location;
      try { id = (await fetchDetails(event[1])).event.id; } catch { id = event[1]; }
      if (location.hash !== hash) return; // the user has gone on
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

export const newest = () => state.shown.findLast((row) => !row.mark);

export function choose(id, isNew = false) {
  if (!id) return;
  closeDifference();
  go(linkTo(id, state.tab), isNew);
}

// ---- filters and search

export function filter(change) {
  Object.assign(state.filter, change);
  refilter();
  $('list').scrollTop = 0;
  redraw();
  drawFilters();
  go(location.hash);
  say(`${state.shown.length} events`);
}

export function dropFilters() {
  state.filter = { verdict: 'all', type: '', status: '' };
  $('search').value = '';
  applyQuery('');
  filter({});
}

export function applyQuery(query) {
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
