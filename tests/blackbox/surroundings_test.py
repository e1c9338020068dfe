"""Unusual environments: closed descriptors, signals, limits, umask, HOME, and blocked outputs."""
import errno
import fcntl
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
import unittest

import alohook
from alohook import EVENT, PATIENCE, SECRET, Case, Receiver, ask, connect, is_sanitized, make_certificate, post, read_answer, request_bytes, sign

LONG = bool(os.environ.get("ALOHOOK_LONG"))
PAGE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Content-Type": "text/plain"}
CATCHABLE = [number for number in signal.valid_signals()
             if number not in (signal.SIGKILL, signal.SIGSTOP) and int(number) < 32]
# What ends a program by default; the others are ignored or stop it.
FATAL = {signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV}  # the sanitizers report these and exit
HARMLESS = {signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU,
            signal.SIGXFSZ}


# What a command's call below ends with, when that is not 0: the server accepts everything, but echoes no challenge.
CODES = {"challenge": 1, "doctor": 1}


def closing(*descriptors):
    """For preexec_fn: returns a function that closes these descriptors in the child."""
    def close():
        for descriptor in descriptors:
            os.close(descriptor)
    return close


def limiting(kind, value):
    return lambda: resource.setrlimit(kind, (value, value))


def wait_until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain until {what}")
        time.sleep(0.01)


