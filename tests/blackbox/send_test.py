"""`alohook send`, as the server sees it."""
import hmac
import http.server
import json
import re
import socket
import threading
import time
import unittest

import alohook
from alohook import EVENT, OTHER_SECRET, SECRET, Case, Receiver, is_authentic, make_certificate, server_tls

YES = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class OnTheWire(Case):
    def test_the_request_is_what_alo_would_send(self):
        receiver = Receiver(self, YES)
        result = self.run_program("send", "-", receiver.url + "webhooks/alo?x=%2F+1", stdin=EVENT)
        self.assertEqual(result.code, 0, result)
        (head, headers, body), = receiver.requests
        self.assertEqual(head.split(b"\r\n")[0], b"POST /webhooks/alo?x=%2F+1 HTTP/1.1")
        self.assertEqual(body, EVENT)
        self.assertTrue(is_authentic(headers, body))
        values = dict(headers)
        self.assertEqual(len(values), len(headers), "a header came twice")
        self.assertEqual(values.pop("Host"), f"127.0.0.1:{receiver.port}")
        self.assertEqual(values.pop("Content-Type"), "application/json")
        self.assertEqual(values.pop("Content-Length"), str(len(EVENT)))
        self.assertRegex(values.pop("User-Agent"), r"^alohook/\d+\.\d+\.\d+$")
        self.assertRegex(values.pop("X-ALO-Signature"), r"^v0=[0-9a-f]{64}$")
        self.assertLess(abs(int(values.pop("X-ALO-Request-Timestamp")) - time.time()), 60)
        self.assertEqual(values.pop("Accept", "*/*"), "*/*")
        self.assertIn(values.pop("Connection", "keep-alive").lower(), ("keep-alive", "close"))
        self.assertEqual(values, {})

    def test_files_and_stdin_go_out_as_they_are(self):
        receiver = Receiver(self, YES)
        for body in (b"", b"\x00\xff\r\n", b'{"a" : 1.0}\n\n', b"{" * 70000):
            (self.home / "body").write_bytes(body)
            self.assertEqual(self.run_program("send", "./body", receiver.url).code, 0)
            self.assertEqual(self.run_program("send", "body", receiver.url).code, 0)
            self.assertEqual(self.run_program("send", "-", receiver.url, stdin=body).code, 0)
            self.assertEqual([sent for _, _, sent in receiver.requests[-3:]], [body] * 3)
            self.assertTrue(all(is_authentic(headers, sent) for _, headers, sent in receiver.requests))

    def test_headers_are_added_and_replaced(self):
        receiver = Receiver(self, YES)
        self.run_program("send", "-", receiver.url, "--header", "X-One: 1", "--header", "x-one: 2", "--header", "Content-Type: text/plain",
                         "--header", "user-agent: me", "--header", "X-Empty:", "--header", "Host: venue.example", stdin=EVENT)
        headers = [(name.lower(), value) for name, value in receiver.requests[0][1]]
        self.assertIn(("content-type", "text/plain"), headers)
        self.assertIn(("user-agent", "me"), headers)
        self.assertIn(("x-empty", ""), headers)
        self.assertIn(("host", "venue.example"), headers)
        names = [name for name, _ in headers]
        for name in ("content-type", "user-agent", "host", "content-length"):
            self.assertEqual(names.count(name), 1, name)

    def test_a_redirect_is_named_by_its_absolute_url(self):
        receiver = Receiver(self, b"HTTP/1.1 308 Moved\r\nLocation: /hook/\r\nContent-Length: 0\r\n\r\n")
        for command in (["send", "action_created"], ["challenge"], ["check"], ["doctor"]):
            with self.subTest(command[0]):
                result = self.run_program(*command, "--url", receiver.url + "hook")
                self.assertEqual(result.code, 1, result)
                self.assertIn(receiver.url + "hook/", result.text)

    def test_redirects_are_never_followed(self):
        elsewhere = Receiver(self, YES)
        for status in (301, 302, 303, 307, 308):
            answer = f"HTTP/1.1 {status} Moved\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n"
            for command in (["send", "action_created"], ["challenge"]):
                self.assertEqual(self.run_program(*command, Receiver(self, answer.encode()).url).code, 1)
        self.assertEqual(elsewhere.requests, [])

    def test_the_answer_is_shown(self):
        receiver = Receiver(self, b"HTTP/1.1 422 Unprocessable\r\nX-Why: because\r\nContent-Length: 20\r\n\r\nthe title is missing")
        result = self.run_program("send", "action_created", receiver.url)
        self.assertEqual(result.code, 1)
        for words in ("422", "Unprocessable", "the title is missing"):
            self.assertIn(words, result.text)
        self.assertNotIn("because", result.text)
        self.assertIn("X-Why: because", self.run_program("send", "action_created", receiver.url, "-v").text)

    def test_json_holds_request_and_answer(self):
        answer = b"HTTP/1.1 201 Made\r\nX-A: b\r\nContent-Length: 3\r\n\r\n\xff\x00!"
        receiver = Receiver(self, answer)
        line, = self.run_program("send", "-", receiver.url, "--format", "json", stdin=EVENT).lines
        self.assertEqual(line["outcome"], "accepted")
        self.assertEqual(alohook.body_of(line["request"]), EVENT)
        self.assertEqual(line["response"]["status"], 201)
        self.assertIn(["X-A", "b"], line["response"]["headers"])
        self.assertEqual(alohook.body_of(line["response"]), b"\xff\x00!")
        self.assertGreaterEqual(line["ms"], 0)


