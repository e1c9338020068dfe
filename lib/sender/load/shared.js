
for (const event of events) event.bytes = bytesOf(event);

// Returns the event's headers as pairs, with those that sign `body` now.
function signedHeaders(event, body) {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const mac = hmac(timestamp, body, event.encoding === 'base64' ? 'base64' : 'hex');
  const signature = [
    ['X-ALO-Request-Timestamp', timestamp],
    ['X-ALO-Signature', event.encoding === 'v0' ? `v0=${mac}` : mac],
  ];
  const given = event.headers.map(([name]) => name.toLowerCase());
  return [...event.headers, ...signature.filter(([name]) => !given.includes(name.toLowerCase()))];
}

// Returns a copy of the event's body with fresh ids and times in place: equal ids stay equal, all other bytes are the same.
function freshBody(event, now) {
  const body = new Uint8Array(event.bytes);
  const ids = new Map();
  for (const { at, length, kind, before_latest_ms } of event.fresh) {
    const old = String.fromCharCode(...body.subarray(at, at + length));
    const text = kind === 'time' ? timeLike(old, now - before_latest_ms) : freshId(kind, old, ids);
    for (let i = 0; i < length; i++) body[at + i] = text.charCodeAt(i);
  }
  return body;
}

function freshId(kind, old, ids) {
  const key = old.toLowerCase();
  if (!ids.has(key)) ids.set(key, kind === 'uuid' ? randomUuid() : randomNumber(old, [...ids.values()]));
  return old === key ? ids.get(key) : ids.get(key).toUpperCase();
}

function randomUuid() {
  return 'xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx'.replace(/[xv]/g, (place) =>
    (place === 'x' ? Math.floor(Math.random() * 16) : 8 + Math.floor(Math.random() * 4)).toString(16),
  );
}

// Returns a number with as many digits as `old`, another one than it and those `taken`, if there is one.
function randomNumber(old, taken) {
  for (let tries = 0; tries < 1000; tries++) {
    const digits = Array.from(old, (_, i) => Math.floor(i === 0 ? 1 + Math.random() * 9 : Math.random() * 10)).join('');
    if (digits !== old && !taken.includes(digits)) return digits;
  }
  return old;
}

// Writes a time in the form and length of `old`: 13 digits of milliseconds, or ISO 8601.
function timeLike(old, ms) {
  if (!old.endsWith('Z')) return String(ms).padStart(13, '0');
  const text = new Date(ms).toISOString().slice(0, Math.min(old.length - 1, 23));
  return text + old.slice(text.length);
}
