// The difference between two lists of lines: Myers' algorithm (1986), greedy forward version.

const mostEdits = 2000;

/// Returns the edits that turn `a` into `b` as `[sign, i, j]`: ' ' for a[i] equal to b[j], '-' for a[i], '+' for b[j].
/// If that takes more than 2,000 edits, everything between the common ends is replaced.
export function diff(a, b) {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) ++head;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) ++tail;
  const out = [];
  for (let i = 0; i < head; ++i) out.push([' ', i, i]);
  middle(a, b, head, a.length - tail, b.length - tail, out);
  for (let i = 0; i < tail; ++i) out.push([' ', a.length - tail + i, b.length - tail + i]);
  return out;
}

function middle(a, b, from, toA, toB, out) {
  const n = toA - from;
  const m = toB - from;
  const most = Math.min(n + m, mostEdits);
  const offset = most + 1;
  const best = new Int32Array(2 * offset + 1);
  const trace = [];
  for (let d = 0; d <= most; ++d) {
    trace.push(best.slice(offset - d - 1, offset + d + 2));
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && best[offset + k - 1] < best[offset + k + 1]) ? best[offset + k + 1] : best[offset + k - 1] + 1;
      let y = x - k;
      while (x < n && y < m && a[from + x] === b[from + y]) { ++x; ++y; }
      best[offset + k] = x;
      if (x >= n && y >= m) return walkBack(trace, d, n, m, from, out);
    }
  }
  for (let i = 0; i < n; ++i) out.push(['-', from + i, -1]);
  for (let j = 0; j < m; ++j) out.push(['+', -1, from + j]);
  return undefined;
}

function walkBack(trace, edits, n, m, from, out) {
  const steps = [];
  let x = n;
  let y = m;
  for (let d = edits; d > 0; --d) {
    const before = trace[d];
    const at = (k) => before[k + d + 1];
    const k = x - y;
    const previous = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? k + 1 : k - 1;
    const px = at(previous);
    const py = px - previous;
    while (x > px && y > py) { --x; --y; steps.push([' ', from + x, from + y]); }
    if (x > px) { --x; steps.push(['-', from + x, -1]); } else { --y; steps.push(['+', -1, from + y]); }
  }
  while (x > 0 && y > 0) { --x; --y; steps.push([' ', from + x, from + y]); }
  for (let i = steps.length - 1; i >= 0; --i) out.push(steps[i]);
}

/// Returns how many characters two lines have in common at their start and at their end.
export function sharedEnds(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) ++start;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) ++end;
  return [start, end];
}

/// Pairs each removed line with the added line that replaced it: within a run of changes, the nth with the nth.
export function pairs(edits) {
  const partner = new Map();
  for (let i = 0; i < edits.length;) {
    if (edits[i][0] === ' ') { ++i; continue; }
    const gone = [];
    const come = [];
    for (; i < edits.length && edits[i][0] !== ' '; ++i) (edits[i][0] === '-' ? gone : come).push(i);
    for (let k = 0; k < Math.min(gone.length, come.length); ++k) {
      partner.set(gone[k], come[k]);
      partner.set(come[k], gone[k]);
    }
  }
  return partner;
}
