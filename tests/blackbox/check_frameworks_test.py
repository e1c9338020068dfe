"""Correct receivers in real frameworks pass `alohook check` in every encoding; each is skipped where it isn't installed.

Node's packages come from NODE_PATH, or from npm into a directory of the build. With nginx installed, two of the
receivers are checked through it as well.
"""
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import alohook
import check_test
import receivers_test
from alohook import Stream

FOLDER = receivers_test.FOLDER / "frameworks"


PACKAGES = ("express@4", "fastify@5", "koa@2", "hono@4", "@hono/node-server@1", "@nestjs/core@10", "@nestjs/common@10",
            "@nestjs/platform-express@10", "reflect-metadata@0.2", "rxjs@7")


@functools.cache
def node_path():
    """Returns where Node finds packages: those that are installed, then those that npm can fetch."""
    folder = pathlib.Path(os.environ.get("ALOHOOK_TEST_CACHE", tempfile.gettempdir())) / "alohook-frameworks"
    if shutil.which("npm") and not (folder / "node_modules/rxjs").is_dir():
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, *PACKAGES],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return ":".join(filter(None, [os.environ.get("NODE_PATH"), str(folder / "node_modules")]))


def has_node(*modules):
    return lambda case: case.works("node", "-e", ";".join(f"require.resolve('{module}')" for module in modules))


def python_with(*modules):
    """Returns a Python that has the modules: the current one, or the system's."""
    script = ";".join(f"import {module}" for module in modules)
    for python in (sys.executable, "/usr/bin/python3"):
        if shutil.which(python) and subprocess.run([python, "-c", script], capture_output=True, check=False).returncode == 0:
            return python
    return sys.executable


def has_python(*modules):
    return lambda case: case.works(python_with(*modules), "-c", ";".join(f"import {module}" for module in modules))


def has(program, *arguments):
    return lambda case: case.works(program, *arguments)


FRAMEWORKS = {
    "Express": (["node", "express_raw.js"], has_node("express")),
    "Fastify": (["node", "fastify.js"], has_node("fastify")),
    "Koa": (["node", "koa.js"], has_node("koa")),
    "Hono": (["node", "hono.js"], has_node("hono", "@hono/node-server")),
    "Hono, body as text": (["node", "hono_text.js"], has_node("hono", "@hono/node-server")),
    "NestJS": (["node", "nest.js"], has_node("@nestjs/core", "@nestjs/platform-express")),
    "Flask": ([python_with("flask"), "flask_app.py"], has_python("flask")),
    "Django": ([python_with("django"), "django_app.py"], has_python("django")),
    "FastAPI": ([python_with("fastapi", "uvicorn"), "fastapi_app.py"], has_python("fastapi", "uvicorn")),
    "aiohttp": ([python_with("aiohttp"), "aiohttp_app.py"], has_python("aiohttp")),
    "Sinatra": (["ruby", "sinatra_app.rb"], has("ruby", "-e", "require 'sinatra/base'; require 'puma'")),
    "Go": (["go", "run", "receiver.go"], has("go", "version")),
    "Java": (["java", "Receiver.java"], has("java", "-version")),
}


