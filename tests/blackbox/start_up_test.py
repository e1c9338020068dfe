"""What a start costs: the libraries that are loaded, and OpenSSL only where it is needed."""
import errno
import os
import re
import subprocess
import time

import alohook
from alohook import PATIENCE, Case, is_sanitized

# The C library's, and what gets security updates from the system. A release takes the others into itself.
LIBRARIES = {"libc", "libm", "ld-linux-x86-64", "ld-linux-aarch64", "libssl", "libcrypto", "libz"}
OF_A_DEVELOPMENT_BUILD = {"libfmt", "libstdc++", "libgcc_s"}


class StartUp(Case):
    def test_it_loads_few_libraries(self):
        if is_sanitized() or os.uname().sysname != "Linux":
            self.skipTest("the sanitizers bring libraries of their own")
        loaded = self.loaded_by(alohook.PROGRAM)
        self.assertIn("libc", loaded)
        # Which libraries OpenSSL loads is up to the system: in Debian 13 there is one for zstd.
        of_openssl = {name for library in ("libssl", "libcrypto") if library in loaded for name in self.loaded_by(loaded[library])}
        self.assertLessEqual(set(loaded), LIBRARIES | OF_A_DEVELOPMENT_BUILD | of_openssl)

    def loaded_by(self, file):
        """Returns the libraries that a program or library loads, by name."""
        shown = subprocess.run(["ldd", file], capture_output=True, text=True, check=True).stdout
        found = re.finditer(r"^\s*(?:/\S*/)?([\w+-]+)\.so\S*(?: => (\S+))?", shown, re.M)
        return {match[1]: match[2] for match in found if match[1] not in ("linux-vdso", "linux-gate")}

    def reads_openssl_configuration(self, *arguments):
        """Whether a command initializes OpenSSL: then it opens OpenSSL's configuration, here a pipe that waits for its writer."""
        pipe = self.home / "openssl.cnf"
        os.mkfifo(pipe)
        process = subprocess.Popen([alohook.PROGRAM, *arguments], env=self.env(OPENSSL_CONF=str(pipe)), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        is_read = False
        deadline = time.monotonic() + PATIENCE
        try:
            while process.poll() is None:
                try:
                    os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
                    is_read = True
                except OSError as error:
                    self.assertEqual(error.errno, errno.ENXIO)
                self.assertLess(time.monotonic(), deadline, arguments)
                time.sleep(0.001)
            self.assertEqual(process.returncode, 0, process.stderr.read().decode())
        finally:
            process.kill()
            process.communicate()
            pipe.unlink()
        return is_read

    def test_openssl_is_initialized_only_where_it_is_needed(self):
        body = self.home / "body.json"
        body.write_bytes(b"{}")
        for command in (["--version"], ["version"], ["help"], ["listen", "--help"], ["completion", "bash"], ["__complete", "li"],
                        ["check", "--list"], ["fixtures", "list"]):
            with self.subTest(command):
                self.assertFalse(self.reads_openssl_configuration(*command))
        self.assertTrue(self.reads_openssl_configuration("sign", str(body)))


if __name__ == "__main__":
    alohook.main()
