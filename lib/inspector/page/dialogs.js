// Dialogs and the menu: edit and resend, keyboard shortcuts, more actions.
import { $, h, button, size, toast } from './dom.js';
import { state, targetOf } from './store.js';
import { jsonLines } from './json_lines.js';

const mostEdited = 1 << 20;
const keysOff = 'single-keys-off';

export const areKeysOn = () => localStorage.getItem(keysOff) !== '1';

/// Returns whether a URL refers to this machine.
export function isLocal(url) {
  try {
    const { hostname } = new URL(url);
    return hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\./.test(hostname) || hostname === '[::1]';
  } catch { return url.startsWith('unix:'); }
}

/// Asks for a target and, if it is editable, another body. `send(url, body)` gets undefined for the recorded body.
export function openEdit(details, send, isUrlMissing) {
  const dialog = $('edit');
  const { event, body } = details;
  const canEdit = body.text !== null && body.isWhole && body.total <= mostEdited;
  const hasReturns = canEdit && body.text.includes('\r');
  const secret = state.session?.secrets?.[0];
  const url = h('input', { id: 'edit-url', spellcheck: 'false', autocomplete: 'off', placeholder: 'http://127.0.0.1:3000/webhooks/alo' });
  url.value = targetOf(event.type);
  const area = h('textarea', { id: 'edit-body', spellcheck: 'false', disabled: !canEdit });
  area.value = canEdit ? body.text : '';
  const recorded = area.value; // a field turns CRLF into LF
  const status = h('span', { class: 'quiet', id: 'edit-status' });
  const problem = h('p', { class: 'bad', id: 'edit-problem', role: 'alert' });
  const isChanged = () => canEdit && area.value !== recorded;
  const tell = () => {
    const text = area.value;
    const bytes = isChanged() ? new TextEncoder().encode(text).length : body.total;
    const isJson = canEdit && jsonLines(text) !== null;
    status.textContent = [size(bytes), canEdit && (isJson ? 'well-formed JSON' : 'not JSON'), isChanged() ? 'edited' : 'unchanged'].filter(Boolean).join(' · ');
  };
  area.addEventListener('input', tell);
  let confirmed = '';
  const submit = async () => {
    problem.textContent = '';
    const target = url.value.trim();
    if (!target) { problem.textContent = 'Say where to send it: a URL such as http://127.0.0.1:3000/'; url.focus(); return; }
    if (!isLocal(target) && confirmed !== target) {
      confirmed = target;
      problem.textContent = `${target} is not on this machine. Send again to confirm.`;
      return;
    }
    sendButton.disabled = true;
    const failed = await send(target, isChanged() ? area.value : undefined);
    sendButton.disabled = false;
    if (failed) problem.textContent = failed; else dialog.close();
  };
  const sendButton = button('Send', { class: 'button first', id: 'edit-send', onclick: submit }, 'Ctrl ⏎');
  dialog.replaceChildren(h('div', { class: 'top' }, h('h2', { id: 'edit-title' }, 'Edit and resend'),
    h('p', { class: 'quiet' }, secret ? `Re-signed with secret 1 (${secret.sha256}…) and a fresh timestamp. The recorded event stays as it is.` : 'The recorded event stays as it is.')),
  h('div', { class: 'in' }, h('label', {}, 'To', url), h('label', {}, 'Body', area),
    !canEdit && h('p', { class: 'quiet' }, body.text === null ? 'This body is not UTF-8, so it can’t be edited here. It is sent as recorded.' : 'This body is too large to edit here. It is sent as recorded.'),
    hasReturns && h('p', { class: 'quiet' }, 'This body has carriage returns (CR). If you edit it, they become line feeds; unchanged, its recorded bytes are sent.'), problem),
  h('div', { class: 'end' }, status, button('Cancel', { class: 'button', onclick: () => dialog.close() }, 'Esc'), sendButton));
  dialog.onkeydown = (e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); submit(); } };
  tell();
  open(dialog);
  (isUrlMissing || !url.value || !canEdit ? url : area).focus();
  area.setSelectionRange(0, 0);
  area.scrollTop = 0;
}