def is_alive(process):
    try:
        with open(f"/proc/{process}/stat", encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def open_files(process):
    try:
        return {os.readlink(entry) for entry in pathlib.Path(f"/proc/{process}/fd").iterdir()}
    except OSError:
        return set()  # one was closed in between


class SurroundingsCase(Case):
    def commands(self, url):
        """A call of each command, to a server that accepts everything; it ends with its code of CODES."""
        body = self.home / "body.json"
        body.write_bytes(EVENT)
        journal = self.home / "journal.jsonl"
        if not journal.exists():
            listener = self.listen("--record", journal, "--format", "quiet")
            post(listener.port, EVENT)
            listener.stop()
        headers = sign(EVENT)
        return {
            "send": ["send", "action_created", url],
            "challenge": ["challenge", url],
            "check": ["check", url, "--only", "accept-valid"],
            "replay": ["replay", str(journal), url],
            "sign": ["sign", str(body)],
            "verify": ["verify", str(body), "--timestamp", headers["X-ALO-Request-Timestamp"], "--signature", headers["X-ALO-Signature"]],
            "fixtures": ["fixtures"],
            "secret": ["secret"],
            "events": ["events", str(journal)],
            "show": ["show", "last", "--journal", str(journal)],
            "doctor": ["doctor", url],
            "completion": ["completion", "bash"],
            "help": ["help", "listen"],
            "version": ["--version"],
        }

    def listen_with(self, *flags, ready=None, **popen):
        """Starts a listener whose streams may be closed. Returns the process and its port."""
        port_file = self.home / f"port-{time.monotonic_ns()}"
        process = self.start("listen", "--port", "0", "--port-file", port_file, *flags, **popen)
        wait_until(lambda: port_file.exists() or process.process.poll() is not None, "the listener is ready")
        self.assertIsNone(process.process.poll(), process.err and process.err.bytes)
        return process, int(port_file.read_text())


class Table(SurroundingsCase):
    def test_the_surroundings_below_meet_every_command(self):
        """`listen` and `inspect` don't end by themselves and have tests of their own."""
        offered = [line.split("\t")[0] for line in self.run_program("__complete", "").text.splitlines()]
        self.assertEqual(set(offered), {*self.commands("http://127.0.0.1:1/"), "listen", "inspect"})


class ClosedDescriptors(SurroundingsCase):
    def test_each_command_does_its_work_without_each_descriptor(self):
        receiver = Receiver(self)
        commands = self.commands(receiver.url)
        for descriptors in ((0,), (1,), (2,), (0, 1, 2)):
            for name, command in commands.items():
                with self.subTest(command=name, closed=descriptors):
                    before = len(receiver.requests)
                    result = self.start(*command, preexec_fn=closing(*descriptors)).result()
                    self.assertEqual(result.code, CODES.get(name, 0), result)
                    for head, _, body in receiver.requests[before:]:
                        self.assertRegex(head, rb"^[A-Z]+ \S+ HTTP/1\.1\r\n")
                        self.assertNotIn(b"accepted", head + body)

    def test_what_is_printed_never_goes_into_the_journal(self):
        for closed in ((1,), (2,), (1, 2), (0, 1, 2)):
            for form in ("human", "json", "quiet"):
                with self.subTest(closed=closed, format=form):
                    journal = self.home / f"{form}-{len(closed)}-{closed[0]}.jsonl"
                    process, port = self.listen_with("--record", journal, "--format", form, preexec_fn=closing(*closed))
                    self.assertEqual(post(port, EVENT).status, 200)
                    self.assertEqual(ask(port, b"GARBAGE\r\n\r\n").status, 400)
                    process.send_signal(signal.SIGTERM)
                    process.result()
                    lines = journal.read_bytes().splitlines()
                    self.assertEqual(len(lines), 1)
                    self.assertEqual(json.loads(lines[0])["body"], EVENT.decode())

    def test_a_connection_never_becomes_standard_output(self):
        later = []

        def answer(head, headers, body):
            return b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

        for closed in ((1,), (1, 2)):
            receiver = Receiver(self, answer)
            result = self.start("send", "action_created", receiver.url, "-v", "--repeat", "3", preexec_fn=closing(*closed)).result()
            self.assertEqual(result.code, 0)
            receiver.close()
            self.assertEqual(len(receiver.requests), 3)
            for head, _, _ in receiver.requests:
                later.append(head)
                self.assertTrue(head.startswith(b"POST "), head)


class Signals(SurroundingsCase):
    def test_each_catchable_signal_ends_the_listener_or_leaves_it_alone(self):
        for number in CATCHABLE:
            if is_sanitized() and number in FATAL:
                continue
            with self.subTest(signal=number.name if hasattr(number, "name") else number):
                process, port = self.listen_with("--format", "quiet", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
                process.send_signal(number)
                if number in HARMLESS:
                    process.send_signal(signal.SIGCONT)
                    self.assertEqual(post(port, EVENT).status, 200)
                    process.send_signal(signal.SIGTERM)
                    self.assertEqual(process.result().code, 0)
                    continue
                code = process.process.wait(PATIENCE)
                self.assertIn(code, (0, -number), "a listener that expects nothing ends with 0")
                if number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    self.assertEqual(code, 0)
                    self.assertIn("stopped; ", process.result().error)

    def test_sighup_is_sigterm_for_one_that_expects_something(self):
        for number, code in ((signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)):
            process, _ = self.listen_with("--expect", "action_created")
            process.send_signal(number)
            result = process.result()
            self.assertEqual(result.code, code)
            self.assertIn("stopped; ", result.error)
        sender = self.start("send", "action_created", Receiver(self, None).url)
        self.assertTrue(sender)
        sender.send_signal(signal.SIGHUP)
        self.assertIn(sender.process.wait(PATIENCE), (129, 130, -signal.SIGHUP))

    def test_each_signal_ends_each_command_that_waits_or_leaves_it_alone(self):
        """By default the signals that alohook handles, and a few of the others, in turn."""
        receiver = Receiver(self, None)
        commands = self.commands(receiver.url)
        waiting = {name: commands[name] for name in ("send", "challenge", "check", "replay", "doctor")}
        waiting["inspect"] = ["inspect", commands["events"][1], "--port", "0"]
        handled = {signal.SIGHUP: 129, signal.SIGINT: 130, signal.SIGTERM: 143}
        others = [number for number in CATCHABLE if number not in handled and not (is_sanitized() and number in FATAL)]
        for at, (name, command) in enumerate(waiting.items()):
            for number in [*handled, *(others if LONG else others[at::10])]:
                with self.subTest(command=name, signal=number):
                    before = len(receiver.requests)
                    process = self.start(*command, preexec_fn=limiting(resource.RLIMIT_CORE, 0))
                    if name == "inspect":
                        process.err.wait_for(lambda err: b"inspect at" in err)
                    else:
                        wait_until(lambda: len(receiver.requests) > before, "it waits for a response")
                    process.send_signal(number)
                    if number in HARMLESS:
                        process.send_signal(signal.SIGCONT)
                        process.send_signal(signal.SIGTERM)
                        number = signal.SIGTERM
                    code = process.process.wait(PATIENCE)
                    self.assertEqual(code, 0 if name == "inspect" and number in handled else handled.get(number, -number))

    def test_nohup_holds(self):
        process, port = self.listen_with("--format", "quiet", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        process.send_signal(signal.SIGHUP)
        self.assertEqual(post(port, EVENT).status, 200)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.result().code, 0)

    def child_of(self, process_file):
        wait_until(lambda: process_file.exists() and process_file.read_text().strip(), "the command runs")
        return int(process_file.read_text())

    def test_the_command_and_its_children_end_with_the_terminal(self):
        process_file = self.home / "child"
        process = self.start("listen", "--port", "0", "--timeout", "60s", "--", "sh", "-c", f"sleep 600 & echo $! > {process_file}; wait")
        child = self.child_of(process_file)
        process.send_signal(signal.SIGHUP)
        self.assertEqual(process.result().code, 129)
        wait_until(lambda: not is_alive(child), "the command's child has ended")

    @unittest.skipUnless(os.path.exists("/proc/self/stat"), "only Linux ends a child with its parent")
    def test_the_command_ends_when_the_listener_is_killed(self):
        for number in (signal.SIGKILL, signal.SIGABRT):
            process_file = self.home / f"child-{int(number)}"
            process = self.start("listen", "--port", "0", "--timeout", "60s", "--", "sh", "-c", f"echo $$ > {process_file}; exec sleep 600",
                                 preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)), stderr=subprocess.DEVNULL)
            child = self.child_of(process_file)
            process.send_signal(number)
            process.process.wait(PATIENCE)
            wait_until(lambda: not is_alive(child), "the command has ended")

    def test_the_command_gets_its_signals_as_they_are_by_default(self):
        """Neither our handlers nor ignored signals may be inherited by a child."""
        result = self.run_program("listen", "--port", "0", "--timeout", "60s", "--", "sh", "-c",
                                  "grep -E 'SigIgn|SigBlk' /proc/self/status >&2")
        masks = dict(re.findall(r"(Sig\w+):\s+(\w+)", result.error))
        for name, mask in masks.items():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ):
                self.assertFalse(int(mask, 16) >> (number - 1) & 1, f"{name} has {number.name}")