class Overrides(Case):
    BODY = b'{"type":"action_created","action":{"id":1.0,"title":"a\\/b","tags":["x","y"]},"big":9007199254740993}'

    def send(self, *arguments, body=BODY):
        receiver = Receiver(self, YES)
        result = self.run_program("send", "-", receiver.url, *arguments, stdin=body)
        self.assertEqual(result.code, 0, result)
        _, headers, sent = receiver.requests[0]
        self.assertTrue(is_authentic(headers, sent))
        return sent

    def test_values_are_set(self):
        for arguments, pointer, value in ((["--set", "/action/title=Leck = groß"], ("action", "title"), "Leck = groß"),
                                          (["--set", "action.title=12"], ("action", "title"), "12"),
                                          (["--set-json", "/action/id=12"], ("action", "id"), 12),
                                          (["--set-json", 'action.tags={"a":[null]}'], ("action", "tags"), {"a": [None]}),
                                          (["--set", "/action/tags/1=z"], ("action", "tags"), ["x", "z"]),
                                          (["--set", "/new=1", "--add"], ("new",), "1"),
                                          (["--set", "/action/title=first", "--set", "/action/title=last"], ("action", "title"), "last")):
            with self.subTest(arguments):
                found = json.loads(self.send(*arguments))
                for key in pointer:
                    found = found[key]
                self.assertEqual(found, value)

    def test_values_are_removed(self):
        sent = json.loads(self.send("--unset", "/action/title", "--unset", "big"))
        self.assertEqual(list(sent), ["type", "action"])
        self.assertEqual(list(sent["action"]), ["id", "tags"])

    def test_the_order_of_keys_and_the_numbers_stay(self):
        sent = self.send("--set", "/action/title=x").decode()
        self.assertEqual(list(json.loads(sent)), ["type", "action", "big"])
        self.assertEqual(json.loads(sent)["big"], 9007199254740993)

    def test_a_path_that_is_not_there_is_an_error_with_a_suggestion(self):
        for arguments, words in ((["--set", "/action/titel=x"], ["/action/titel", "did you mean", "/action/title"]),
                                 (["--set-json", "/acton/id=1"], ["did you mean"]),
                                 (["--unset", "/action/ttle"], ["did you mean"]),
                                 (["--set", "/action/tags/7=x"], ["/action/tags/7"])):
            result = self.run_program("send", "-", *arguments, stdin=self.BODY)
            self.check_error(result, 2, *words)

    def test_what_is_not_json_cannot_be_changed(self):
        self.check_error(self.run_program("send", "-", "--set", "/a=b", stdin=b"not json"), 2, "JSON")


