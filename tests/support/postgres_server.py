#!/usr/bin/python3
"""A PostgreSQL server for tests, in a folder of its own, reached through a socket in it.

Prints its address as a folder and is told by lines on standard input: stop, start, freeze, thaw; each is answered with
ok. Ends, and takes the folder with it, as soon as standard input ends: also when whoever started it was killed.
"""
import fcntl
import glob
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from obedient_server import obey

OWNER = "nextjob"  # the server's superuser
FAST = {
    "listen_addresses": "", "fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB", "max_connections": "200",
    "autovacuum": "off", "log_min_messages": "panic",
}


def programs():
    """The folder of the newest server that is installed."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb")
    if not found:
        sys.exit("no PostgreSQL server is installed; scripts/test installs one")
    return pathlib.Path(max(found, key=lambda path: int(path.split("/")[4]))).parent


def unprivileged():
    """PostgreSQL refuses to run as root: then it runs as its own user, or as nobody."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        except KeyError:
            continue
    return {}


def template(rights):
    """A fresh data folder, made once for all runs on this machine and copied by each."""
    version = programs().parent.name
    place = pathlib.Path(tempfile.gettempdir()) / f"nextjob-postgres-{version}-{os.getuid()}"
    place.mkdir(mode=0o711, exist_ok=True)
    if place.stat().st_uid != os.getuid():
        sys.exit(f"{place} belongs to somebody else")
    with open(place / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "complete").exists():
            shutil.rmtree(place / "data", ignore_errors=True)
            os.mkdir(place / "data", 0o700)
            if rights:
                os.chown(place / "data", rights["user"], rights["group"])
            subprocess.run([programs() / "initdb", "--auth=trust", f"--username={OWNER}", "--encoding=UTF8",
                            "--locale=C.UTF-8", "--no-sync", "-D", place / "data"], check=True, cwd="/",
                           stdout=subprocess.DEVNULL, **rights)
            (place / "complete").touch()
    return place / "data"


class Postgres:
    """A server, started. `folder` is the host of its addresses."""

    def __init__(self):
        self.rights = unprivileged()
        source = template(self.rights)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nextjob-postgres-"))
        self.folder.chmod(0o711)
        if self.rights:
            os.chown(self.folder, self.rights["user"], self.rights["group"])
        self.data = self.folder / "data"
        subprocess.run(["cp", "--archive", "--reflink=auto", source, self.data], check=True)
        self.start()

    def url(self, database):
        return f"postgresql://{OWNER}@/{database}?host={self.folder}"

    def create(self, database):
        self.psql("postgres", f"create database {database}")
        return self.url(database)

    def psql(self, database, sql):
        done = subprocess.run([programs() / "psql", "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-c", sql,
                               self.url(database)], check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def start(self):
        settings = [word for name, value in FAST.items() for word in ("-c", f"{name}={value}")]
        self.process = subprocess.Popen([programs() / "postgres", "-D", self.data, "-k", self.folder, *settings], cwd="/",
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
                                        **self.rights)
        end = time.monotonic() + 60
        while subprocess.run([programs() / "pg_isready", "-q", "-U", OWNER, "-d", "postgres", "-h", self.folder]).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit("the PostgreSQL server does not start")
            time.sleep(0.02)

    def stop(self):
        """At once, and whoever is connected is cut off; what was committed stays."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGCONT)
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait()

    def freeze(self):
        """As a server that hangs: it takes connections and never answers. Its helpers are in the same session."""
        self.signal_all(signal.SIGSTOP)

    def thaw(self):
        self.signal_all(signal.SIGCONT)

    def signal_all(self, what):
        for stat in glob.glob("/proc/[0-9]*/stat"):
            try:
                fields = pathlib.Path(stat).read_text().rpartition(")")[2].split()
                if int(fields[1]) == self.process.pid or int(stat.split("/")[2]) == self.process.pid:
                    os.kill(int(stat.split("/")[2]), what)
            except (OSError, IndexError):
                continue  # it has ended meanwhile

    def remove(self):
        self.thaw()
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


if __name__ == "__main__":
    obey(Postgres)
