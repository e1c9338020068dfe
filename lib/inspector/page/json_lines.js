// JSON as lines of its exact text. Values are never parsed: numbers, escapes, order and duplicate keys stay as
// received.

/// Returns the end of the string that starts at `from`, past its quote; −1 if it doesn't end. Searches from quote to
/// quote, because a regular expression for a string overflows the engine's stack with megabytes of text.
function stringEnd(text, from) {
  for (let at = from + 1; ;) {
    at = text.indexOf('"', at);
    if (at < 0) return -1;
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') ++slashes;
    ++at;
    if (slashes % 2 === 0) return at;
  }
}

const space = /[ \t\n\r]*/y;
const scalar = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;

function skip(text, at) {
  space.lastIndex = at;
  space.exec(text);
  return space.lastIndex;
}

/// Scans JSON text into lines, in slices. Line i is `[starts[i], ends[i])` of the text, at `depths[i]`. If it opens an
/// object or array, `closes[i]` is the line that closes it, otherwise −1.
export class JsonLines {
  constructor(text) {
    this.text = text;
    this.starts = [];
    this.ends = [];
    this.depths = [];
    this.closes = [];
    this.open = [];        // the lines that opened what isn't closed yet
    this.kinds = [];       // what they opened: '{' or '['
    this.at = 0;
    this.isDone = false;
    this.isBroken = false; // the text isn't JSON from `at` on
    this.start = -1;       // start of the current line
    this.expects = 'value';
  }

  get length() { return this.starts.length; }

  /// Continues until `until` (a value of performance.now). Returns whether there is more to scan.
  scan(until) {
    for (let count = 0; !this.isDone; ++count) {
      if ((count & 255) === 255 && performance.now() > until) return true;
      this.step();
    }
    return false;
  }

  push(end, depth) {
    if (this.start < 0) return;
    this.starts.push(this.start);
    this.ends.push(end);
    this.depths.push(depth);
    this.closes.push(-1);
    this.start = -1;
  }

  fail() {
    this.isBroken = true;
    this.isDone = true;
  }

  finish(end) {
    this.push(end, this.open.length);
    this.at = skip(this.text, end);
    if (this.at < this.text.length) return this.fail();
    this.isDone = true;
  }

  /// After a value: expects a comma, or the end of the current object, array or text.
  afterValue(end) {
    if (this.open.length === 0) return this.finish(end);
    const next = skip(this.text, end);
    if (this.text[next] === ',') {
      this.push(next + 1, this.open.length);
      this.at = next + 1;
      this.expects = this.kinds.at(-1) === '{' ? 'key' : 'value';
      return undefined;
    }
    if (this.text[next] !== (this.kinds.at(-1) === '{' ? '}' : ']')) return this.fail();
    this.push(end, this.open.length);
    const opened = this.open.pop();
    this.kinds.pop();
    this.closes[opened] = this.length;
    this.start = next;
    return this.goOn(next + 1);
  }

  goOn(end) {
    this.at = end;
    this.expects = 'end';
    return undefined;
  }

  step() {
    const text = this.text;
    if (this.expects === 'end') return this.afterValue(this.at);
    const at = skip(text, this.at);
    if (this.start < 0) this.start = at;
    const c = text[at];
    if (this.expects === 'key') {
      const end = c === '"' ? stringEnd(text, at) : -1;
      const colon = end < 0 ? -1 : skip(text, end);
      if (colon < 0 || text[colon] !== ':') return this.fail();
      this.at = colon + 1;
      this.expects = 'value';
      return undefined;
    }
    if (c === '"') {
      const end = stringEnd(text, at);
      return end < 0 ? this.fail() : this.afterValue(end);
    }
    if (c === '{' || c === '[') {
      const next = skip(text, at + 1);
      if (text[next] === (c === '{' ? '}' : ']')) return this.afterValue(next + 1);
      const depth = this.open.length;
      this.open.push(this.length);
      this.kinds.push(c);
      this.push(at + 1, depth);
      this.at = at + 1;
      this.expects = c === '{' ? 'key' : 'value';
      return undefined;
    }
    scalar.lastIndex = at;
    const match = scalar.exec(text);
    return match && match[0] ? this.afterValue(scalar.lastIndex) : this.fail();
  }

  /// Returns the parts of a line as `[kind, text]`: k key, s string, n number, b literal, p punctuation.
  parts(line) {
    const text = this.text;
    const parts = [];
    for (let at = this.starts[line]; at < this.ends[line];) {
      const c = text[at];
      if (c === ' ' || c === '\t' || c === '\n' || c === '\r') { ++at; continue; }
      if (c === '"') {
        const end = stringEnd(text, at);
        const next = skip(text, end);
        if (text[next] === ':' && next < this.ends[line]) {
          parts.push(['k', text.slice(at, end)], ['p', ': ']);
          at = next + 1;
        } else {
          parts.push(['s', text.slice(at, end)]);
          at = end;
        }
        continue;
      }
      scalar.lastIndex = at;
      const match = scalar.exec(text);
      if (match && match[0]) {
        parts.push([/[-0-9]/.test(c) ? 'n' : 'b', match[0]]);
        at = scalar.lastIndex;
      } else {
        parts.push(['p', c]);
        ++at;
      }
    }
    return parts;
  }

  /// Returns a line as text, indented by its depth.
  line(line) {
    return '  '.repeat(Math.min(this.depths[line], 200)) + this.parts(line).map((part) => part[1]).join('');
  }
}

/// Scans a whole text at once. Returns null if it isn't JSON.
export function jsonLines(text) {
  const lines = new JsonLines(text);
  lines.scan(Infinity);
  return lines.isBroken ? null : lines;
}
