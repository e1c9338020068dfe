#!/usr/bin/env python3
"""Records MACs made by Python's hmac, each checked against openssl, in the files beside this one.

signatures.tsv: secret, timestamp and body (each in hex), the MAC in hex, the MAC in base64.
many.txt: how many random signatures, and the SHA-256 over all of their MACs in hex, one after the other. The inputs come
from a small generator that the test has too, so that they need not be kept.
"""
import base64
import hashlib
import hmac
import pathlib
import subprocess

FOLDER = pathlib.Path(__file__).parent

CASES = [
    (b"shhh-secret", b"1531420618", b'{"type":"action_created"}'),
    (b"k", b"0", b""),
    (b"0" * 64, b"1764000000", b"[]"),
    (b"longer than a block of the hash: " * 4, b"1764000000", b'{"type":"action_updated"}\n'),
    ("schlüssel-ключ-鍵".encode(), b"1764000000", '{"content":"Hello ĀLO"}'.encode()),
    (bytes(range(1, 256)), b"1764000000", bytes(range(256))),
    (b"secret", b"1764000000", b'{\r\n  "n": 12345678901234567890, "n": 1.0\r\n}\r\n'),
    (b"secret", b"1764000000", b'{"url":"https:\\/\\/x","s":"\\u00e9\\ud83d\\ude00"}'),
    (b"secret", b"1764000000", b"\xff\xfe\x00not text\x80"),
    (b"secret", b"1764000000", b"v0:1764000000:"),
    (b"secret:1", b"764000000", b":x"),
    (b"secret", b"", b"the timestamp is empty"),
    (b"secret", b"999999999999999999", b"far ahead"),
    (b"secret", b"1764000000", b"a" * 1_000_000),
]


def mac(secret, timestamp, body):
    return hmac.new(secret, b"v0:" + timestamp + b":" + body, hashlib.sha256).digest()


def openssl_mac(secret, timestamp, body):
    command = ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{secret.hex()}", "-binary"]
    return subprocess.run(command, input=b"v0:" + timestamp + b":" + body, capture_output=True, check=True).stdout


class Generator:
    """xorshift64*, as Vigna published it."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state ^= self.state >> 12
        self.state = (self.state ^ (self.state << 25)) & 0xFFFFFFFFFFFFFFFF
        self.state ^= self.state >> 27
        return (self.state * 2685821657736338717) & 0xFFFFFFFFFFFFFFFF

    def bytes(self, count):
        return bytes(self.next() >> 56 for _ in range(count))


def random_case(generator):
    secret = generator.bytes(1 + generator.next() % 100)
    timestamp = str(generator.next() % 10_000_000_000).encode()
    body = generator.bytes(generator.next() % 300)
    return secret, timestamp, body


def main():
    with (FOLDER / "signatures.tsv").open("w", encoding="ascii", newline="\n") as out:
        for case in CASES:
            digest = mac(*case)
            assert digest == openssl_mac(*case), case
            body = case[2].hex() if len(case[2]) < 1000 else f"61*{len(case[2])}"
            out.write("\t".join([case[0].hex(), case[1].hex(), body, digest.hex(),
                                 base64.b64encode(digest).decode()]) + "\n")
    count = 5000
    generator = Generator(20261123)
    digests = hashlib.sha256()
    for _ in range(count):
        digests.update(mac(*random_case(generator)).hex().encode())
    (FOLDER / "many.txt").write_text(f"{count}\t{digests.hexdigest()}\n", encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