class Limits(SurroundingsCase):
    def test_a_file_size_limit_is_a_full_disk(self):
        journal = self.home / "events.jsonl"
        process, port = self.listen_with("--record", journal, "--format", "quiet", preexec_fn=limiting(resource.RLIMIT_FSIZE, 4096))
        body = b"x" * 600
        statuses = [post(port, body).status for _ in range(12)]
        self.assertEqual(statuses[0], 200)
        self.assertEqual(statuses[-1], 503)
        process.send_signal(signal.SIGTERM)
        result = process.result()
        self.assertEqual(result.code, 0)
        self.assertIn(os.strerror(errno.EFBIG), result.error)
        whole = [line for line in journal.read_bytes().split(b"\n") if line.endswith(b"}")]
        self.assertEqual(len(whole), statuses.count(200))

    def test_each_command_fails_when_its_output_is_a_file_that_may_not_grow(self):
        receiver = Receiver(self)
        for name, command in self.commands(receiver.url).items():
            with self.subTest(command=name), open(self.home / "output", "wb") as output:
                result = self.start(*command, stdout=output, preexec_fn=limiting(resource.RLIMIT_FSIZE, 0)).result()
                self.assertEqual(result.code, 2, result)
                self.assertIn("can't write to standard output", result.error)

    def test_reports_that_may_not_grow_are_an_error(self):
        command = [*self.commands(Receiver(self).url)["check"], "--html", "report.html"]
        result = self.start(*command, preexec_fn=limiting(resource.RLIMIT_FSIZE, 0)).result()
        self.assertEqual(result.code, 2, result)
        self.assertIn("report.html", result.error)
        self.assertFalse((self.home / "report.html").exists())

    @unittest.skipIf(is_sanitized(), "the sanitizers need far more memory than the limit")
    def test_each_command_does_its_work_in_little_memory_or_says_that_it_is_too_little(self):
        receiver = Receiver(self)
        commands = self.commands(receiver.url)
        commands["listen"] = ["listen", "--port", "0", "--timeout", "60s", "--", "true"]
        for name, command in commands.items():
            for size in (256, 40) if LONG else (40,):
                with self.subTest(command=name, megabytes=size):
                    result = self.start(*command, preexec_fn=limiting(resource.RLIMIT_AS, size << 20)).result()
                    if result.code != CODES.get(name, 0):
                        self.assertEqual(result.code, 2, result)
                        self.assertRegex(result.error, "memory|can't start another thread")

    def test_each_command_says_what_is_wrong_with_few_descriptors(self):
        receiver = Receiver(self)
        for name, command in {**self.commands(receiver.url), "listen": ["listen", "--port", "0"]}.items():
            for count in (4, 5, 6, 8) if LONG else (4, 6):
                with self.subTest(command=name, descriptors=count):
                    process = self.start(*command, preexec_fn=limiting(resource.RLIMIT_NOFILE, count))
                    if name == "listen" and process.err.wait_for(lambda err: b"listening" in err or None):
                        process.send_signal(signal.SIGTERM)
                    result = process.result()
                    self.assertNotEqual(result.code, 4, result)
                    self.assertNotIn(b"internal error", result.err)

    @unittest.skipIf(is_sanitized(), "the sanitizers need far more memory than the limit")
    def test_running_out_of_memory_is_a_clear_line(self):
        large = self.home / "large"
        with open(large, "wb") as file:
            file.truncate(1 << 30)
        result = self.start("sign", large, preexec_fn=limiting(resource.RLIMIT_AS, 400 << 20)).result()
        self.check_error(result, 2, "not enough memory")

    @unittest.skipIf(is_sanitized(), "the sanitizers need far more memory than the limit")
    def test_a_listener_without_memory_rejects_and_goes_on(self):
        process, port = self.listen_with("--format", "quiet", "--max-body", "900M", preexec_fn=limiting(resource.RLIMIT_AS, 600 << 20))
        length = 800 << 20
        with connect(port) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % length)
            chunk = b"x" * (1 << 20)
            try:
                for _ in range(length >> 20):
                    connection.sendall(chunk)
            except OSError:
                pass
            self.assertEqual(read_answer(connection).status, 503)
        self.assertEqual(post(port, EVENT).status, 200)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.result().code, 0)

    @unittest.skipIf(is_sanitized(), "the sanitizers need far more memory than the limit")
    def test_unfinished_bodies_share_one_limit(self):
        listener = self.listen("--format", "quiet")
        size = 10 << 20
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % size
        held, rejected = [], 0
        for _ in range(40):
            connection = connect(listener.port)
            self.addCleanup(connection.close)
            try:
                connection.sendall(head + b"x" * (size - 1))
            except OSError:
                pass  # it got the response before it had sent everything
            held.append(connection)
        listener.err.wait_for(lambda err: b"responded 503" in err)
        with open(f"/proc/{listener.process.pid}/status", encoding="ascii") as status:
            resident = int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])
        self.assertLess(resident, 400 << 10, "more than the limit of 256 MiB and what malloc keeps")
        self.assertEqual(post(listener.port, EVENT).status, 200)


