// The page's start: puts the parts together, and takes in what arrives.
import { $, say } from './dom.js';
import { takeTokenFromAddress, listenForTokens } from './api.js';
import { state, refilter, loadPins, addMatches, bodiesOf, verdictText, isValid } from './store.js';
import { startList, redraw, arrived, showChosen, drawFilters } from './list.js';
import { startDetails, showDetails, forgetDeliveries } from './details.js';
import { startDifference } from './difference.js';
import { openKeys } from './dialogs.js';
import { startLive, loadOlder, loadGap, tryNow, searchNewest } from './live.js';
import { narrow, go, readFilters, route, newest, choose, filter, dropFilters, applyQuery } from './routes.js';
import { back, tab, replay, edit, curl, compare, menu, copyLink, download, difference, pause } from './actions.js';
import { onKey } from './keys.js';
import { connection, drawTop, drawEmpty, setActions } from './top.js';

function newRows(rows) {
  if (state.query) {
    searchNewest(state.query).then((response) => { if (state.matches) { addMatches(response.matches, true); arrived([]); } }).catch(() => {});
  }
  arrived(rows);
  drawEmpty();
  forgetDeliveries(bodiesOf(rows));
  if (document.hidden) state.unread += rows.length;
  drawTop();
  if (rows.length === 1) say(`${rows[0].type ?? rows[0].method ?? 'a request'}, ${isValid(rows[0]) ? 'valid' : verdictText[rows[0].verdict] ?? rows[0].verdict ?? 'malformed'}, ${rows[0].status}`);
  else if (rows.length > 1) say(`${rows.length} new events`);
  if (!state.chosen && !narrow.matches) { state.chosen = newest()?.id ?? null; showChosen(); showDetails().then(setActions); }
}

async function begin() {
  let searchTimer = 0;
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
