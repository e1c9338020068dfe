// A body: as a tree over its exact text, as received, or as bytes. Long ones are drawn only where they are visible.
import { h, button, size, copy } from './dom.js';
import { JsonLines } from './json_lines.js';
import { hasOdd, wholeAt } from './visible.js';
import { written } from './list.js';

const lineHeight = 20;
const drawnWhole = 1500;      // lines; longer texts draw only the visible lines, without wrapping
const longLine = 2000;        // characters; a button shows the rest of a line
const beyond = 5;             // lines drawn above and below the visible ones
const slice = 8;              // milliseconds of scanning at a time
const hexStep = 512;

export const largest = 16 << 20; // of larger bodies, only the beginning is shown

/// Decodes UTF-8; null if the bytes aren't UTF-8.
export function decode(bytes) {
  try { return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes); } catch { return null; }
}

/// Returns the text of one line, truncated if it is very long.
function cutText(kind, text, budget, grow) {
  if (text.length <= budget) return h('span', { class: kind }, written(text));
  const end = wholeAt(text, budget);
  const rest = button(`… show ${(text.length - end).toLocaleString('en')} more`, { class: 'link', onclick: grow });
  return h('span', { class: kind }, written(text.slice(0, end)), rest);
}

/// Lines in a box. `model`: length, parts(i), depth(i), close(i).
class CodeBox {
  constructor(model, label) {
    this.model = model;
    this.folded = new Set();
    this.grown = new Map();
    this.visible = null;      // line numbers; null: all
    this.box = h('div', { class: 'code', tabindex: '0', role: 'group', 'aria-label': label });
    this.inner = h('div', { class: 'lines' });
    this.box.append(this.inner);
    this.scrolled = 0;        // pixels
    this.box.addEventListener('scroll', () => { this.scrolled = this.box.scrollTop; this.paint(); }, { passive: true });
    this.wasLong = null;
  }

  count() { return this.visible ? this.visible.length : this.model.length; }

  row(i) {
    const { model } = this;
    const close = model.close(i);
    const isFolded = this.folded.has(i);
    const budget = this.grown.get(i) ?? longLine;
    const grow = () => { this.grown.set(i, budget * 10); this.draw(); };
    const text = h('span', { class: 't' }, model.parts(i).map(([kind, t]) => cutText(kind, t, budget, grow)), isFolded && h('span', { class: 'p' }, ` … ${(close - i - 1).toLocaleString('en')} lines`));
    const depth = Math.min(model.depth(i), 40);
    text.style.paddingLeft = `${depth * 2 + 2}ch`;
    text.style.textIndent = '-2ch';
    return h('div', { class: 'l' }, h('span', { class: 'no' }, String(i + 1)),
      close > i ? button(isFolded ? '▸' : '▾', { class: 'fold', tabindex: '-1', 'aria-expanded': String(!isFolded), 'aria-label': `Fold line ${i + 1}`, onclick: () => this.toggle(i) }) : h('span', {}), text);
  }

  /// Draws all lines, or reserves space for them and draws the visible ones.
  draw() {
    const isLong = this.count() > drawnWhole;
    this.box.classList.toggle('long', isLong);
    if (!isLong) {
      this.inner.style.height = '';
      const rows = [];
      for (let k = 0; k < this.count(); ++k) rows.push(this.row(this.visible ? this.visible[k] : k));
      this.inner.replaceChildren(...rows);
      return;
    }
    this.inner.style.height = `${this.count() * lineHeight}px`;
    this.paint();
  }

  paint() {
    if (this.count() <= drawnWhole) return;
    const from = Math.max(0, Math.floor(this.box.scrollTop / lineHeight) - beyond);
    const to = Math.min(this.count(), Math.ceil((this.box.scrollTop + (this.box.clientHeight || 600)) / lineHeight) + beyond);
    const rows = [];
    for (let k = from; k < to; ++k) {
      const row = this.row(this.visible ? this.visible[k] : k);
      row.style.top = `${k * lineHeight}px`;
      rows.push(row);
    }
    this.inner.replaceChildren(...rows);
  }

