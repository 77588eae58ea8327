#!/usr/bin/python3
"""A Redis server for tests, in a folder of its own, reached through the socket redis.sock in it.

Prints the folder and is told by lines on standard input: stop (at once, as a crash), start, freeze, thaw; each is
answered with ok. Ends, and takes the folder with it, as soon as standard input ends: also when whoever started it was
killed. With --guarded the server listens for TLS on 127.0.0.1 instead, at the port that the file `port` names, with the
certificate of `ca.pem`, and has the user `worker` with the password `pass:word` and the default user's `default word`.
"""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from obedient_server import obey

# What a client may be promised to find again after a crash is what is on the disk.
PLAIN = {"port": "0", "databases": "4096", "save": "", "appendonly": "yes", "appendfsync": "always", "loglevel": "warning",
         "maxmemory-policy": "noeviction"}
WORKER = ("worker on >pass:word ~jobs ~jobs:* +@stream +@sortedset +@set +@transaction +eval +ping +info +select "
          "+client|setname")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Redis:
    """A server, started."""

    def __init__(self, guarded=False, **settings):
        program = shutil.which("redis-server")
        if not program:
            sys.exit("no Redis server is installed; scripts/test installs one")
        self.program = program
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nextjob-redis-"))
        self.socket = self.folder / "redis.sock"
        self.settings = PLAIN | {"dir": str(self.folder), "unixsocket": str(self.socket)} | settings
        self.databases = 0
        if guarded:
            self.guard()
        self.start()

    def guard(self):
        key, certificate, port = self.folder / "key.pem", self.folder / "ca.pem", free_port()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)
        (self.folder / "port").write_text(str(port))
        self.settings |= {"tls-port": str(port), "bind": "127.0.0.1", "tls-cert-file": str(certificate),
                          "tls-key-file": str(key), "tls-ca-cert-file": str(certificate), "tls-auth-clients": "no",
                          "requirepass": '"default word"', "user": WORKER}

    def url(self, database=0):
        return f"unix://{self.socket}?db={database}"

    def fresh_url(self):
        """Of a database that nobody has used."""
        self.databases += 1
        return self.url(self.databases)

    def command(self, *words, database=0):
        done = subprocess.run(["redis-cli", "-s", self.socket, "-n", str(database), *map(str, words)], check=True,
                              capture_output=True, text=True)
        return done.stdout.strip()

    def start(self):
        configuration = self.folder / "redis.conf"
        configuration.write_text("".join(f'{name} {value or chr(34) * 2}\n' for name, value in self.settings.items()))
        self.process = subprocess.Popen([self.program, configuration], cwd=self.folder, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        end = time.monotonic() + 60
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit("the Redis server does not start")
            time.sleep(0.01)

    def answers(self):
        """Also while it wants a password; not while it reads its file."""
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(100).startswith((b"+PONG", b"-NOAUTH"))
            except OSError:
                return False

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


if __name__ == "__main__":
    obey(lambda: Redis(guarded="--guarded" in sys.argv))
