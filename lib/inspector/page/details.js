// One event: verdict and cause, then body, headers, response, deliveries and replays.
import { $, h, button, size, took, clock, moment } from './dom.js';
import { get, request } from './api.js';
import { state, rowOf, verdictText, challengeTypes, targetOf } from './store.js';
import { written } from './list.js';
import { BodyView, codeOf, decode, largest } from './body.js';

export const tabs = ['body', 'headers', 'response', 'deliveries', 'replays'];
const cache = new Map();   // details by ID, the most recently opened ones
const loading = new Map(); // promises of details by ID
const mostCached = 20;
let language = localStorage.getItem('language') ?? '';
let actions = {};
let view = new BodyView();
let viewOf = null;
let wanted = null;         // the ID whose details are being loaded

export function startDetails(given) { actions = given; }
export const bodyView = () => view;

/// Fetches an event's details, or returns them from the cache.
export async function fetchDetails(id) {
  const known = cache.get(id);
  if (known) return known;
  if (loading.has(id)) return loading.get(id);
  const mine = load(id);
  loading.set(id, mine);
  const isStillWanted = () => loading.get(id) === mine; // not forgotten in the meantime
  try {
    const details = await mine;
    if (isStillWanted()) remember(details);
    return details;
  } finally {
    if (isStillWanted()) loading.delete(id);
  }
}

function remember(details) {
  cache.set(details.event.id, details);
  if (cache.size > mostCached) cache.delete(cache.keys().next().value);
}

async function load(id) {
  const row = rowOf(id);
  const hint = row && row.boot === state.boot ? `?n=${row.n}` : '';
  const details = await get(`/api/events/${id}${hint}`);
  details.row.boot = state.boot;
  details.body = await bodyOf(details);
  return details;
}

async function bodyOf({ event, has_body: hasBody, row }) {
  if (hasBody && event.body_base64 !== undefined) {
    const bytes = Uint8Array.from(atob(event.body_base64), (c) => c.charCodeAt(0));
    return { bytes, text: decode(bytes), total: bytes.length, isWhole: true };
  }
  if (hasBody) {
    const bytes = new TextEncoder().encode(event.body);
    return { bytes, text: event.body, total: bytes.length, isWhole: true };
  }
  const isWhole = row.bytes <= largest;
  const response = await request(`/api/events/${event.id}/body?n=${row.n}`, isWhole ? {} : { headers: { Range: 'bytes=0-1048575' } });
  const bytes = new Uint8Array(await response.arrayBuffer());
  let text = decode(bytes);
  for (let cut = 1; text === null && !isWhole && cut < 4; ++cut) text = decode(bytes.subarray(0, bytes.length - cut));
  return { bytes, text, total: row.bytes, isWhole };
}

const answerOf = (event) => event.answer ?? event.response ?? { status: 0, ms: 0 };

/// Shows the selected event.
export async function showDetails() {
  const id = state.chosen;
  wanted = id;
  if (!id) { $('details').replaceChildren(nothingChosen()); return; }
  let details = cache.get(id);
  if (!details) {
    try {
      details = await fetchDetails(id);
    } catch (error) {
      if (wanted === id) $('details').replaceChildren(h('div', { class: 'head' }, back(), h('h1', {}, 'Event not available'), h('p', { class: 'quiet' }, error.status === 404 ? 'It is no longer in memory and was not recorded. Use --record to keep events.' : error.message)));
      return;
    }
  }
  if (wanted === id && state.chosen === id) draw(cache.get(id) ?? details);
}

const nothingChosen = () => h('div', { class: 'head' }, h('h1', {}, 'No event selected'), h('p', { class: 'quiet' }, 'Choose one in the list, or press j.'));
export const back = () => button('‹ Events', { class: 'back', onclick: () => actions.back() });