  refold() {
    if (this.folded.size === 0) { this.visible = null; return this.draw(); }
    const visible = [];
    for (let i = 0; i < this.model.length; ++i) {
      visible.push(i);
      if (this.folded.has(i)) i = this.model.close(i) - 1;
    }
    this.visible = visible;
    return this.draw();
  }

  toggle(i) {
    if (!this.folded.delete(i)) this.folded.add(i);
    this.refold();
    this.box.focus();
  }

  foldAll() {
    for (let i = 1; i < this.model.length; ++i) if (this.model.close(i) > i) this.folded.add(i);
    this.refold();
  }

  unfoldAll() {
    this.folded.clear();
    this.refold();
  }

  /// Folds or unfolds the innermost open line at the top of the visible area.
  foldOne(isFolding) {
    if (!isFolding) { const last = [...this.folded].pop(); if (last !== undefined) { this.folded.delete(last); this.refold(); } return; }
    let deepest = -1;
    for (let i = 0; i < Math.min(this.model.length, 5000); ++i) {
      if (this.model.close(i) > i && !this.folded.has(i) && (deepest < 0 || this.model.depth(i) >= this.model.depth(deepest))) deepest = i;
    }
    if (deepest >= 0) { this.folded.add(deepest); this.refold(); }
  }
}

/// The lines of a tree, possibly still being scanned.
class TreeModel {
  constructor(lines) { this.lines = lines; }
  get length() { return this.lines.length; }
  parts(i) { return this.lines.parts(i); }
  depth(i) { return this.lines.depths[i]; }
  close(i) { return this.lines.closes[i]; }
}

/// The lines of plain text, separated by newlines.
class TextModel {
  constructor(text) {
    this.text = text;
    this.starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }
  get length() { return this.starts.length; }
  parts(i) {
    const end = i + 1 < this.starts.length ? this.starts[i + 1] - 1 : this.text.length;
    return [['', this.text.slice(this.starts[i], end)], ...(i + 1 < this.starts.length ? [['eol', '⏎']] : [])];
  }
  depth() { return 0; }
  close() { return -1; }
}

class HexModel {
  constructor(bytes, shown) { this.bytes = bytes; this.shown = shown; this.width = matchMedia('(max-width: 760px)').matches ? 8 : 16; }
  get length() { return Math.ceil(Math.min(this.bytes.length, this.shown) / this.width); }
  parts(i) {
    const at = i * this.width;
    const part = [...this.bytes.subarray(at, at + this.width)];
    const hex = part.map((b) => b.toString(16).padStart(2, '0')).join(' ').padEnd(this.width * 3);
    return [['p', at.toString(16).padStart(8, '0') + '  '], ['', hex + ' '], ['s', part.map((b) => (b > 31 && b < 127 ? String.fromCharCode(b) : '·')).join('')]];
  }
  depth() { return 0; }
  close() { return -1; }
}

/// Scans JSON in slices, so that the page stays responsive. `onProgress` is called after each slice.
function scanInSlices(lines, isWanted, onProgress) {
  const go = () => {
    if (!isWanted()) return;
    const hasMore = lines.scan(performance.now() + slice);
    onProgress(hasMore);
    if (hasMore) setTimeout(go, 0);
  };
  go();
}

/// Shows text as JSON if it is JSON, otherwise as is. For responses and the like.
export function codeOf(text, label) {
  const lines = new JsonLines(text);
  if (text.length < 1 << 20) lines.scan(Infinity);
  const isJson = lines.isDone && !lines.isBroken && lines.length > 0;
  const box = new CodeBox(isJson ? new TreeModel(lines) : new TextModel(text), label);
  box.draw();
  return box.box;
}

/// The body panel of one event. It survives redrawing the details: the current view, what is folded, and where it was
/// scrolled to.
export class BodyView {
  constructor() {
    this.mode = null;
    this.wanted = null;       // the mode that was chosen, which not every body has
    this.code = null;
    this.hexShown = hexStep;
    this.panel = null;
    this.isScanning = false;
  }

  /// Returns the panel's elements. `body`: bytes, text (or null), total, isWhole. `actions`: download().
  draw(body, row, actions) {
    if (this.panel && !this.isScanning) return this.panel;
    const modes = body.text === null ? ['Bytes'] : ['Tree', 'As received', 'Bytes'];
    this.body = body;
    this.mode = modes.includes(this.wanted) ? this.wanted : modes[0];
    this.panel = h('div', { class: 'body-panel' });
    this.row = row;
    this.actions = actions;
    this.modes = modes;
    this.fill();
    return this.panel;
  }

