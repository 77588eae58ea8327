"""Runs the built program as its users do: by its command line, in a data directory of each test's own.

NEXTJOB_BIN names the program; `ctest` sets it. With NEXTJOB_TEST_DATABASE=postgres each data directory comes with a
database of its own on a PostgreSQL server that the tests start and stop; with NEXTJOB_TEST_QUEUE=redis the queue is in a
database of its own on such a Redis server.
"""
import atexit
import contextlib
import functools
import itertools
import json
import os
import pathlib
import sqlite3
import subprocess
import sys

import pytest

TESTS = pathlib.Path(__file__).parent.parent
TOOLS = TESTS / "tools"
ADA = "ada@example.org"
ON_REDIS = os.environ.get("NEXTJOB_TEST_QUEUE") == "redis"
ON_POSTGRES = os.environ.get("NEXTJOB_TEST_DATABASE") == "postgres"

sqlite_only = pytest.mark.skipif(ON_POSTGRES, reason="about the embedded default")


sys.path.insert(0, str(TESTS / "support"))


@contextlib.contextmanager
def redis_server(guarded=False):
    """A server for one test, gone after it."""
    from redis_server import Redis
    server = Redis(guarded)
    try:
        yield server
    finally:
        server.remove()


@functools.cache
def shared_redis():
    """The server of this run, started when it is first asked for."""
    from redis_server import Redis
    server = Redis()
    atexit.register(server.remove)
    return server


@functools.cache
def postgres():
    """The server of this run, started when it is first asked for."""
    from postgres_server import Postgres
    server = Postgres()
    atexit.register(server.remove)
    return server


databases = (f"test_{number}" for number in itertools.count(1))


class Nextjob:
    """The program with one data directory."""

    def __init__(self, program, directory):
        self.program = program
        self.directory = directory
        self.data = directory / "data"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(directory), "NEXTJOB_DATA_DIR": str(self.data)}
        self.database = next(databases) if ON_POSTGRES else None
        if ON_POSTGRES:
            self.environment |= {"DATABASE_URL": postgres().create(self.database), "SECRET_KEY": "k" * 32,
                                 "SERVICE_JWT_SECRET": "s" * 32}
        if ON_REDIS:
            self.environment["REDIS_URL"] = shared_redis().fresh_url()
        # A program built with sanitizers must stop with another status than its own, and say why.
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def start(self, *arguments, **more):
        environment = self.environment | more.pop("env", {})
        return subprocess.Popen([self.program, *map(str, arguments)], env=environment, **more)

    def run(self, *arguments, status=0, **more):
        environment = self.environment | more.pop("env", {})
        done = subprocess.run([self.program, *map(str, arguments)], env=environment, capture_output=True, text=True,
                              timeout=more.pop("timeout", 300), **more)
        assert done.returncode == status, f"{arguments}: status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def sql(self, statement):
        """What no command does: changes the database behind the program's back."""
        if ON_POSTGRES:
            return postgres().psql(self.database, statement)
        with contextlib.closing(sqlite3.connect(self.data / "nextjob.db")) as database, database:
            return database.execute(statement)

    def add_user(self, email=ADA):
        return self.run("user", "add", "--email", email, "--password-stdin", input="correct horse battery\n")

    def extract(self, *arguments, status=0):
        return [json.loads(line) for line in self.run("extract", *arguments, status=status).stdout.splitlines()]

    def import_mail(self, *files, email=ADA, status=0):
        return self.run("import", "--user", email, *files, status=status)

    def offers(self, email=ADA):
        return json.loads(self.run("digest", "--user", email, "--json").stdout)["offers"]


@pytest.fixture(scope="session")
def program():
    path = os.environ.get("NEXTJOB_BIN")
    if not path:
        pytest.exit("set NEXTJOB_BIN to the program to test", returncode=2)
    return path


@pytest.fixture
def nextjob(program, tmp_path):
    return Nextjob(program, tmp_path)


@pytest.fixture
def ada(nextjob):
    """A program that knows one user."""
    nextjob.add_user()
    return nextjob


@pytest.fixture(scope="session")
def mailbox(tmp_path_factory):
    """Makes mboxes of invented mail: mailbox(1000) is a path. Made once a session for each size."""
    directory = tmp_path_factory.mktemp("mailboxes")

    def make(count, seed=1):
        path = directory / f"{count}-{seed}.mbox"
        if not path.exists():
            with open(path, "wb") as out:
                subprocess.run([sys.executable, TOOLS / "make_mailbox.py", str(count), "--seed", str(seed)], stdout=out,
                               check=True)
        return path

    return make


ALERT = """From: Job Alerts <alerts@hiring.example>
To: ada@example.org
Subject: 2 new jobs for you
Date: Mon, 02 Mar 2026 08:00:00 +0000
Message-ID: <alert-1@hiring.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Your job alert
2 new jobs match your search

Senior Data Engineer
Amber Analytics
Berlin, Germany
View job: https://jobs.hiring.example/view/1001

---------------------------------------

Welder
Fjord Machines
Oslo, Norway
View job: https://jobs.hiring.example/view/1002

---------------------------------------
"""


@pytest.fixture
def alert(tmp_path):
    path = tmp_path / "alert.eml"
    path.write_text(ALERT)
    return path
