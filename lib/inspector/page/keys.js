// The keys. Each action has one; they act outside fields only.
import { $, toast } from './dom.js';
import { state } from './store.js';
import { neighbor } from './list.js';
import { bodyView, tabs } from './details.js';
import { isDifferenceShown, goToChange, swap } from './difference.js';
import { openKeys, areKeysOn } from './dialogs.js';
import { narrow, go, newest, choose, filter, applyQuery } from './routes.js';
import { replay, edit, curl, download, fixture, har, compare, pin, clear, pause, copyLink, tab, back } from './actions.js';

const step = (count) => choose(neighbor(count));
const keys = {
  j: () => step(1), k: () => step(-1), g: () => choose(newest()?.id), G: () => choose(state.shown.find((row) => !row.mark)?.id),
  '/': () => { $('search').focus(); $('search').select(); }, f: () => filter({ verdict: state.filter.verdict === 'rejected' ? 'all' : 'rejected' }),
  r: replay, e: edit, c: () => curl(false), y: copyLink, d: compare, '[': () => goToChange(-1), ']': () => goToChange(1), s: () => isDifferenceShown() && swap(),
  w: download, b: fixture, h: har, '*': pin, x: clear, p: pause, '?': openKeys,
};
tabs.forEach((name, i) => { keys[String(i + 1)] = () => tab(name); });
const offline = new Set(['r', 'e', 'c', 'w', 'b', 'h']);

export function onKey(event) {
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
    if ((state.query || $('search').value) && $('search').dataset.left === '1') emptySearch(); else back();
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

/// Leaves the field; the next Escape empties it.
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
