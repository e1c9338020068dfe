"""Writes text_forms.tsv: `kind<TAB>input as hex<TAB>output as hex` a line, made with Python's own libraries.

    python3 make_text_forms.py > text_forms.tsv
"""
import base64
import gzip
import random
import unicodedata
import urllib.parse
import zlib

source = random.Random(20261123)


def show(kind, given, made):
    print(kind, given.hex(), made.hex(), sep="\t")


# Normal forms: every composed character of the basic plane, marks in wrong order, and what must not combine.
latin = "".join(chr(c) for c in range(0xA0, 0x600))
rest = "".join(chr(c) for c in range(0x1E00, 0x2000))
kana = "".join(chr(c) for c in range(0x3041, 0x3100))
hangul = "".join(chr(c) for c in range(0xAC00, 0xD7A4, 97))
outside = set(c for c in latin + rest if unicodedata.normalize("NFC", c) != c)  # never composed again
texts = ["Café Ångström", "e\u0301\u0323", "e\u0323\u0301", "a\u0308\u0301x", "\u0301a", "q\u0323\u0307", "o\u031b\u0323",
         "\u1100\u1161\u11a8", "\u1112\u1161\u11ab\u1100\u1173\u11af", "a\u0301\u0301", "\u0915\u093c", "A\u030a\u0301",
         "emoji 😀 \u0301"] + [
    "".join(c for c in block if c not in outside) for block in (latin, rest, kana, hangul)]
for text in texts:
    show("nfc", text.encode(), unicodedata.normalize("NFC", text).encode())
    show("nfd", text.encode(), unicodedata.normalize("NFD", text).encode())

# Compressed data: stored, fixed and dynamic blocks, all containers.
noise = source.randbytes(1500)
words = " ".join(source.choice(["leak", "hall", "café", "gate"]) for _ in range(400)).encode()
for data in (b"", b"a", b"abcabcabcabcabcabcabc", words, noise, b"\0" * 2000):
    for level in (0, 1, 6, 9):
        raw = zlib.compressobj(level, zlib.DEFLATED, -15)
        show("inflate", raw.compress(data) + raw.flush(), data)
    fixed = zlib.compressobj(6, zlib.DEFLATED, -15, 8, zlib.Z_FIXED)
    show("inflate", fixed.compress(data) + fixed.flush(), data)
    show("inflate", zlib.compress(data), data)
    show("inflate", gzip.compress(data, mtime=0), data)
far = source.randbytes(300) + b"-" * 32000 + source.randbytes(300)
show("inflate", zlib.compress(far + far[:300], 9), far + far[:300])
name = bytearray(gzip.compress(words, mtime=0))
name[3] = 8 | 16
show("inflate", bytes(name[:10]) + b"event.json\0a comment\0" + bytes(name[10:]), words)

# Character sets, URL encoding and Base64.
text = "café “quoted” € 日本 😀 plain / ~ + & ="
for codec in ("latin-1", "cp1252"):
    show(codec + "-encode", text.encode(), text.encode(codec, "replace"))
    show(codec + "-decode", "café €”"[:5].encode(), "café €”"[:5].encode().decode(codec).encode())
show("utf-16-le", text.encode(), text.encode("utf-16-le"))
show("utf-16-be", text.encode(), text.encode("utf-16-be"))
show("ascii-replace", text.encode(), text.encode("ascii", "replace"))
show("ascii-ignore", text.encode(), text.encode("ascii", "ignore"))
show("ascii-decode", text.encode(), text.encode().decode("ascii", "replace").encode())
show("quote", text.encode(), urllib.parse.quote(text).encode())
show("quote_plus", text.encode(), urllib.parse.quote_plus(text).encode())
show("unquote_plus", urllib.parse.quote_plus(text).encode(), text.encode())
show("encodebytes", words[:500], base64.encodebytes(words[:500]))
for data in (b"it's", b'both \' and "', bytes(range(256)), b"plain"):
    show("bytes", data, str(data).encode())