/// Returns focus to an element, or to the one that has been drawn in its place.
function focusAgain(element) {
  (element?.isConnected ? element : $(element?.id || 'list') ?? $('list')).focus();
}

/// Opens a dialog. When it closes, focus returns to where it was.
function open(dialog) {
  const before = document.activeElement;
  dialog.addEventListener('close', () => focusAgain(before), { once: true });
  dialog.showModal();
}

export const keyTable = [
  ['j k, ↓ ↑', 'next, previous event'], ['g G', 'newest, oldest event'], ['Enter, Esc', 'to the details, back to the list'], ['1 … 5', 'Body, Headers, Response, Deliveries, Replays'],
  ['← →', 'fold, unfold; with Shift all'], ['/', 'search; Esc leaves it, a second one empties it'], ['f', 'rejected only, all'], ['r', 'replay to the forward target, re-signed'],
  ['e', 'edit and resend'], ['c y', 'copy as curl, copy the link'], ['d', 'mark for comparison, then compare'], ['[ ] s', 'previous, next change; swap'], ['w b h', 'download the body, save as fixture, export HAR'],
  ['* x', 'pin; clear the view'], ['p ?', 'pause the list; this help'],
];

/// Shows all keyboard shortcuts, and lets users disable them.
export function openKeys() {
  const dialog = $('keys');
  const check = h('input', { type: 'checkbox', id: 'keys-on', onchange: () => { localStorage.setItem(keysOff, check.checked ? '0' : '1'); toast(check.checked ? 'Single-key shortcuts are on' : 'Single-key shortcuts are off'); } });
  check.checked = areKeysOn();
  dialog.replaceChildren(h('div', { class: 'top' }, h('h2', { id: 'keys-title' }, 'Keys')),
    h('div', { class: 'in' }, h('table', { class: 'keys' }, h('tbody', {}, keyTable.map(([keys, what]) => h('tr', {}, h('th', { scope: 'row' }, keys.split(/(?<=[^…]) (?!…)/).map((key) => [h('kbd', {}, key.replace(',', '')), ' '])), h('td', {}, what))))),
      h('label', { class: 'check' }, check, ' Single-key shortcuts')),
    h('div', { class: 'end' }, h('span', { class: 'quiet' }, 'Keys act outside fields only.'), button('Close', { class: 'button first', id: 'keys-close', onclick: () => dialog.close() }, 'Esc')));
  open(dialog);
  $('keys-close').focus();
}

/// Opens a menu below a button. `items`: [text, key, run].
export function openMenu(opener, items) {
  document.querySelector('.menu')?.remove();
  const close = (returns) => {
    menu.remove();
    opener.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside, true);
    if (returns) focusAgain(opener);
  };
  const outside = (e) => { if (!menu.contains(e.target)) close(false); };
  const buttons = items.map(([text, key, run]) => button([h('span', {}, text), key && h('kbd', { 'aria-hidden': 'true' }, key)], { role: 'menuitem', tabindex: '-1', onclick: () => { close(true); run(); } }));
  const menu = h('div', { class: 'menu', role: 'menu', 'aria-label': 'More actions', onkeydown: (e) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[e.key];
    if (to !== undefined) { buttons[(to + buttons.length) % buttons.length].focus(); e.preventDefault(); }
    if (e.key === 'Escape' || e.key === 'Tab') { close(true); e.preventDefault(); }
    e.stopPropagation();
  } }, buttons);
  const place = opener.getBoundingClientRect();
  document.querySelector('main').append(menu); // a landmark, which screen readers use for navigation
  menu.style.top = `${Math.max(8, Math.min(place.bottom + 4, innerHeight - menu.offsetHeight - 8))}px`;
  menu.style.left = `${Math.max(8, Math.min(place.left, innerWidth - menu.offsetWidth - 8))}px`;
  opener.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', outside, true);
  buttons[0].focus();
}
