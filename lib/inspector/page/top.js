// What is around the list and the details: the state of the connection, and what to do while nothing has arrived.
import { $, h, button, copy, clock } from './dom.js';
import { state } from './store.js';
import { drawFilters } from './list.js';
import { tryNow } from './live.js';

const where = () => (state.session?.listening || state.session?.journal || location.host).replace(/^http:\/\//, '').replace(/\/$/, '');

export function drawTop() {
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
export function connection(kind, seconds) {
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

/// Actions that need the inspector are off while it can't be reached.
export function setActions() {
  for (const id of ['do-replay', 'do-edit', 'do-curl', 'do-compare']) {
    if ($(id)) $(id).disabled = state.connection !== 'on';
  }
}

export function drawEmpty() {
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