  /// Call this when the panel is in the page again: an element that is moved loses its scroll position.
  attached() { if (this.panel?.isConnected && this.code) this.code.box.scrollTop = this.code.scrolled; }

  note(text) { return h('div', { class: 'note' }, text); }

  fill() {
    const { body, panel } = this;
    panel.replaceChildren();
    this.code = null;
    this.isScanning = false;
    if (!body.isWhole) panel.append(this.note(`The first ${size(body.bytes.length)} of ${size(body.total)}. The download has all of it.`));
    if (body.text !== null && hasOdd(body.text)) panel.append(this.note('This body holds characters that do not show or that turn text around. They are written out.'));
    if (body.text === null) panel.append(this.note('Not UTF-8, so it is shown as bytes. The download is exact.'));
    this.status = h('span', { class: 'facts-text' });
    const segments = h('span', { class: 'segments', role: 'group', 'aria-label': 'Show as' }, this.modes.map((mode) => button(mode, { 'aria-pressed': String(mode === this.mode), onclick: () => { this.mode = this.wanted = mode; this.fill(); } })));
    const end = h('span', { class: 'end' }, this.mode === 'Tree' && button('Fold all', { class: 'link', onclick: () => this.code?.foldAll() }),
      body.text !== null && button('Copy', { class: 'link', onclick: () => copy(body.text, 'the body') }), button('Download', { class: 'link', onclick: this.actions.download }));
    panel.append(h('div', { class: 'bar' }, segments, this.status, end));
    if (body.total === 0) { panel.append(h('p', { class: 'quiet' }, 'The body is empty.')); this.tell('empty'); return; }
    if (this.mode === 'Tree') this.fillTree(); else if (this.mode === 'Bytes') this.fillHex(); else this.fillText();
  }

  tell(kind) { this.status.textContent = `${size(this.body.total)} · ${kind} · sha256 ${this.row.body}…`; }

  fillText() {
    this.code = new CodeBox(new TextModel(this.body.text), 'Body as received');
    this.code.draw();
    this.panel.append(this.code.box);
    this.tell(`${this.code.model.length.toLocaleString('en')} lines`);
  }

  fillHex() {
    this.code = new CodeBox(new HexModel(this.body.bytes, this.hexShown), 'Body as bytes');
    this.code.box.classList.add('hex');
    this.code.draw();
    this.panel.append(this.code.box);
    const left = this.body.bytes.length - this.hexShown;
    if (left > 0) this.panel.append(button(`Show more: ${size(Math.min(left, hexStep * 16))}`, { class: 'button', onclick: () => { this.hexShown += hexStep * 16; this.fill(); } }));
    this.tell('bytes');
  }

  fillTree() {
    const lines = new JsonLines(this.body.text);
    const code = new CodeBox(new TreeModel(lines), 'Body as a tree');
    this.code = code;
    this.panel.append(code.box);
    this.tell('scanning…');
    this.isScanning = true; // stops when the panel is taken from the page
    let drawn = 0;
    const isWanted = () => this.code === code && (code.box.isConnected || drawn === 0);
    scanInSlices(lines, isWanted, (hasMore) => {
      if (hasMore) {
        if (drawn === 0 || lines.length > drawn * 4) { drawn = lines.length + 1; code.draw(); } else code.inner.style.height = `${code.count() * lineHeight}px`;
        this.tell(`${lines.length.toLocaleString('en')} lines so far`);
        return;
      }
      this.isScanning = false;
      if (lines.isBroken && this.body.isWhole) {
        code.box.remove();
        this.panel.append(h('p', { class: 'quiet' }, `Not JSON from character ${(lines.at + 1).toLocaleString('en')} on; shown as received.`));
        const text = new CodeBox(new TextModel(this.body.text), 'Body as received');
        this.code = text;
        text.draw();
        this.panel.append(text.box);
        this.tell('not JSON');
        return;
      }
      code.draw();
      this.tell(`JSON · ${lines.length.toLocaleString('en')} line${lines.length === 1 ? '' : 's'}`);
    });
  }
}