class Files(SurroundingsCase):
    def test_a_state_directory_is_private_whatever_the_umask(self):
        for mask in (0, 0o022, 0o077):
            home = self.home / f"home-{mask:o}"
            home.mkdir()
            env = self.env(HOME=str(home), XDG_STATE_HOME=None, XDG_CONFIG_HOME=None, ALOHOOK_SECRET=None)
            process = self.start("sign", "-", env=env, stdin=subprocess.DEVNULL, preexec_fn=lambda mask=mask: os.umask(mask))
            self.assertEqual(process.result().code, 0)
            secret = home / ".local/state/alohook/secret"
            self.secrets.add(secret.read_text().strip())
            self.assertEqual(stat.S_IMODE(secret.stat().st_mode), 0o600)
            for directory in (secret.parent, secret.parent.parent, secret.parent.parent.parent):
                self.assertEqual(stat.S_IMODE(directory.stat().st_mode), 0o700, directory)
        journal = self.home / "journal.jsonl"
        process, port = self.listen_with("--record", journal, preexec_fn=lambda: os.umask(0))
        post(port, EVENT)
        self.assertEqual(stat.S_IMODE(journal.stat().st_mode), 0o600)

    def test_a_home_that_is_missing_or_read_only_matters_only_for_the_development_secret(self):
        receiver = Receiver(self)
        (self.home / "file").write_text("no directory")
        for home in (None, str(self.home / "file/home"), "/proc"):
            env = self.env(HOME=home, XDG_STATE_HOME=None, XDG_CONFIG_HOME=None)
            for name, command in self.commands(receiver.url).items():
                with self.subTest(home=home, command=name):
                    if name == "secret":
                        continue
                    result = self.start(*command, env=env).result()
                    self.assertEqual(result.code, CODES.get(name, 0), result)
            result = self.start("sign", "-", env={**env, "ALOHOOK_SECRET": ""}).result()
            self.check_error(result, 2, "ALOHOOK_SECRET")
            env.pop("ALOHOOK_SECRET")
            self.check_error(self.start("sign", "-", env=env).result(), 2, "development secret")

    def test_a_journal_that_is_moved_or_removed_is_created_again(self):
        journal = self.home / "events.jsonl"
        listener = self.listen("--record", journal, "--sync", "--format", "quiet")
        numbers = [b'{"n":%d}' % number for number in range(4)]
        self.assertEqual(post(listener.port, numbers[0]).status, 200)
        journal.rename(self.home / "events.1")
        self.assertEqual(post(listener.port, numbers[1]).status, 200)
        journal.unlink()
        self.assertEqual(post(listener.port, numbers[2]).status, 200)
        journal.write_bytes(b"")  # like logrotate's copytruncate
        self.assertEqual(post(listener.port, numbers[3]).status, 200)
        self.assertEqual([json.loads(line)["body"] for line in journal.read_text().splitlines()], [numbers[3].decode()])
        self.assertEqual(listener.stop().error.count("was moved or removed"), 2)

    def test_a_pipe_without_a_reader_is_503_and_a_reader_gets_whole_lines(self):
        pipe = self.home / "pipe"
        os.mkfifo(pipe)
        listener = self.listen("--record", pipe, "--format", "quiet")
        body = b"x" * 9000
        self.assertEqual({post(listener.port, body).status for _ in range(10)}, {503})
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        self.assertEqual(post(listener.port, EVENT).status, 200)
        self.assertEqual(json.loads(os.read(reader, 65536))["body"], EVENT.decode())
        os.close(reader)
        self.assertEqual(post(listener.port, EVENT).status, 503)
        stopped = listener.stop()
        self.assertEqual(stopped.code, 0)
        self.assertIn("no program reads this pipe", stopped.error)

    def test_a_pipe_whose_reader_stands_still_does_not_keep_the_listener(self):
        pipe = self.home / "pipe"
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        listener = self.listen("--record", pipe, "--format", "quiet")
        self.assertEqual(post(listener.port, b"x" * 200_000).status, 503)
        self.assertEqual(listener.stop(signal.SIGTERM).code, 0)

    def test_the_port_file_follows_no_link_and_is_gone_at_the_end(self):
        victim = self.home / "victim"
        victim.write_text("precious")
        port_file = self.home / "port.txt"
        (self.home / "port.txt.draft").symlink_to(victim)
        port_file.symlink_to(victim)
        process = self.start("listen", "--port", "0", "--port-file", port_file, "--format", "quiet")
        process.err.wait_for(lambda err: b"listening on" in err)
        self.assertFalse(port_file.is_symlink())
        self.assertTrue(int(port_file.read_text()))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.result().code, 0)
        self.assertFalse(port_file.exists())
        self.assertEqual(victim.read_text(), "precious")
        directory = self.home / "directory"
        directory.mkdir()
        before = set(self.home.iterdir())
        self.check_error(self.run_program("listen", "--port", "0", "--port-file", directory), 2, "port file")
        self.assertEqual(set(self.home.iterdir()), before)

    @unittest.skipUnless(os.path.exists("/proc/self/fd"), "there is no /proc")
    def test_a_socket_that_another_listener_is_about_to_serve_is_left_to_it(self):
        """Bound but not listening yet, it looks as if its program were dead."""
        path = self.home / "both.sock"
        directory = os.open(self.home, os.O_RDONLY)
        self.addCleanup(os.close, directory)
        fcntl.flock(directory, fcntl.LOCK_EX)
        with socket.socket(socket.AF_UNIX) as first:
            first.bind(str(path))
            second = self.start("listen", "--unix", path)
            wait_until(lambda: second.process.poll() is not None or str(self.home) in open_files(second.process.pid), "the second one waits")
            first.listen()
            fcntl.flock(directory, fcntl.LOCK_UN)
            self.check_error(second.result(), 2, "already in use")
            connect(path).close()

    def test_a_port_file_that_another_listener_took_stays(self):
        port_file = self.home / "port.txt"
        first = self.start("listen", "--port", "0", "--port-file", port_file)
        first.err.wait_for(lambda err: b"listening on" in err)
        second = self.start("listen", "--port", "0", "--port-file", port_file)
        second.err.wait_for(lambda err: b"listening on" in err)
        port = port_file.read_text()
        first.send_signal(signal.SIGTERM)
        first.result()
        self.assertEqual(port_file.read_text(), port)

    def test_a_configuration_file_that_was_found_creates_nothing_outside_its_directory(self):
        outside = pathlib.Path(tempfile.mkdtemp(prefix="alohook-test-"))
        self.addCleanup(shutil.rmtree, outside)
        (self.home / "link").symlink_to(outside / "new")
        (self.home / "directory").symlink_to(outside)
        for name in (outside / "new", f"../{outside.name}/new", "link", "directory/new", f"{outside}/new\\u0000/../../{self.home.name}/x"):
            for key in ("record", "port-file", "unix"):
                with self.subTest(name=name, key=key):
                    (self.home / "alohook.toml").write_text(f'[listen]\n{key} = "{name}"\n')
                    self.check_error(self.run_program("listen", "--port", "0"), 2, key)
                    self.assertEqual(list(outside.iterdir()), [])

    def flags(self):
        """All commands that have settings, by flag, as completion offers them."""
        def candidates(*words):
            return [line.split("\t")[0] for line in self.run_program("__complete", *words).text.splitlines()]
        flags = {}
        for command in candidates(""):
            offered = candidates(command, "--")
            for flag in offered if "--config" in offered else ():
                flags.setdefault(flag, []).append(command)
        del flags["--help"]
        return flags

    def test_an_empty_value_is_a_usage_error_for_each_option(self):
        """On the command line, in the environment and in a configuration file; by default each flag in one of them."""
        nowhere = "http://127.0.0.1:1/"
        arguments = {"listen": ["--port", "0"], "send": ["action_created", nowhere], "replay": ["events.jsonl", nowhere], "challenge": [nowhere],
                     "check": [nowhere], "doctor": [nowhere], "fixtures": ["list"]}
        configuration = self.home / "own.toml"
        flags = self.flags()
        self.assertGreater(len(flags), 80)
        for number, (flag, commands) in enumerate(flags.items()):
            name = flag[2:]
            variable = "ALOHOOK_" + name.upper().replace("-", "_")
            for command in commands if LONG else [commands[number % len(commands)]]:
                ways = [lambda call: self.run_program(*call, f"{flag}=")]
                if not name.startswith("no-"):  # that is the other name of a flag, and no setting
                    ways.append(lambda call: self.run_program(*call, env=self.env(**{variable: ""})))
                if name not in ("config", "secret") and not name.startswith("no-"):
                    ways.append(lambda call: self.run_program(*call, "--config", configuration))
                configuration.write_text(f'[{command}]\n{name} = ""\n')
                for way in ways if LONG else [ways[number % len(ways)]]:
                    with self.subTest(command=command, flag=flag):
                        # One that is given on the command line would hide the others.
                        given = arguments.get(command, [])
                        result = way([command, *([] if flag in given else given[:-1] if flag == "--url" else given)])
                        self.check_error(result, 2)
                        self.assertRegex(result.error, f"({flag}|{variable}|own.toml: {name})(: missing value| is empty| needs --)")

    def test_an_empty_argument_is_a_usage_error(self):
        for call in (["listen", "--port", "0", "--inspect", ""], ["listen", "--port", "0", "--record", ""], ["send", ""], ["send", "action_created", ""],
                     ["send", "action_created", "--bad", ""], ["challenge", ""], ["check", ""], ["replay", ""], ["replay", "x", ""], ["sign", ""],
                     ["verify", ""], ["fixtures", ""], ["fixtures", "show", ""], ["events", ""], ["show", ""], ["inspect", ""], ["doctor", ""],
                     ["completion", ""], [""]):
            with self.subTest(call):
                self.check_error(self.run_program(*call), 2)


