#!/usr/bin/env python3
"""Records what alohook 0.1.0 wrote, for tests/blackbox/compatibility_test.py. Usage: record.py ALOHOOK-0.1.0

listen.jsonl is the output of `listen --format json`, events.jsonl the journal of the same run, flags.txt the flags of each
command as its completion lists them.
"""
import hashlib
import hmac
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
SECRET = "blackbox-5fd1c0b7a9e84e0d"
COMMANDS = "listen send challenge check replay sign verify fixtures secret completion".split()


def sign(body, timestamp):
    mac = hmac.new(SECRET.encode(), b"v0:%d:%b" % (timestamp, body), hashlib.sha256)
    return {"X-ALO-Request-Timestamp": str(timestamp), "X-ALO-Signature": "v0=" + mac.hexdigest()}


def post(port, body, headers):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        head = "POST /hooks HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" + "".join(f"{n}: {v}\r\n" for n, v in headers.items())
        connection.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        while connection.recv(4096):
            pass


def main(program):
    folder = pathlib.Path(tempfile.mkdtemp())
    env = {"HOME": str(folder), "ALOHOOK_SECRET": SECRET}
    with open(HERE / "listen.jsonl", "wb") as out:
        listener = subprocess.Popen([program, "listen", "--port", "0", "--port-file", folder / "port", "--format", "json", "--record",
                                     folder / "events.jsonl", "--fault", "4:truncate"], env=env, stdout=out, stderr=subprocess.DEVNULL)
        while not (folder / "port").exists():
            time.sleep(0.01)
        port, now = int((folder / "port").read_text()), int(time.time())
        valid = '{"type":"action_created","title":"Verschütteter Kaffee"}'.encode()
        post(port, valid, sign(valid, now))
        post(port, b'{ "type": "action_updated" }', sign(b'{"type":"action_updated"}', now))
        post(port, b'{"type":"action_updated"}', sign(b'{"type":"action_updated"}', now - 90_000))
        post(port, b"not UTF-8 \xff", {})
        listener.terminate()
        listener.wait()
    (HERE / "events.jsonl").write_bytes((folder / "events.jsonl").read_bytes())
    lines = []
    for command in COMMANDS:
        listed = subprocess.run([program, "__complete", command, "--"], env=env, capture_output=True, check=True).stdout.decode()
        lines += [f"{command} {line.split(chr(9))[0]}" for line in listed.splitlines()]
    (HERE / "flags.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
