// The difference between two events: body (by lines of the tree), headers, response.
import { $, h, button, size, clock, copy } from './dom.js';

import { diff, pairs, sharedEnds } from './diff.js';
import { jsonLines } from './json_lines.js';
import { fetchDetails, arrowTabs, back } from './details.js';
import { written } from './list.js';

const mostLines = 20000;
const mostDrawn = 4000;
let actions = {};
let current = null; // { a, b, tab }
let changeAt = -1;

export function startDifference(given) { actions = given; }
export const isDifferenceShown = () => current !== null;
export function closeDifference() { current = null; }

/// Shows the changes from event `a` to event `b`.
export async function showDifference(a, b) {
  let details;
  try {
    details = await Promise.all([fetchDetails(a), fetchDetails(b)]);
  } catch (error) {
    $('details').replaceChildren(h('div', { class: 'head' }, back(), h('h1', {}, 'Difference'), h('p', { class: 'quiet' }, error.message)));
    return;
  }
  const tab = current?.tab ?? 'body';
  current = { a: details[0], b: details[1], tab };
  changeAt = -1;
  draw();
}

export function swap() { actions.difference(current.b.event.id, current.a.event.id); }

/// Scrolls to the next change, or the previous one.
export function goToChange(step) {
  const changes = [...$('details').querySelectorAll('.change')];
  if (changes.length === 0) return;
  changeAt = (changeAt + step + changes.length) % changes.length;
  if (changeAt < 0) changeAt = changes.length - 1;
  changes[changeAt].scrollIntoView({ block: 'center' });
  changes.forEach((change, i) => change.classList.toggle('at', i === changeAt));
}

function linesOf(details) {
  const { text } = details.body;
  if (text === null) return { lines: hexLines(details.body.bytes), isTree: false };
  const tree = jsonLines(text);
  if (!tree || tree.length === 0) return { lines: text.split('\n'), isTree: false };
  return { lines: Array.from({ length: tree.length }, (_, i) => tree.line(i)), isTree: true };
}

function hexLines(bytes) {
  const lines = [];
  for (let i = 0; i < Math.min(bytes.length, mostLines * 16); i += 16) lines.push([...bytes.subarray(i, i + 16)].map((b) => b.toString(16).padStart(2, '0')).join(' '));
  return lines;
}

const headerLines = (event) => event.headers.map(([name, value]) => `${name}: ${typeof value === 'string' ? value : `base64 ${value.base64}`}`);

function responseLines(event) {
  const answer = event.answer ?? event.response ?? {};
  const lines = [`status to the sender: ${answer.status}`];
  const { forward } = event;
  if (!forward) return lines;
  lines.push(`sent to ${forward.url}`, forward.obstacle ? `${forward.obstacle}: ${forward.detail}` : `status ${forward.status}`);
  for (const [name, value] of forward.headers ?? []) lines.push(`${name}: ${typeof value === 'string' ? value : `base64 ${value.base64}`}`);
  return lines.concat((forward.body ?? '').split('\n'));
}

function sameBytes(a, b) { return a.length === b.length && a.every((byte, i) => byte === b[i]); }

function content(tab) {
  const { a, b } = current;
  if (tab === 'headers') return { a: headerLines(a.event), b: headerLines(b.event), note: '' };
  if (tab === 'response') return { a: responseLines(a.event), b: responseLines(b.event), note: '' };
  const left = linesOf(a);
  const right = linesOf(b);
  const isSame = sameBytes(a.body.bytes, b.body.bytes);
  const isFormatting = !isSame && left.isTree && right.isTree && left.lines.length === right.lines.length && left.lines.every((line, i) => line === right.lines[i]);
  if (isFormatting) return { a: a.body.text.split('\n'), b: b.body.text.split('\n'), note: 'Same values, other bytes: only the formatting differs.' };
  return { a: left.lines, b: right.lines, note: isSame ? 'The bodies are the same, byte for byte.' : '' };
}

