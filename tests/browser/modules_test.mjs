// The modules that need no page: JSON lines, the difference of lines, visible characters, and the rows. Run by node.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

const page = new URL('../../lib/inspector/page/', import.meta.url);
const { jsonLines, JsonLines } = await import(new URL('json_lines.js', page));
const { diff, pairs, sharedEnds } = await import(new URL('diff.js', page));
const { pieces, hasOdd, wholeAt, plain } = await import(new URL('visible.js', page));

const { state, addRows, addMark, familyOf, mostRows } = await import(new URL('store.js', page));

const isJson = (text) => { try { JSON.parse(text); return true; } catch { return false; } };
const lines = (text) => { const tree = jsonLines(text); return tree && Array.from({ length: tree.length }, (_, i) => tree.line(i)); };

test('every token of the text is shown as it is written, in order', () => {
  const text = String.raw`{"b":9007199254740993,"a":1.0,"a":1e400,"t":"\u0041\/\"\\","e":[],"o":{ },"l":[true,false,null]}`;
  assert.equal(lines(text).join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
  assert.deepEqual(lines('{"a":[1,{"b":2}]}'), ['{', '  "a": [', '    1,', '    {', '      "b": 2', '    }', '  ]', '}']);
});

test('a line that opens something knows the line that closes it', () => {
  const tree = jsonLines('{"a":[1,2],"b":{}}');
  assert.deepEqual(tree.closes, [6, 4, -1, -1, -1, -1, -1]);
  for (let i = 0; i < tree.length; ++i) if (tree.closes[i] >= 0) assert.equal(tree.depths[tree.closes[i]], tree.depths[i]);
  assert.equal(tree.closes[0], tree.length - 1);
});

test('what is JSON to JSON.parse is JSON here, and nothing else is', () => {
  const texts = ['', ' ', '1', '-0', '01', '1.', '.5', '+1', '1e5', '1e', '"a', '"a"', 'tru', 'true', 'null ', 'nullx', '[', '[1', '[1,]', '[,]', '{}', '{,}', '{"a"}', '{"a":}', '{"a":1,}', '{a:1}', "{'a':1}",
    '[1] 2', '[1]]', '{"a":1}}', '[}', '{]', '[[[]]]', '{"a":{"b":[]}}', '\ufeff{}', '[1 2]', '{"a" 1}', '"\\"', '"\\\\"', 'NaN', '[true false]'];
  for (const text of texts) assert.equal(jsonLines(text) !== null, isJson(text), JSON.stringify(text));
});

test('the corpora, where they are there', { skip: !existsSync(join(process.env.ALOHOOK_SHARED ?? '/nowhere', 'corpora')) }, () => {
  const walk = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]));
  for (const file of walk(join(process.env.ALOHOOK_SHARED, 'corpora')).filter((name) => name.endsWith('.json')).slice(0, 2000)) {
    const bytes = readFileSync(file);
    let text;
    try { text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes); } catch { continue; }
    if (text.length > 1 << 20 || !isJson(text)) continue;
    assert.notEqual(jsonLines(text), null, file);
  }
});

test('scanning goes on where a slice ended', () => {
  const text = `[${Array.from({ length: 5000 }, (_, i) => `{"i":${i}}`).join()}]`;
  const sliced = new JsonLines(text);
  let slices = 1;
  while (sliced.scan(0)) ++slices;
  assert.ok(slices > 5);
  assert.deepEqual(sliced.starts, jsonLines(text).starts);
});

test('long strings and deep nesting are scanned', () => {
  assert.equal(jsonLines(`{"a":"${'x'.repeat(10_000_000)}"}`).length, 3);
  assert.equal(jsonLines('['.repeat(100_000) + ']'.repeat(100_000)).length, 199_999);
});

