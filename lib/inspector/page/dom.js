// Creates elements from data. All data from events is inserted as text nodes; nothing here parses markup.

/// Returns the element with this ID.
export const $ = (id) => document.getElementById(id);

/// Creates an element. Properties that start with `on` are listeners; false and null are omitted.
export function h(name, properties, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === false || value == null) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

/// Creates a button. `key` is its keyboard shortcut, shown next to the text.
export function button(text, properties, key) {
  return h('button', { type: 'button', ...properties }, text, key && [' ', h('kbd', { 'aria-hidden': 'true' }, key)]);
}

/// Formats a number of bytes: `796 B`, `1.4 KB`.
export const size = (n) => (n < 1024 ? `${n} B` : n < 1048576 ? `${(n / 1024).toFixed(1)} KB` : `${(n / 1048576).toFixed(1)} MB`);

/// Formats milliseconds: `1.5 ms`, `30.0 s`, `12 min`.
export function took(ms) {
  if (ms < 1000) return `${Number(Number(ms).toPrecision(2))} ms`;
  if (ms < 120000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 7200000 ? `${Math.round(ms / 60000)} min` : `${Math.round(ms / 3600000)} h`;
}

const two = (n) => String(n).padStart(2, '0');

/// Formats the local time of day, with milliseconds.
export function clock(iso) {
  const t = new Date(iso);
  return `${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}.${String(t.getMilliseconds()).padStart(3, '0')}`;
}

/// Formats the local date and time, with the offset from UTC.
export function moment(iso) {
  const t = new Date(iso);
  const offset = -t.getTimezoneOffset();
  const zone = offset === 0 ? 'UTC' : `UTC${offset < 0 ? '−' : '+'}${Math.floor(Math.abs(offset) / 60)}${Math.abs(offset) % 60 ? ':' + two(Math.abs(offset) % 60) : ''}`;
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][t.getMonth()];
  return `${t.getDate()} ${month} ${t.getFullYear()}, ${clock(iso)} ${zone}`;
}

/// Copies text to the clipboard, and reports success or failure.
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`Copied ${what}`);
  } catch {
    // Without permission, the old method still works inside a key or click handler.
    const area = h('textarea', { class: 'visually-hidden' });
    area.value = text;
    (document.querySelector('dialog[open]') ?? document.body).append(area);
    area.select();
    toast(document.execCommand('copy') ? `Copied ${what}` : `Can't copy ${what}: the browser doesn't allow it`);
    area.remove();
  }
}

/// Saves bytes to a file. They are never opened or rendered.
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h('a', { href: url, download: name.replace(/[^\w.-]/g, '_') });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

let toastTimer = 0;
/// Shows a message for `duration` ms, Infinity until the next one, with an optional action.
export function toast(text, action, duration = action ? 10000 : 4000) {
  const box = $('toast');
  box.replaceChildren(h('span', {}, text), action ? button(action.text, { class: 'link', onclick: () => { box.hidden = true; action.run(); } }) : '');
  box.hidden = false;
  say(text);
  clearTimeout(toastTimer);
  if (duration < Infinity) toastTimer = setTimeout(() => { box.hidden = true; }, duration);
}

let said = 0;
let waiting = 0;
/// Announces a sentence to screen readers: at most one every five seconds, and then the latest.
export function say(text) {
  clearTimeout(waiting);
  const run = () => { said = performance.now(); $('announce').textContent = text; };
  const left = said + 5000 - performance.now();
  if (said === 0 || left <= 0) run(); else waiting = setTimeout(run, left);
}