function draw() {
  const { a, b, tab } = current;
  const names = { body: 'Body', headers: 'Headers', response: 'Response' };
  const buttons = Object.keys(names).map((name) => button(names[name], { role: 'tab', id: `diff-${name}`, 'aria-selected': String(name === tab), tabindex: name === tab ? '0' : '-1', onclick: () => { current.tab = name; draw(); $(`diff-${name}`).focus(); } }));
  const { a: left, b: right, note } = content(tab);
  const isHuge = left.length > mostLines || right.length > mostLines;
  const edits = isHuge ? null : diff(left, right);
  const gone = edits ? edits.filter((edit) => edit[0] === '-').length : 0;
  const come = edits ? edits.filter((edit) => edit[0] === '+').length : 0;
  $('details').replaceChildren(h('div', { class: 'head' }, back(),
    h('div', { class: 'line' }, h('h1', {}, 'Difference'), h('span', { class: 'quiet' }, edits ? `${gone} line${gone === 1 ? '' : 's'} removed, ${come} added` : 'long bodies: the first difference only')),
    h('div', { class: 'actions' }, button('Swap', { class: 'button', onclick: swap }, 's'), button('Previous', { class: 'button', onclick: () => goToChange(-1) }, '['), button('Next', { class: 'button', onclick: () => goToChange(1) }, ']'),
      edits && button('Copy as patch', { class: 'button', onclick: () => copy(patch(edits, left, right), 'the patch') }))),
  h('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Difference', onkeydown: (e) => arrowTabs(e, buttons) }, buttons),
  h('div', { class: 'panel', role: 'tabpanel', 'aria-labelledby': `diff-${tab}` }, h('div', { class: 'pair' }, side(a, 'A'), side(b, 'B')), note && h('div', { class: 'note plain' }, note), edits ? box(edits, left, right) : first(left, right)));
}

function side({ event, row }, name) {
  const answer = event.answer ?? event.response ?? {};
  return h('div', { class: 'side' }, h('span', { class: 'quiet' }, `${name} `), h('b', {}, written(event.type ?? event.method)), h('div', { class: 'quiet' }, clock(event.received_at), ' · ', h('code', {}, event.id.slice(0, 8)), ' · ', size(row.bytes), ' · ', String(answer.status)));
}

function patch(edits, left, right) {
  return edits.map(([sign, i, j]) => sign + (sign === '+' ? right[j] : left[i])).join('\n') + '\n';
}

function first(left, right) {
  let at = 0;
  while (at < left.length && at < right.length && left[at] === right[at]) ++at;
  const from = Math.max(0, at - 3);
  return h('div', { class: 'diff' }, left.slice(from, at).map((text, k) => row(' ', from + k + 1, from + k + 1, [text])),
    h('div', { class: 'change' }, at < left.length && row('-', at + 1, 0, marked(left[at], right[at])), at < right.length && row('+', 0, at + 1, marked(right[at], left[at]))));
}

const cut = (text) => (text.length > 2000 ? text.slice(0, 2000) + '…' : text);
const row = (sign, i, j, content) => h('div', { class: 'l ' + (sign === '+' ? 'add' : sign === '-' ? 'del' : '') }, h('span', {}, i ? String(i) : ''), h('span', {}, j ? String(j) : ''),
  h('span', {}, sign === ' ' ? '' : h('span', { 'aria-label': sign === '-' ? 'removed' : 'added', role: 'img' }, sign === '-' ? '−' : '+')), h('span', { class: 't' }, content.map((part) => (typeof part === 'string' ? written(cut(part)) : part))));

/// Returns a line with the part that differs from its counterpart in bold.
function marked(text, other) {
  if (other === undefined) return [text];
  const [start, end] = sharedEnds(text, other);
  return [text.slice(0, start), h('b', {}, written(cut(text.slice(start, text.length - end)))), text.slice(text.length - end)].filter((part) => part !== '');
}

function box(edits, left, right) {
  const near = new Uint8Array(edits.length);
  edits.forEach((edit, k) => { if (edit[0] !== ' ') near.fill(1, Math.max(0, k - 2), k + 3); });
  const partner = pairs(edits);
  const out = h('div', { class: 'diff' });
  let skipped = 0;
  let drawn = 0;
  let run = null;
  const flush = () => { if (skipped > 0) out.append(h('div', { class: 'skip' }, `${skipped.toLocaleString('en')} equal line${skipped === 1 ? '' : 's'}`)); skipped = 0; };
  for (let k = 0; k < edits.length; ++k) {
    const [sign, i, j] = edits[k];
    if (!near[k]) { ++skipped; run = null; continue; }
    flush();
    if (++drawn > mostDrawn) { out.append(h('div', { class: 'skip' }, 'and more; “Copy as patch” has all of it')); break; }
    if (sign === ' ') { run = null; out.append(row(' ', i + 1, j + 1, [left[i]])); continue; }
    if (!run) { run = h('div', { class: 'change' }); out.append(run); }
    const other = partner.has(k) ? edits[partner.get(k)] : null;
    const text = sign === '-' ? left[i] : right[j];
    run.append(row(sign, sign === '-' ? i + 1 : 0, sign === '+' ? j + 1 : 0, marked(text, other ? (sign === '-' ? right[other[2]] : left[other[1]]) : undefined)));
  }
  flush();
  return out;
}