test('a difference applied gives the other text, and is as short as diff(1) makes it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alohook-diff-'));
  let seed = 7;
  const random = (n) => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return seed % n; };
  for (let round = 0; round < 60; ++round) {
    const a = Array.from({ length: random(40) }, () => `line ${random(6)}`);
    const b = a.filter(() => random(4) > 0).flatMap((line) => (random(5) === 0 ? [line, `line ${random(6)}`] : [line]));
    const edits = diff(a, b);
    assert.deepEqual(edits.filter((edit) => edit[0] !== '+').map((edit) => a[edit[1]]), a);
    assert.deepEqual(edits.filter((edit) => edit[0] !== '-').map((edit) => b[edit[2]]), b);
    for (const [sign, i, j] of edits) if (sign === ' ') assert.equal(a[i], b[j]);
    writeFileSync(join(folder, 'a'), a.map((line) => line + '\n').join(''));
    writeFileSync(join(folder, 'b'), b.map((line) => line + '\n').join(''));
    const theirs = spawnSync('diff', ['--minimal', join(folder, 'a'), join(folder, 'b')], { encoding: 'utf8' });
    if (theirs.error) continue;
    assert.equal(edits.filter((edit) => edit[0] !== ' ').length, theirs.stdout.split('\n').filter((line) => /^[<>]/.test(line)).length);
  }
  rmSync(folder, { recursive: true });
});

test('texts that have little in common are replaced as a whole in bounded time', () => {
  const a = Array.from({ length: 20_000 }, (_, i) => `a${i}`);
  const b = Array.from({ length: 20_000 }, (_, i) => `b${i}`);
  assert.equal(diff(a, b).length, 40_000);
});

test('changed lines are paired and their shared ends are known', () => {
  const edits = diff(['x', 'a1', 'a2', 'y'], ['x', 'b1', 'y']);
  assert.equal(pairs(edits).size, 2);
  assert.deepEqual(sharedEnds('"hall B",', '"hall C",'), [6, 2]);
});

test('characters that do not show are written out, everything else stays', () => {
  for (const text of ['\u0000', '\u001b[31m', '\u202e', '\u200b', '\ufeff', '\u2028', '\u0085', '\ud800', '\udc00x', '\u{e0041}', '\u2066', '\u00ad', '\u061c']) {
    assert.ok(hasOdd(text), JSON.stringify(text));
    assert.ok(pieces(text).some((piece) => piece.odd), JSON.stringify(text));
    assert.ok(!hasOdd(plain(text)), JSON.stringify(text));
  }
  for (const text of ['', 'abc', 'Zoë Müller', '東スタンド', '\u{1f680}', 'a\tb\nc', 'é', '‘’ “” …']) {
    assert.deepEqual(pieces(text), [text]);
    assert.ok(!hasOdd(text), JSON.stringify(text));
  }
  assert.deepEqual(pieces('a\u202eb'), ['a', { odd: 'U+202E' }, 'b']);
  assert.equal(wholeAt('\u{1f680}\u{1f680}', 1), 0);
  assert.equal(wholeAt('\u{1f680}\u{1f680}', 2), 2);
});

test('of a flood the newest rows stay, and older ones can be loaded again', () => {
  Object.assign(state, { boot: 'b', rows: [], oldest: 1, hasMore: false });
  state.byId.clear();
  state.byBody.clear();
  const row = (n) => ({ id: `e${n}`, n, bytes: 2, body: n % 2 ? 'odd' : `even ${n}` });
  addMark({ mark: 'gap', count: 1 });
  let last = 0;
  while (last < mostRows + 20_000) addRows(Array.from({ length: 500 }, () => row(++last)), false);
  assert.ok(state.rows.length >= mostRows && state.rows.length < mostRows + 6000, String(state.rows.length));
  assert.equal(state.rows.at(-1).n, last);
  assert.equal(state.oldest, state.rows[0].n);
  assert.equal(state.hasMore, true);
  assert.equal(state.byId.size, state.rows.length);
  assert.equal(state.byBody.size, state.rows.filter((one) => one.n % 2 === 0).length + 1);
  assert.deepEqual(familyOf(state.rows.at(-2)).map((one) => one.n), state.rows.filter((one) => one.n % 2 === 1).map((one) => one.n));
  const { oldest } = state;
  assert.equal(addRows([row(oldest - 2), row(oldest - 1)], true).length, 2);
  assert.equal(state.rows[1].n, oldest - 1);
});
