// The state of the page: the session, the rows in order, and which of them are shown. No elements here.

export const mostRows = 100000; // the oldest are removed while events arrive, and can be loaded again
const trimmedAtOnce = 5000;     // rows

export const state = {
  session: null,
  boot: '',
  last: 0,             // the newest number of this process
  oldest: 1,           // the oldest number of this process that was loaded
  hasMore: false,      // there are older events to load
  rows: [],            // oldest first: events, and marks for gaps and restarts
  shown: [],           // those that match the filters, oldest first
  byId: new Map(),
  byBody: new Map(),   // rows with the same body
  filter: { verdict: 'all', type: '', status: '' },
  query: '',
  matches: null,       // rows that match the query, by ID; null without a query
  results: [],         // the same, oldest first
  searching: false,
  chosen: null,        // an ID
  tab: 'body',
  marked: null,        // the event to compare with another one
  pins: new Set(),
  paused: false,
  held: [],            // responses received while paused
  heldCount: 0,
  unread: 0,
  cleared: new Set(),
  connection: 'connecting', // connecting, on, off, no-token
};

export const isValid = (row) => row.verdict === 'valid';
export const isFailed = (row) => row.status >= 500;

export const verdictText = {
  valid: 'signature valid', invalid: 'signature invalid', stale: 'too old', future: 'from the future',
  'missing-signature': 'no signature', 'missing-timestamp': 'no timestamp', 'malformed-signature': 'signature malformed',
  'malformed-timestamp': 'timestamp malformed',
};

export const challengeTypes = ['webhook_url_verification', 'webhook_url_validation'];

/// Adds rows of this process, oldest first, at the newer or older end. Returns the ones that weren't known yet.
export function addRows(rows, isOlder) {
  const fresh = [];
  const families = new Map();
  for (const row of rows) {
    if (state.byId.has(row.id)) continue;
    row.boot = state.boot;
    row.target ??= '/';
    state.byId.set(row.id, row);
    fresh.push(row);
    if (!row.bytes) continue;
    const family = (isOlder ? families : state.byBody).get(row.body);
    if (family) family.push(row); else (isOlder ? families : state.byBody).set(row.body, [row]);
  }
  for (const [body, family] of families) state.byBody.set(body, family.concat(state.byBody.get(body) ?? []));
  if (isOlder) {
    state.rows = fresh.concat(state.rows);
  } else {
    for (const row of fresh) state.rows.push(row);
    if (state.rows.length >= mostRows + trimmedAtOnce) trim(state.rows.length - mostRows);
  }
  return fresh;
}

/// Removes the oldest rows, so that a page that stays open for days doesn't fill the memory.
function trim(count) {
  const removed = state.rows.splice(0, count);
  for (const row of removed) state.byId.delete(row.id);
  for (const body of bodiesOf(removed)) {
    const left = state.byBody.get(body).filter((row) => state.byId.has(row.id));
    if (left.length > 0) state.byBody.set(body, left); else state.byBody.delete(body);
  }
  const oldest = state.rows.find((row) => !row.mark);
  if (oldest?.boot !== state.boot) return;
  state.oldest = oldest.n;
  state.hasMore = true;
}

/// Adds a separator between events: a restart, or missed events.
export function addMark(mark) { state.rows.push(mark); }

/// Returns the rows with the same body as this one, oldest first.
export const familyOf = (row) => (row.bytes > 0 && state.byBody.get(row.body)) || [row];

/// Returns the bodies of these rows as a set; an empty body is no body.
export const bodiesOf = (rows) => new Set(rows.filter((row) => row.bytes > 0).map((row) => row.body));

export function passes(row) {
  if (row.mark) return state.filter.verdict === 'all' && !state.filter.type && !state.filter.status && !state.matches;
  if (state.cleared.has(row.id)) return false;
  const { verdict, type, status } = state.filter;
  if (verdict === 'valid' && !isValid(row)) return false;
  if (verdict === 'rejected' && isValid(row)) return false;
  if (verdict === 'failed' && !isFailed(row)) return false;
  if (verdict === 'pinned' && !state.pins.has(row.id)) return false;
  if (type && (row.type ?? '') !== type) return false;
  if (status && String(row.status)[0] !== status[0]) return false;
  return true;
}

export function refilter() { state.shown = (state.matches ? state.results : state.rows).filter(passes); }

/// Adds rows that the server found, newest first, at the older or newer end of the results.
export function addMatches(rows, isNewer) {
  const fresh = rows.filter((row) => !state.matches.has(row.id)).map((row) => state.byId.get(row.id) ?? { ...row, boot: state.boot });
  for (const row of fresh) state.matches.set(row.id, row);
  fresh.reverse();
  state.results = isNewer ? state.results.concat(fresh) : fresh.concat(state.results);
}

/// Counts the events for each chip above the list, and collects their types.
export function counts() {
  const count = { all: 0, valid: 0, rejected: 0, failed: 0, pinned: 0, types: new Set() };
  for (const row of state.rows) {
    if (row.mark) continue;
    if (row.type) count.types.add(row.type);
    if (state.cleared.has(row.id)) continue;
    ++count.all;
    if (isValid(row)) ++count.valid; else ++count.rejected;
    if (isFailed(row)) ++count.failed;
    if (state.pins.has(row.id)) ++count.pinned;
  }
  return count;
}

/// Returns the row with this ID, or with an ID that starts with it.
export function rowOf(id) {
  if (!id) return null;
  const row = state.byId.get(id) ?? state.matches?.get(id);
  if (row) return row;
  for (const [known, one] of state.byId) if (known.startsWith(id)) return one;
  return null;
}

/// Returns where an event is forwarded by default; empty if there is no target.
export function targetOf(type) {
  const targets = state.session?.forward ?? [];
  return (targets.find((t) => t.type && t.type === type) ?? targets.find((t) => !t.type))?.url ?? '';
}

const pinsKey = 'pins';
export function loadPins() {
  try { state.pins = new Set(JSON.parse(localStorage.getItem(pinsKey) ?? '[]')); } catch { state.pins = new Set(); }
}
export function togglePin(id) {
  if (!state.pins.delete(id)) state.pins.add(id);
  localStorage.setItem(pinsKey, JSON.stringify([...state.pins].slice(-1000)));
}