class Frameworks(receivers_test.Receivers):
    encoding = "v0"

    def env(self, **more):
        return super().env(**{**more, "ALO_ENCODING": self.encoding, "NODE_PATH": node_path(),
                              "GOCACHE": os.environ.get("ALOHOOK_TEST_CACHE", tempfile.gettempdir()) + "/alohook-go"})

    def works(self, *command):
        return bool(shutil.which(command[0])) and subprocess.run(command, capture_output=True, cwd=FOLDER, env=self.env(), check=False, timeout=alohook.PATIENCE).returncode == 0

    def is_right(self, url, name):
        result = self.run_program("check", url, "--wait", "20s", "--format", "json")
        failed = [(line["id"], line["severity"], line.get("got")) for line in result.lines if line.get("result") == "fail" and line["severity"] == "must"]
        unsure = [line["id"] for line in result.lines if line.get("result") == "inconclusive"]
        self.assertEqual((result.code, failed, unsure), (0, [], []), name)
        return [line["id"] for line in result.lines if line.get("result") == "fail"]

    def test_correct_receivers_are_not_accused(self):
        print(f"\n{'framework':24} result")
        checked = 0
        for name, (command, is_installed) in FRAMEWORKS.items():
            if not is_installed(self):
                print(f"{name:24} skipped: not installed")
                continue
            checked += 1
            for self.encoding in ("v0", "hex", "base64"):
                with self.subTest(name, encoding=self.encoding):
                    should = self.is_right(self.start_receiver(command, "frameworks"), name)
            print(f"{name:24} correct; advice: {' '.join(should) or 'none'}")
        if not checked:
            self.skipTest("no framework is installed")

    def test_php(self):
        if not shutil.which("php"):
            self.skipTest("PHP is not installed")
        process = subprocess.Popen(["php", "-S", "127.0.0.1:0", "receiver.php"], cwd=FOLDER, env=self.env(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        ready = Stream(process.stdout).wait_for(lambda text: re.search(rb"\((http://127\.0\.0\.1:\d+)\)", text))
        self.assertTrue(ready)
        self.is_right(ready[1].decode() + "/", "PHP")

    def test_behind_nginx(self):
        if not shutil.which("nginx"):
            self.skipTest("nginx is not installed")
        import socket
        for command, is_installed in (FRAMEWORKS["Flask"], FRAMEWORKS["Express"]):
            if not is_installed(self):
                continue
            behind = self.start_receiver(command, "frameworks")
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            (self.home / "nginx.conf").write_text(
                f"daemon off; pid {self.home}/nginx.pid; error_log stderr crit; events {{}}\n"
                f"http {{ access_log off; client_body_temp_path {self.home}/body; proxy_temp_path {self.home}/proxy; fastcgi_temp_path {self.home}/f;"
                f" uwsgi_temp_path {self.home}/u; scgi_temp_path {self.home}/s; large_client_header_buffers 4 32k;\n"
                f" server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass {behind}; }} }} }}\n")
            process = subprocess.Popen(["nginx", "-p", str(self.home), "-c", str(self.home / "nginx.conf")], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.addCleanup(process.wait)
            self.addCleanup(process.terminate)
            result = self.run_program("check", f"http://127.0.0.1:{port}/", "--wait", "20s", "--format", "json")
            self.assertEqual(result.code, 0, [line for line in result.lines if line.get("result") == "fail"])


# Only the new tests here: the inherited ones run elsewhere.
for inherited in [name for name in dir(receivers_test.Receivers) if name.startswith("test_")]:
    setattr(Frameworks, inherited, None)
del inherited


class Recipes(check_test.RightReceiverCase):
    """The receivers in the README."""

    python_with_flask = receivers_test.Receivers.python_with_flask
    works = Frameworks.works

    def env(self, **more):
        return super().env(**{**more, "NODE_PATH": node_path()})

    def check_right_as_its_comment_says(self, command, folder, imports=""):
        """The receivers in the README name the other encodings in a comment on the line to change."""
        source = (receivers_test.FOLDER / folder / command[-1]).read_text()
        line = re.search(r"expected = (?:Buffer\.from\((.*?)\);|(.*?)) +(?://|#) bare hex: (.*); base64: (.*)\n", source)
        right, hex, base64 = line[1] or line[2], line[3], line[4]
        for self.encoding, written in (("v0", right), ("hex", hex), ("base64", base64)):
            with self.subTest(self.encoding):
                changed = self.home / f"{folder}-{self.encoding}"
                changed.mkdir()
                (changed / command[-1]).write_text(imports + source.replace(right, written, 1))
                self.check_right(command, changed)

    def test_express_in_each_encoding(self):
        if not has_node("express")(self):
            self.skipTest("Express is not installed")
        self.check_right_as_its_comment_says(["node", "server.js"], "express")

    def test_flask_in_each_encoding(self):
        self.check_right_as_its_comment_says([self.python_with_flask(), "app.py"], "flask", imports="from base64 import b64encode\n")

    def test_rails_in_each_encoding(self):
        if not self.works("ruby", "-e", "require 'action_controller'; require 'puma'"):
            self.skipTest("Rails' Action Pack and Puma are not installed")
        self.check_right_as_its_comment_says(["ruby", "app.rb"], "rails")


if __name__ == "__main__":
    alohook.main()