class Outputs(SurroundingsCase):
    def test_an_output_that_takes_nothing_delays_no_response_and_no_end(self):
        body = b"x" * 200_000
        for form in ("human", "json"):
            for streams in ("stdout", "both"):
                with self.subTest(format=form, stuck=streams):
                    reader, writer = os.pipe()
                    port_file = self.home / f"port-{form}-{streams}"
                    process = self.start("listen", "--port", "0", "--port-file", port_file, "--format", form, stdout=writer,
                                         **({"stderr": writer} if streams == "both" else {}))
                    os.close(writer)
                    wait_until(port_file.exists, "the listener is ready")
                    port = int(port_file.read_text())
                    with connect(port) as connection:
                        for _ in range(140):
                            connection.sendall(request_bytes(body, {}))
                            self.assertEqual(read_answer(connection).status, 401)
                    process.send_signal(signal.SIGTERM)
                    self.assertEqual(process.process.wait(PATIENCE), 0)
                    if streams == "stdout":
                        missed = r", \d+ not shown" if form == "json" else ""  # people get a line for each event, which fits
                        self.assertRegex(process.result().error, "140 rejected" + missed)
                    os.close(reader)

    def test_an_output_that_moves_on_is_told_how_much_it_missed(self):
        reader, writer = os.pipe()
        process, port = self.listen_with("--format", "json", stdout=writer)
        os.close(writer)
        body = b"x" * 200_000
        with connect(port) as connection:
            for _ in range(140):
                connection.sendall(request_bytes(body, {}))
                read_answer(connection)
        shown = b""
        with open(reader, "rb", buffering=0) as file:
            while not process.err.bytes.count(b"not shown"):
                shown += file.read(1 << 20)
                if shown.count(b"\n") and not process.err.bytes.count(b"not shown"):
                    post(port, EVENT)
            process.send_signal(signal.SIGTERM)
            while chunk := file.read(1 << 20):
                shown += chunk
        for line in shown.split(b"\n")[:-1]:  # the last one may be truncated if the process ended first
            json.loads(line)
        missed = sum(int(count) for count in re.findall(rb"(\d+) not shown: ", process.result().err))
        self.assertGreater(missed, 0)

    @unittest.skipUnless(os.path.exists("/dev/full"), "there is no /dev/full here")
    def test_each_command_fails_when_its_output_is_full(self):
        receiver = Receiver(self)
        for name, command in self.commands(receiver.url).items():
            with self.subTest(command=name), open("/dev/full", "wb") as full:
                result = self.start(*command, stdout=full).result()
                self.assertEqual(result.code, 2, result)
                self.assertIn("can't write to standard output", result.error)