function draw(details) {
  const box = $('details');
  const { event } = details;
  const focused = box.contains(document.activeElement) ? document.activeElement.id : '';
  const scrolled = viewOf === event.id ? box.scrollTop : 0;
  if (viewOf !== event.id) { const before = view; view = new BodyView(); view.wanted = before.wanted; viewOf = event.id; }
  if (!event.method) {
    box.replaceChildren(h('div', { class: 'head' }, back(), h('h1', {}, 'Rejected request'), h('p', {}, written(event.signature.detail ?? '')),
      h('p', { class: 'quiet' }, `${moment(event.received_at)}${event.remote ? `, from ${event.remote}` : ''}. The listener ${answerOf(event).status ? `responded ${answerOf(event).status}` : 'could not respond'} before it had a whole request, so there is nothing to verify or replay.`)));
    return;
  }
  const tab = tabs.includes(state.tab) ? state.tab : 'body';
  const answer = answerOf(event);
  const counts = { body: null, headers: event.headers.length, response: event.forward?.status ?? event.forward?.obstacle ?? answer.status, deliveries: Math.max(1, details.deliveries.length), replays: details.replays.length };
  const names = { body: 'Body', headers: 'Headers', response: 'Response', deliveries: 'Deliveries', replays: 'Replays' };
  const tabButtons = tabs.map((name) => button([names[name], counts[name] != null && h('span', { class: 'count' }, String(counts[name]))], {
    role: 'tab', id: `tab-${name}`, 'aria-selected': String(name === tab), 'aria-controls': 'panel', tabindex: name === tab ? '0' : '-1', onclick: () => actions.tab(name),
  }));
  const tabList = h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Event', onkeydown: (e) => arrowTabs(e, tabButtons) }, tabButtons);
  box.replaceChildren(head(details), verdictCard(details), tabList,
    h('div', { class: 'panel', id: 'panel', role: 'tabpanel', 'aria-labelledby': `tab-${tab}`, tabindex: '-1' }, panel(tab, details)));
  box.scrollTop = scrolled;
  view.attached();
  if (focused) $(focused)?.focus({ preventScroll: true });
}

/// The left and right keys move between tabs, as screen readers announce.
export function arrowTabs(event, buttons) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  event.stopPropagation();
  const at = buttons.indexOf(document.activeElement);
  const next = buttons[(at + step + buttons.length) % buttons.length];
  next.focus();
  next.click();
}

function badge(event) {
  const { verdict } = event.signature;
  const text = verdictText[verdict] ?? verdict;
  const parts = [h('span', { class: 'badge ' + (verdict === 'valid' ? 'good' : 'bad') }, (verdict === 'valid' ? '✓ ' : '✗ ') + text[0].toUpperCase() + text.slice(1))];
  if (challengeTypes.includes(event.type)) parts.push(h('span', { class: 'badge plain' }, 'Challenge'));
  return parts;
}

