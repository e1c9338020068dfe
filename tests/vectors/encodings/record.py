#!/usr/bin/env python3
"""Records what Python's base64 and binascii make of bytes of every length up to 70, in encodings.tsv: hex, base64."""
import base64
import hashlib
import pathlib


def sample(length):
    return b"".join(hashlib.sha256(b"%d %d" % (length, i)).digest() for i in range(3))[:length]


def main():
    samples = [sample(length) for length in range(71)]
    samples += [bytes([first, second]) for first in (0, 0x7F, 0x80, 0xFB, 0xFF) for second in (0, 0x3F, 0xF0, 0xFF)]
    samples.append(bytes(range(256)))
    out = "".join(f"{data.hex()}\t{base64.b64encode(data).decode()}\n" for data in samples)
    pathlib.Path(__file__).with_name("encodings.tsv").write_text(out, encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
