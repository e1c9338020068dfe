// Writes characters that are invisible or change the text direction as U+XXXX.

// Control characters except tab and newline, zero-width and bidirectional characters, separators, tags, variation
// selectors other than emoji's, and lone surrogates.
const odd = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|[\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|[\ud800-\udfff]/gu;

/// Splits text into pieces: strings as they are, and `{odd: 'U+202E'}` for invisible characters.
export function pieces(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(odd)) {
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push({ odd: 'U+' + match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, '0') });
    from = match.index + match[0].length;
  }
  if (from < text.length || parts.length === 0) parts.push(text.slice(from));
  return parts;
}

/// Returns whether the text contains invisible characters.
export function hasOdd(text) {
  odd.lastIndex = 0;
  const found = odd.test(text);
  odd.lastIndex = 0;
  return found;
}

/// Returns the text as one line of plain text, for a title or an attribute.
export const plain = (text) => pieces(text.replace(/[\n\t]/g, ' ')).map((part) => (typeof part === 'string' ? part : part.odd)).join('');

/// Returns a position at or before `at` that doesn't split a surrogate pair.
export function wholeAt(text, at) {
  const before = text.charCodeAt(at - 1);
  return before >= 0xd800 && before < 0xdc00 && at < text.length ? at - 1 : at;
}
