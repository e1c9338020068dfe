"""What alohook is compared with: nginx, a sink for forwarded events, and the channel that smee-client subscribes to."""
import http.server
import json
import pathlib
import re
import shutil
import socket
import subprocess
import threading
import time

from measuring import Server, event_body, signed_headers


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port):
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f"nothing listens on port {port}")


class Nginx(Server):
    """Only `return 200`, with one worker: the maximum a client can reach."""

    def __init__(self, program, folder):  # pylint: disable=super-init-not-called
        self.name, self.port = "nginx `return 200`", free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        configuration = folder / "nginx.conf"
        configuration.write_text(
            f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log crit;\n"
            "events { worker_connections 4096; }\n"
            "http { access_log off; keepalive_requests 100000000; client_max_body_size 20m;\n"
            f"  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};\n"
            f"  scgi_temp_path {folder}; server {{ listen 127.0.0.1:{self.port} backlog=4096; location / {{ return 200 \"ok\"; }} }} }}\n")
        self.process = subprocess.Popen([program, "-p", folder, "-c", configuration], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_port(self.port)
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        while not (workers := children.read_text(encoding="ascii").split()):
            time.sleep(0.01)  # the port is open before the worker is there
        self.pid = int(workers[0])


def nginx_program():
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


class Sink:
    """Accepts requests as fast as Python can, and reports when a number of them has arrived. The same for all
    forwarders."""

    def __init__(self):
        self.count, self.began, self.ended, self.wanted = 0, 0, 0, 0
        self.all_came = threading.Event()
        self.lock = threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        threading.Thread(target=self.accept, daemon=True).start()

    def expect(self, wanted):
        self.count, self.wanted = 0, wanted
        self.all_came.clear()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        data = b""
        with connection:
            while True:
                end = data.find(b"\r\n\r\n")
                if end >= 0:
                    length = re.search(rb"(?i)content-length: *(\d+)", data[:end])
                    whole = end + 4 + (int(length[1]) if length else 0)
                    if len(data) >= whole:
                        data = data[whole:]
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                        self.arrived()
                        continue
                try:
                    chunk = connection.recv(1 << 18)
                except OSError:
                    return
                if not chunk:
                    return
                data += chunk

    def arrived(self):
        with self.lock:
            self.count += 1
            if self.count == 1:
                self.began = time.monotonic()
            if self.count == self.wanted:
                self.ended = time.monotonic()
                self.all_came.set()

    def rate(self):
        if not self.all_came.wait(120):
            raise RuntimeError(f"only {self.count} of {self.wanted} events were forwarded")
        return self.wanted / (self.ended - self.began)


class Channel:
    """What smee.io is to its client: a stream of server-sent events."""

    def __init__(self):
        self.connected, self.streams = threading.Event(), []
        channel = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                self.wfile.write(b"event: ready\ndata: {}\n\n")
                channel.streams.append(self.wfile)
                channel.connected.set()
                channel.over.wait()

            def log_message(self, *_):
                pass

        self.over = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/channel"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def publish(self, count):
        body = event_body(1024)
        event = {**{name.lower(): value for name, value in signed_headers(body).items()}, "body": json.loads(body), "query": {}}
        self.streams[-1].write(f"data: {json.dumps(event)}\n\n".encode() * count)
        self.streams[-1].flush()

    def close(self):
        self.over.set()
        self.server.shutdown()
