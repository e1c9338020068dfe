#!/usr/bin/env python3
"""Records the ranges of characters that a terminal obeys or hides, after Python's unicodedata, in controls.tsv: the
first and the last code point in hex. Categories: Cc and Cf (controls and formats), Zl and Zp (separators)."""
import pathlib
import sys
import unicodedata


def ranges():
    first = last = None
    for code in range(sys.maxunicode + 1):
        if unicodedata.category(chr(code)) not in ("Cc", "Cf", "Zl", "Zp"):
            continue
        if last is not None and code == last + 1:
            last = code
            continue
        if last is not None:
            yield first, last
        first = last = code
    yield first, last


def main():
    out = "".join(f"{first:x}\t{last:x}\n" for first, last in ranges())
    pathlib.Path(__file__).with_name("controls.tsv").write_text(out, encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
