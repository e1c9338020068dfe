"""Counts the system calls that an event costs, which other load on the machine hardly changes."""
import re
import shutil
import socket
import subprocess

from measuring import ENV, KB, event_body, signed_headers

FEW, MANY = 100, 1100


def counted(command, folder, use=lambda process: None):
    """How many system calls a command makes in all."""
    trace = folder / "calls"
    with subprocess.Popen(["strace", "-f", "-c", "-o", trace, *command], env=ENV, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as process:
        use(process)
        process.stderr.read()
    return int(re.search(r"(?m)(\d+)\s+(?:\d+\s+)?total$", trace.read_text(encoding="ascii"))[1])


def received(program, count, folder):
    def post(process):
        port = re.search(rb"http://127.0.0.1:(\d+)/", process.stderr.readline())
        body = event_body(KB)
        head = "".join(f"{name}: {value}\r\n" for name, value in signed_headers(body).items())
        raw = f"POST / HTTP/1.1\r\nHost: bench\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        with socket.create_connection(("127.0.0.1", int(port[1]))) as connection:
            for _ in range(count):
                connection.sendall(raw)
                if not connection.recv(1000).endswith(b"ok\n"):
                    raise RuntimeError("a response did not come in one piece")
    return counted([program, "listen", "--port", "0", "--format", "quiet", "--expect", f"action_created={count}"], folder, post)


def sent(program, count, url, folder):
    return counted([program, "send", "action_created", url, "--repeat", str(count), "--format", "quiet"], folder)


def calls_per_event(program, url, folder):
    """Of a received and of a sent event; None without strace, or where it can't trace."""
    if not shutil.which("strace") or subprocess.run(["strace", "-o", folder / "calls", "true"], capture_output=True, check=False).returncode:
        return None
    return tuple((count(MANY) - count(FEW)) / (MANY - FEW)
                 for count in (lambda n: received(program, n, folder), lambda n: sent(program, n, url, folder)))