class Fixtures(Case):
    def bodies(self, *arguments):
        receiver = Receiver(self, YES)
        for name in ("action_created", "action_message_added", "webhook_url_verification"):
            self.assertEqual(self.run_program("send", name, receiver.url, *arguments).code, 0)
        return [body for _, _, body in receiver.requests]

    def test_ids_and_times_are_fresh(self):
        first, second = self.bodies(), self.bodies()
        for one, other in zip(first, second):
            self.assertNotEqual(one, other)
            self.assertEqual(len(one), len(other))
            self.assertEqual(json.loads(one)["type"], json.loads(other)["type"])

    def test_a_seed_makes_them_the_same(self):
        self.assertEqual(self.bodies("--seed", "7"), self.bodies("--seed", "7"))
        self.assertNotEqual(self.bodies("--seed", "7"), self.bodies("--seed", "8"))

    def test_the_challenge_that_is_sent_is_fresh_and_printed_as_alo_prints_it(self):
        body = self.bodies()[2].decode()
        self.assertRegex(body, r'\A\{\n    "challenge": "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",\n    "type": "webhook_url_verification"\n\}\Z')

    def test_a_folder_of_ones_own_adds_and_replaces(self):
        folder = self.home / "mine"
        folder.mkdir()
        (folder / "action_created.json").write_bytes(b'{"type":"action_created","mine":true}')
        (folder / "special.json").write_bytes(b"\xff special")
        receiver = Receiver(self, YES)
        for name in ("action_created", "special", "action_updated"):
            self.assertEqual(self.run_program("send", name, receiver.url, "--fixtures", "mine").code, 0)
        self.assertEqual([body for _, _, body in receiver.requests][:2], [b'{"type":"action_created","mine":true}', b"\xff special"])
        self.check_error(self.run_program("send", "special"), 2, "special")

    def test_exported_files_are_the_fixtures(self):
        self.assertEqual(self.run_program("fixtures", "export", "--out", "all").code, 0)
        for path in (self.home / "all").iterdir():
            self.assertEqual(self.run_program("fixtures", "export", path.stem).out, path.read_bytes())


class Targets(Case):
    def test_the_url_comes_from_the_flag_the_environment_or_the_file(self):
        flag, environment, file, top = (Receiver(self, YES) for _ in range(4))
        self.assertEqual(self.run_program("send", "action_created", env=self.env(ALOHOOK_URL=environment.url)).code, 0)
        (self.home / "alohook.toml").write_text(f'url = "{top.url}"\n')
        self.assertEqual(self.run_program("send", "action_created").code, 0)
        (self.home / "alohook.toml").write_text(f'url = "{top.url}"\n[send]\nurl = "{file.url}"\n')
        self.assertEqual(self.run_program("send", "action_created").code, 0)
        self.assertEqual(self.run_program("send", "action_created", env=self.env(ALOHOOK_URL=environment.url)).code, 0)
        self.assertEqual(self.run_program("send", "action_created", flag.url, env=self.env(ALOHOOK_URL=environment.url)).code, 0)
        self.assertEqual(self.run_program("send", "action_created", "--url", flag.url).code, 0)
        self.assertEqual([len(receiver.requests) for receiver in (flag, environment, file, top)], [2, 2, 1, 1])

    def test_the_file_is_found_where_it_should_be(self):
        named, xdg = Receiver(self, YES), Receiver(self, YES)
        (self.home / "config/alohook").mkdir(parents=True)
        (self.home / "config/alohook/config.toml").write_text(f'url = "{xdg.url}"\n')
        (self.home / "named.toml").write_text(f'url = "{named.url}"\n')
        self.assertEqual(self.run_program("send", "action_created").code, 0)
        self.assertEqual(self.run_program("send", "action_created", "--config", "named.toml").code, 0)
        self.assertEqual(self.run_program("send", "action_created", env=self.env(ALOHOOK_CONFIG="named.toml")).code, 0)
        self.assertEqual((len(named.requests), len(xdg.requests)), (2, 1))

    def test_the_secret_comes_from_flag_environment_or_file(self):
        receiver = Receiver(self, YES)
        (self.home / "other").write_text(OTHER_SECRET + "\n")
        (self.home / "alohook.toml").write_text('secret_file = "other"\n')
        for expected, arguments, env in ((SECRET, [], self.env()), (OTHER_SECRET, [], self.env(ALOHOOK_SECRET=None)),
                                         (OTHER_SECRET, ["--secret-file", "other"], self.env()),
                                         (OTHER_SECRET, ["--secret", OTHER_SECRET], self.env())):
            self.assertEqual(self.run_program("send", "-", receiver.url, *arguments, env=env, stdin=EVENT).code, 0)
            self.assertTrue(is_authentic(receiver.requests[-1][1], EVENT, expected), (arguments, env))
        self.assertEqual(self.run_program("send", "action_created", receiver.url, "--secret-file", "-", stdin=OTHER_SECRET.encode() + b"\n").code, 0)
        self.assertTrue(is_authentic(receiver.requests[-1][1], receiver.requests[-1][2], OTHER_SECRET))

    def test_resolve_sends_a_name_to_an_address(self):
        receiver = Receiver(self, YES)
        result = self.run_program("send", "action_created", f"http://venue.example:{receiver.port}/", "--resolve", f"venue.example:{receiver.port}:127.0.0.1")
        self.assertEqual(result.code, 0, result)
        self.assertIn(("Host", f"venue.example:{receiver.port}"), receiver.requests[0][1])

    def test_a_socket_file(self):
        receiver = Receiver(self, YES, address=self.home / "app.sock")
        for target in (["unix:app.sock"], [f"unix:{self.home}/app.sock"], ["http://venue.example/x", "--unix", "app.sock"]):
            self.assertEqual(self.run_program("send", "action_created", *target).code, 0, target)
        self.assertEqual(receiver.requests[2][0].split(b" ")[1], b"/x")

    def test_credentials_in_a_url_are_not_shown(self):
        receiver = Receiver(self, YES)
        self.secrets.add("hunter2")
        self.run_program("send", "action_created", receiver.url.replace("//", "//user:hunter2@"))

    def test_time_outs_end_the_waiting(self):
        receiver = Receiver(self, None)
        began = time.monotonic()
        self.assertEqual(self.run_program("send", "action_created", receiver.url, "--timeout", "200ms").code, 3)
        self.assertLess(time.monotonic() - began, 10)
        full = socket.create_server(("127.0.0.1", 0), backlog=0)
        self.addCleanup(full.close)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:  # they fill the queue, so that the next one gets no response at all
            self.addCleanup(one.close)
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/"
        self.assertEqual(self.run_program("send", "action_created", url, "--connect-timeout", "200ms").code, 3)

    def test_tls(self):
        certificate, key = make_certificate(self.home)
        server = Receiver(self, YES, tls=server_tls(certificate, key))
        self.assertEqual(self.run_program("send", "action_created", server.url, "--cacert", certificate).code, 0)
        self.assertEqual(self.run_program("send", "action_created", server.url, "--insecure").code, 0)
        self.assertEqual(self.run_program("send", "action_created", server.url).code, 3)
        # The right issuer isn't enough if the name doesn't match.
        wrong_name = [f"https://venue.example:{server.port}/", "--resolve", f"venue.example:{server.port}:127.0.0.1"]
        self.assertEqual(self.run_program("send", "action_created", *wrong_name, "--cacert", certificate).code, 3)
        self.assertEqual(len(server.requests), 2)


