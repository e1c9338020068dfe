// Keeps the page up to date: long polling with a cursor, pauses, restarts, and missed events.
import { get, ApiError, Unreachable } from './api.js';
import { state, addRows, addMark } from './store.js';

const between = 50;            // milliseconds between polls, so that a burst arrives in few responses
const hiddenEvery = 5000;
const crowdedEvery = 2000;     // too many pages are open, or more arrives than a response holds
const longestRetry = 15000;
const wait = 25;               // seconds

let hooks = {};
let wakeUp = () => {};

/// `hooks`: arrived(rows), connection(kind, seconds), restarted().
export function startLive(given) {
  hooks = given;
  document.addEventListener('visibilitychange', () => { if (!document.hidden) wakeUp(); });
  addEventListener('online', () => wakeUp());
  run();
}

/// Ends the wait before the next attempt.
export function tryNow() { wakeUp(); }

const pause = (ms) => new Promise((resolve) => {
  const timer = setTimeout(resolve, ms);
  wakeUp = () => { clearTimeout(timer); resolve(); };
});

async function run() {
  let failures = 0;
  for (;;) {
    try {
      if (state.connection !== 'on') await begin();
      failures = 0;
      hooks.connection('on');
      const isHidden = document.hidden;
      const response = await get(`/api/events?after=${state.last}&wait=${isHidden ? 0 : wait}`);
      const began = performance.now();
      await take(response);
      // Rarely while much arrives: the listener may have the same processors.
      const isFlood = response.events.length >= state.session.limits.rows;
      await pause(isHidden ? hiddenEvery : response.crowded || isFlood ? crowdedEvery : Math.max(between, 4 * (performance.now() - began)));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        hooks.connection('no-token');
        await pause(3600000);
        continue;
      }
      if (!(error instanceof Unreachable) && !(error instanceof ApiError)) console.error(error);
      const ms = Math.min(longestRetry, 1000 * 2 ** failures++);
      hooks.connection('off', ms / 1000);
      await pause(ms);
    }
  }
}

/// Finds out which process is running. The first time, also loads the newest events.
async function begin() {
  const session = await get('/api/session');
  const isFirst = state.boot === '';
  state.session = session;
  if (isFirst) {
    state.boot = session.boot;
    const response = await get('/api/events?limit=200');
    addRows(response.events.reverse(), false);
    state.last = response.last;
    state.oldest = response.events.length > 0 ? response.events[0].n : response.last + 1;
    state.hasMore = response.more;
    hooks.began();
  } else if (session.boot !== state.boot) {
    restarted(session);
  }
}

function restarted(session) {
  if (state.boot === session.boot) return;
  state.boot = session.boot;
  state.last = 0;
  state.oldest = 1;
  state.hasMore = session.journal !== '';
  addMark({ mark: 'restart', at: session.started_at });
  hooks.restarted();
}

async function take(response) {
  if (response.boot !== state.boot) {
    state.session = await get('/api/session');
    restarted(state.session);
    return;
  }
  if (state.paused) {
    if (response.events.length > 0) {
      state.held.push(response);
      state.heldCount += response.events.length;
      state.last = response.events.at(-1).n;
      hooks.held();
    }
    return;
  }
  apply(response);
}

function apply(response) {
  if (response.missed > 0) addMark({ mark: 'gap', count: response.missed, before: (response.events[0]?.n ?? response.last + 1), boot: state.boot });
  const fresh = addRows(response.events, false);
  if (response.events.length > 0) state.last = response.events.at(-1).n;
  else if (response.missed > 0) state.last = response.last;
  if (fresh.length > 0 || response.missed > 0) hooks.arrived(fresh);
}

/// Shows what arrived during a pause.
export function release() {
  const { held } = state;
  state.held = [];
  state.heldCount = 0;
  for (const response of held) apply(response);
}

let isLoading = false;
/// Loads the next older events. Returns null if nothing was requested, so that drawing again doesn't request it again.
export async function loadOlder() {
  if (isLoading || !state.hasMore || state.connection !== 'on') return null;
  isLoading = true;
  try {
    const response = await get(`/api/events?before=${state.oldest}&limit=500`);
    if (response.boot !== state.boot) return null;
    state.hasMore = response.more;
    if (response.events.length > 0) state.oldest = response.events.at(-1).n; else state.hasMore = false;
    return addRows(response.events.reverse(), true);
  } catch {
    return null; // the polling loop notices it, too
  } finally {
    isLoading = false;
  }
}

/// Loads the events of a gap, if they are still available. Returns whether there were any.
export async function loadGap(mark) {
  const rows = [];
  let { before } = mark;
  for (let left = mark.count; left > 0;) {
    const response = await get(`/api/events?before=${before}&limit=${Math.min(500, left)}`);
    if (response.boot !== mark.boot || response.events.length === 0) break;
    rows.push(...response.events);
    left -= response.events.length;
    before = response.events.at(-1).n;
  }
  const at = state.rows.indexOf(mark);
  const known = rows.reverse().filter((row) => !state.byId.has(row.id));
  if (at < 0 || known.length === 0) { mark.isGone = true; return false; }
  const after = state.rows.splice(at);
  addRows(known, false);
  state.rows.push(...after.slice(1));
  return true;
}

/// Searches newly arrived events, while search results are shown.
export const searchNewest = (query) => get(`/api/search?q=${encodeURIComponent(query)}`);

/// Searches all events on the server in steps, newest first. `onMatches` is called after each step. A newer search ends
/// this one.
let searchNumber = 0;
export async function search(query, onMatches) {
  const mine = ++searchNumber;
  if (!query) return;
  let before = '';
  for (let isDone = false; !isDone && mine === searchNumber;) {
    const response = await get(`/api/search?q=${encodeURIComponent(query)}${before}`);
    if (mine !== searchNumber) return;
    before = `&before=${response.scanned_to}`;
    isDone = response.done;
    onMatches(response.matches, isDone);
  }
}