class Pages(SurroundingsCase):
    def test_a_web_page_gets_403_and_changes_nothing(self):
        journal = self.home / "events.jsonl"
        receiver = Receiver(self)
        listener = self.listen("--record", journal, "--respond", "202,500", "--forward", receiver.url, "--forward-all", "--format", "json")
        for headers in (PAGE, {"Origin": "null"}, {"Sec-Fetch-Site": "same-origin"}, {"sec-fetch-site": "same-site"}):
            answer = post(listener.port, EVENT, headers)
            self.assertEqual(answer.status, 403, headers)
            self.assertFalse([name for name in answer.headers if name.lower().startswith("access-control")])
        self.assertEqual(ask(listener.port, request_bytes(b"", {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"},
                                                          "OPTIONS"), "OPTIONS").status, 403)
        self.assertEqual(receiver.requests, [])
        self.assertEqual(journal.read_bytes(), b"")
        self.assertEqual(post(listener.port, EVENT, {"Sec-Fetch-Site": "none"}).status, 202)  # the script's first
        lines = listener.wait_lines(6)
        self.assertEqual([line.get("from_web_page") for line in lines], [True] * 5 + [None])
        self.assertIn("5 from web pages", listener.stop().error)

    def test_the_terminal_says_that_a_page_sent_it_and_the_flag_accepts_it(self):
        human = self.listen()
        post(human.port, EVENT, PAGE)
        self.assertIn("--allow-browser", human.wait_text("a web page sent this"))
        allowing = self.listen("--allow-browser")
        self.assertEqual(post(allowing.port, EVENT, {**PAGE, **sign(EVENT)}).status, 200)

    def test_a_page_does_not_count_for_what_is_expected(self):
        listener = self.listen("--expect", "action_created=1", "--timeout", "60s")
        self.assertEqual(post(listener.port, EVENT, {**PAGE, **sign(EVENT)}).status, 403)
        self.assertEqual(post(listener.port, EVENT).status, 200)
        self.assertEqual(listener.result().code, 0)


class Identities(SurroundingsCase):
    def test_a_certificate_of_another_time_is_said_at_the_start_and_rejected_by_the_sender(self):
        script = os.path.join(os.path.dirname(__file__), "..", "support", "certificates.sh")
        subprocess.run(["sh", os.path.abspath(script)], cwd=self.home, check=True, capture_output=True)
        for name, warning, reason in (("expired", "it expired on 2020-02-01", "expired"), ("future", "it is not valid before 2098-01-01", "not valid yet"), ("good", None, None)):
            with self.subTest(name):
                listener = self.listen("--tls-cert", f"{name}.pem", "--tls-key", f"{name}.key")
                sent = self.run_program("send", "action_created", listener.url, "--cacert", "ca.pem")
                self.assertEqual(sent.code, 3 if reason else 0, sent)
                self.assertIn(reason or "accepted", sent.text)
                stopped = listener.stop()
                self.assertIn(warning or "listening", stopped.error)
                self.assertEqual("clients will reject" in stopped.error, warning is not None)
                self.assertEqual("handshake" in stopped.error, reason is not None, stopped.error)

    def test_a_certificate_that_clients_will_reject_is_said_at_the_start(self):
        certificate, key = make_certificate(self.home, "other.example")
        listener = self.listen("--tls-cert", certificate, "--tls-key", key)
        listener.err.wait_for(lambda err: b'it is not for "127.0.0.1"' in err)
        own = self.home / "own"
        own.mkdir()
        certificate, key = make_certificate(own)
        good = self.listen("--tls-cert", certificate, "--tls-key", key)
        self.assertNotIn("warning", good.stop().error)

    def test_a_key_of_another_certificate_is_an_error(self):
        certificate, _ = make_certificate(self.home)
        key = self.home / "rsa.key"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        self.check_error(self.run_program("listen", "--port", "0", "--tls-cert", certificate, "--tls-key", key), 2, "does not belong")


if __name__ == "__main__":
    alohook.main()