function head({ event }) {
  const answer = answerOf(event);
  const signing = event.signature;
  const target = targetOf(event.type);
  const age = signing.age_s === undefined ? '' : signing.age_s < 0 ? `${-signing.age_s} s ahead` : `${signing.age_s} s old`;
  const isReadOnly = state.session?.read_only;
  return h('div', { class: 'head' }, back(),
    h('div', { class: 'line' }, h('h1', {}, written(event.type ?? `${event.method} ${event.target ?? ''}`)), badge(event),
      h('span', { class: 'badge ' + (answer.status >= 500 ? 'warn' : 'plain') }, `${answer.status} in ${took(answer.ms)}`, answer.fault && `, ${answer.fault}`)),
    h('div', { class: 'facts' }, h('span', { title: event.received_at }, moment(event.received_at)), h('span', {}, written(`${event.method} ${event.target ?? '(not UTF-8)'}`)), event.remote && h('span', {}, `from ${event.remote}`),
      signing.encoding && h('span', {}, [signing.encoding, signing.secret && `secret ${signing.secret}`, age].filter(Boolean).join(', ')),
      button(h('code', {}, event.id.slice(0, 8)), { class: 'link', title: 'Copy the link', 'aria-label': `Copy the link to ${event.id.slice(0, 8)}`, onclick: () => actions.copyLink() })),
    h('div', { class: 'actions' },
      isReadOnly ? button('Copy replay command', { class: 'button first', id: 'do-replay', onclick: () => actions.replay() }, 'r') : button(target ? 'Replay' : 'Replay…', { class: 'button first', id: 'do-replay', title: target ? `to ${target}, re-signed` : 'asks where to', onclick: () => actions.replay() }, 'r'),
      !isReadOnly && button('Edit and resend', { class: 'button', id: 'do-edit', onclick: () => actions.edit() }, 'e'),
      button('Copy as curl', { class: 'button', id: 'do-curl', onclick: () => actions.curl() }, 'c'),
      button(state.marked && state.marked !== event.id ? 'Compare with A' : 'Compare', { class: 'button', id: 'do-compare', 'aria-pressed': String(state.marked === event.id), onclick: () => actions.compare() }, 'd'),
      button('···', { class: 'button', id: 'do-more', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-label': 'More actions', onclick: (e) => actions.menu(e.currentTarget) })));
}

/// The text of one side, with what differs marked and whitespace made visible inside the mark.
function side(text, same, end, { hasMoreBefore, hasMoreAfter }) {
  const whitespace = (t) => t.replace(/ /g, '␣').replace(/\t/g, '⇥').replace(/\r/g, '␍').replace(/\n/g, '⏎');
  const changed = text.slice(same, end);
  return h('pre', {}, hasMoreBefore && '…', same > 0 && h('span', { class: 'same' }, written(whitespace(text.slice(0, same)))), changed ? h('mark', {}, written(whitespace(changed))) : h('mark', { class: 'nothing' }, '∅'), written(whitespace(text.slice(end))), hasMoreAfter && '…');
}

function differenceRows(difference, proof) {
  const { received, signed } = difference;
  let same = 0;
  while (same < received.length && same < signed.length && received[same] === signed[same]) ++same;
  if (same > 0 && same < received.length && received.charCodeAt(same) >= 0xdc00 && received.charCodeAt(same) < 0xe000) --same;
  // Highlight up to where both texts agree again, if that is near; otherwise, just one character.
  const [a, b] = resync(received, signed, same);
  // Both texts go from 40 bytes before the first difference to 120 after it.
  const more = (bytes) => ({ hasMoreBefore: difference.at > 40, hasMoreAfter: difference.at + 120 < bytes });
  return h('div', { class: 'compare' }, h('span', { class: 'what' }, 'received'), side(received, same, a, more(difference.received_bytes)), h('span', { class: 'what' }, 'signed'), side(signed, same, b, more(difference.signed_bytes)),
    h('span', { class: 'what' }, 'differs'), h('span', { class: 'quiet' }, `from byte ${difference.at.toLocaleString('en')} on · received ${difference.received_bytes.toLocaleString('en')} bytes, signed ${difference.signed_bytes.toLocaleString('en')} bytes`),
    h('span', { class: 'what' }, 'proof'), h('span', { class: 'evidence' }, written(proof)));
}

function resync(a, b, same) {
  const anchor = 6;
  for (let length = 0; length < 60; ++length) {
    for (let i = 0; i <= length; ++i) {
      const x = same + i;
      const y = same + length - i;
      const piece = a.slice(x, x + anchor);
      if (piece.length === anchor && piece === b.slice(y, y + anchor)) return [x, y];
    }
  }
  return [Math.min(a.length, same + 1), Math.min(b.length, same + 1)];
}

function verdictCard({ event, causes }) {
  if (event.signature.verdict === 'valid') return '';
  if (causes.length === 0) {
    return h('section', { class: 'card bad-card', 'aria-label': 'Why the signature does not match' }, h('div', { class: 'top' }, h('h2', {}, `No cause was found: ${verdictText[event.signature.verdict] ?? event.signature.verdict}`),
      event.signature.detail && h('p', {}, written(event.signature.detail)), h('p', {}, 'Run “alohook verify” with the request to search without a time limit.')));
  }
  return h('div', {}, causes.slice(0, 3).map((cause, i) => causeCard(cause, i)));
}

function causeCard(cause, number) {
  const languages = [...new Set(cause.fixes.map((fix) => fix.language))].filter(Boolean);
  const general = cause.fixes.filter((fix) => !fix.language);
  const chosen = languages.includes(language) ? language : languages.includes('Node') ? 'Node' : languages[0];
  const buttons = languages.map((name) => button(name, { role: 'tab', id: `fix-${number}-${name}`, 'aria-selected': String(name === chosen), tabindex: name === chosen ? '0' : '-1', onclick: () => { language = name; localStorage.setItem('language', name); showDetails(); } }));
  return h('section', { class: 'card bad-card', 'aria-label': 'Why the signature does not match' },
    h('div', { class: 'top' }, h('h2', {}, cause.text), h('p', {}, cause.proven ? 'Proven. ' : 'Likely, not proven. ', h('span', { class: 'id' }, cause.id))),
    cause.evidence && !cause.difference && h('div', { class: 'compare' }, h('span', { class: 'what' }, 'proof'), h('span', { class: 'evidence' }, written(cause.evidence))),
    cause.difference && differenceRows(cause.difference, cause.evidence.split('; they differ')[0]),
    cause.fixes.length > 0 && h('div', { class: 'fix' }, general.map((fix) => h('p', { class: 'advice' }, fix.text)),
      languages.length > 0 && h('div', { class: 'languages', role: 'tablist', 'aria-label': 'Language', onkeydown: (e) => arrowTabs(e, buttons) }, buttons),
      languages.length > 0 && cause.fixes.filter((fix) => fix.language === chosen).map((fix) => h('code', { class: 'advice' }, fix.text))));
}

function panel(tab, details) {
  if (tab === 'headers') return headersTable(details.event.headers);
  if (tab === 'response') return responsePanel(details.event);
  if (tab === 'deliveries') return deliveriesPanel(details);
  if (tab === 'replays') return replaysPanel(details);
  return view.draw(details.body, details.row, { download: () => actions.download() });
}

const headerText = (value) => (typeof value === 'string' ? written(value) : [h('span', { class: 'odd-byte' }, 'not UTF-8, base64'), ' ', value.base64]);

export function headersTable(headers) {
  return h('table', { class: 'headers' }, h('caption', { class: 'visually-hidden' }, 'Headers, in the order received'), h('tbody', {}, headers.map(([name, value]) => h('tr', { class: /^x-alo-/i.test(name) ? 'alo' : null }, h('th', { scope: 'row' }, written(name)), h('td', {}, headerText(value))))));
}

/// Shows a server's response as stored in the journal.
function exchange(forward) {
  const facts = h('div', { class: 'facts' }, h('span', {}, 'sent to ', h('code', {}, written(forward.url))), h('span', {}, took(forward.ms)));
  if (forward.obstacle) return [facts, h('div', { class: 'note' }, h('b', {}, forward.obstacle), ' ', written(forward.detail ?? ''))];
  const text = forward.body;
  return [facts, h('h2', { class: 'status' }, `Your server responded ${forward.status}`), headersTable(forward.headers ?? []),
    text === undefined ? h('p', { class: 'quiet' }, `${size(forward.body_bytes ?? 0)} that are not UTF-8`) : text === '' ? h('p', { class: 'quiet' }, 'without a body') : codeOf(text, 'Response body'),
    forward.body_bytes > 4096 && h('p', { class: 'quiet' }, `The first 4 KiB of ${size(forward.body_bytes)}.`)];
}

function responsePanel(event) {
  const answer = answerOf(event);
  const sender = h('p', { class: 'quiet' }, `The sender got ${answer.status} after ${took(answer.ms)}`, answer.fault && `, with the fault “${answer.fault}”`, '. ');
  if (!event.forward) return [sender, h('p', { class: 'quiet' }, (state.session?.forward ?? []).length === 0 ? 'alohook responded itself. Start it with --forward URL to pass events on to your server.' : 'Not forwarded: alohook responded itself.')];
  return [sender, exchange(event.forward)];
}

function deliveriesPanel({ event, deliveries }) {
  const rows = deliveries.length > 0 ? deliveries : [rowOf(event.id)].filter(Boolean);
  const time = (row) => Date.parse(row.at);
  return [h('p', { class: 'quiet' }, rows.length > 1 ? `The same body arrived ${rows.length} times. ALO doesn't document whether and when it redelivers; this is what arrived.` : 'This body arrived once.'),
    h('ol', { class: 'steps' }, rows.map((row, i) => h('li', {}, h('span', { class: 'when', title: row.at }, clock(row.at)), h('span', { class: row.status < 400 ? 'good' : 'bad' }, h('span', { class: 'pin' })),
      h('span', {}, row.id === event.id ? h('span', { class: 'what' }, `responded ${row.status}`) : button(`responded ${row.status}`, { class: 'link what', onclick: () => actions.choose(row.id) }), ' ', h('span', { class: 'quiet' }, took(row.ms)), row.id === event.id && h('span', { class: 'quiet' }, ' · this one'),
        h('p', {}, row.forward?.obstacle ?? (row.forward ? `your server responded ${row.forward.status}` : 'not forwarded'), ` · ${verdictText[row.verdict] ?? row.verdict}`, i > 0 && ` · ${took(time(row) - time(rows[i - 1]))} after the one before`)))))];
}

function replaysPanel({ event, replays }) {
  const target = targetOf(event.type);
  if (state.session?.read_only) return h('p', { class: 'quiet' }, 'This inspector sends nothing. Press r to copy the command that replays this event.');
  if (replays.length === 0) return h('p', { class: 'quiet' }, target ? `Not replayed yet. Press r to send it to ${target}, re-signed.` : 'Not replayed yet. Press r and say where to send it, re-signed.');
  return [...replays].reverse().map((replay) => h('section', { class: 'replay' }, h('h2', {}, clock(replay.at), ' ', h('span', { class: 'quiet' }, [replay.edited ? 'edited body' : 'recorded body', replay.as_recorded ? 'as recorded' : 're-signed', size(replay.bytes)].join(' · '))), exchange(replay.forward)));
}

/// Removes cached details after a row's deliveries or replays have changed, also those that are being loaded.
export function forgetDetails(id) {
  cache.delete(id);
  loading.delete(id);
}

/// Forgets the details of events with one of these bodies: another delivery has arrived.
export function forgetDeliveries(bodies) {
  for (const id of [...cache.keys(), ...loading.keys()]) if (bodies.has(rowOf(id)?.body)) forgetDetails(id);
}