class Encodings(Case):
    def test_each_way_to_write_the_signature(self):
        for encoding, form in (("v0", r"v0=[0-9a-f]{64}"), ("hex", r"[0-9a-f]{64}"), ("base64", r"[A-Za-z0-9+/]{43}=")):
            receiver = Receiver(self, YES)
            self.run_program("send", "-", receiver.url, "--encoding", encoding, stdin=EVENT)
            headers = dict(receiver.requests[0][1])
            right = alohook.sign(EVENT, timestamp=headers["X-ALO-Request-Timestamp"], encoding=encoding)["X-ALO-Signature"]
            self.assertTrue(hmac.compare_digest(headers["X-ALO-Signature"], right))
            self.assertTrue(re.fullmatch(form, right))


class TwoSegments(Case):
    @unittest.skipUnless(hasattr(socket, "TCP_QUICKACK"), "only Linux can be asked to acknowledge at once")
    def test_a_response_in_two_segments_does_not_wait_for_a_delayed_acknowledgment(self):
        """Python's, Ruby's and Java's own servers send headers and body separately, and the system holds back the second
        segment until the first one is acknowledged: for at least 40 ms, unless the client acknowledges it immediately."""

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        count = 60
        times = []
        for _ in range(5):  # a busy machine may be slow for other reasons, but not every time
            began = time.monotonic()
            result = self.run_program("send", "action_created", f"http://127.0.0.1:{server.server_port}/", "--repeat", count)
            times.append(time.monotonic() - began)
            self.assertEqual(result.code, 0, result)
            if times[-1] < count * 0.040 / 2:
                return
        self.fail(f"{count} requests took {times} s")


if __name__ == "__main__":
    alohook.main()
