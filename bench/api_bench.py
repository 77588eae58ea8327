#!/usr/bin/env python3
"""The HTTP API under load: start, memory, pages of offers, bulk creation, reads while others sign in.

  scripts/bench api [OPTION...]

  --postgres URL    measure on PostgreSQL, too: postgresql://user:password@host/postgres, whose user may create databases
  --peer DIR        beside a FastAPI service: a folder with fastapi_service.py and seed.py, run in turn on the same server
  --users N         users with 100 offers each (1000, as the peer has)
  --seconds N       of each load (8)
  --connections N   that wrk holds (32)
  --rounds N        in which ours and the peer take turns; medians are shown (3)
  --json            figures as JSON

All is made in a folder and databases of its own and removed again. wrk and the server share the machine's cores: compare
what stands in one run.
"""
import argparse
import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "functional"))
from api_server import PASSWORD, Server  # noqa: E402

SECRET = "bench-" * 8
SERVICE_SECRET = "bench-service-secret"
PEER_PORT = 8199


class Program:
    """What `Server` wants of the program: how it is started, and where."""

    def __init__(self, path, directory, **environment):
        self.path, self.directory = path, directory
        directory.mkdir(exist_ok=True)
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(directory), "SECRET_KEY": SECRET,
                            "NEXTJOB_DATA_DIR": str(directory / "data"), "SERVICE_JWT_SECRET": SECRET,
                            "SERVICE_SECRET_DIGEST_GENERATOR": SERVICE_SECRET, "TRUSTED_PROXIES": "127.0.0.1"} | environment

    def start(self, *arguments, env, **more):
        return subprocess.Popen([self.path, *arguments], env=self.environment | env, **more)


def resident(*processes):
    """MiB of these processes and their children."""
    total = 0
    for process in processes:
        children = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True).stdout.split()
        for each in [process, *children]:
            with open(f"/proc/{each}/status") as status:
                total += int((re.search(r"VmRSS:\s+(\d+) kB", status.read()) or [0, 0])[1])
    return round(total / 1024, 1)


def time_to_first_answer(program):
    """Milliseconds from the start of the process to the end of the first reply, asking until somebody listens."""
    probe = Server(program)
    port = probe.port
    probe.stop()
    begin = time.perf_counter()
    process = program.start("serve", env={"PORT": str(port)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            connection.request("GET", "/health")
            assert connection.getresponse().status == 200
            break
        except ConnectionRefusedError:
            time.sleep(0.0005)
        finally:
            connection.close()
    taken = (time.perf_counter() - begin) * 1000
    process.send_signal(signal.SIGTERM)
    process.wait()
    return round(taken, 1)


class Load:
    """wrk against one server, as the users whose tokens are in its folder."""

    def __init__(self, arguments, directory, port):
        self.arguments, self.directory, self.port = arguments, directory, port

    def run(self, kind, seconds=None):
        command = ["wrk", "-t1", f"-c{self.arguments.connections}", f"-d{seconds or self.arguments.seconds}s", "--timeout",
                   "30s", "-s", ROOT / "bench" / "api_load.lua", f"http://127.0.0.1:{self.port}"]
        out = subprocess.run(command, env=os.environ | {"KIND": kind, "DIR": str(self.directory)}, capture_output=True,
                             text=True, check=True).stdout
        found = json.loads(out.splitlines()[-1])
        assert found.pop("failed") == 0, out
        return found


def offer(user, email, number):
    """As long as the peer's: a page of 50 is 44 KB there."""
    return {"user_id": user, "email": email, "match_score": 1 + number % 10,
            "reason": "It asks for what you know, at your level, where you want to work.",
            "technologies_matched": "Python, FastAPI, PostgreSQL, Docker, React, TypeScript",
            "title": f"Backend Engineer {number}", "company": f"Company {number % 500}", "location": "Stockholm, Sweden",
            "description": "Build and run services in Python, ship them in containers, and look after them in production. " * 6,
            "apply_link": f"https://careers.example.com/jobs/{number}"}


def fill(server, users, directory):
    """Users with 100 offers each, through the API; their tokens for wrk."""
    def join(number):
        address = {"X-Forwarded-For": f"10.{number // 62500}.{number // 250 % 250}.{number % 250 + 1}"}
        email = f"user{number}@example.com"
        made = server.call("POST", "/auth/register", {"email": email, "password": PASSWORD}, headers=address)
        assert made.status == 201, made
        signed_in = server.call("POST", "/auth/jwt/login", form={"username": email, "password": PASSWORD}, headers=address)
        return made.json["id"], email, signed_in.json["access"]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        people = list(pool.map(join, range(users)))
    service = server.call("POST", "/auth/token", {"service_name": "digest_generator", "service_secret": SERVICE_SECRET})
    for index, (user, email, _) in enumerate(people):
        offers = [offer(user, email, index * 100 + i) for i in range(100)]
        reply = server.call("POST", "/service/job_offers/bulk_create", {"job_offers": offers},
                            token=service.json["access_token"])
        assert reply.status in (200, 201), reply
    directory.mkdir(exist_ok=True)
    (directory / "users.txt").write_text("".join(f"{user} {email}\n" for user, email, _ in people))
    (directory / "tokens.txt").write_text("".join(token + "\n" for _, _, token in people))
    (directory / "service.txt").write_text(service.json["access_token"] + "\n")


class Peer:
    """The FastAPI service, tuned, with as many workers as cores."""

    def __init__(self, folder, dsn, directory):
        self.environment = os.environ | {"SECRET_KEY": SECRET, "SERVICE_JWT_SECRET": SECRET, "STYLE": "core",
                                         "DSN": dsn.replace("postgresql://", "postgresql+asyncpg://"),
                                         "PYTHONDONTWRITEBYTECODE": "1"}
        directory.mkdir()
        subprocess.run(["/usr/bin/python3", "seed.py", directory], cwd=folder, env=self.environment, check=True)
        (directory / "users.txt").write_text("".join(f"{i} user{i}@example.com\n" for i in range(1, 1001)))
        self.process = subprocess.Popen(
            ["/usr/bin/python3", "-m", "uvicorn", "fastapi_service:app", "--port", str(PEER_PORT), "--workers",
             str(os.cpu_count()), "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"],
            cwd=folder, env=self.environment)
        end = time.monotonic() + 60
        while True:
            try:
                http.client.HTTPConnection("127.0.0.1", PEER_PORT).request("GET", "/docs")
                break
            except ConnectionRefusedError:
                assert time.monotonic() < end, "the peer does not start"
                time.sleep(0.2)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def medians(runs):
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def in_turn(rounds, kind, loads):
    """The medians of each load, run in turn."""
    found = {name: [] for name in loads}
    for load in loads.values():
        load.run(kind, 3)  # not counted: caches and plans as they are in service
    for _ in range(rounds):
        for name, load in loads.items():
            found[name].append(load.run(kind))
    return {name: medians(runs) for name, runs in found.items()}


def reads_beside_logins(server, load):
    """The p99 of reads while 8 clients sign in without pause, and how many sign-ins they got through."""
    stop, logins = threading.Event(), []

    def sign_in(client):
        count = 0
        while not stop.is_set():
            count += 1
            address = {"X-Forwarded-For": f"10.200.{client}.{count % 250}"}
            form = {"username": f"user{(client * 31 + count) % 100}@example.com", "password": PASSWORD}
            logins.append(server.call("POST", "/auth/jwt/login", form=form, headers=address).status)

    clients = [threading.Thread(target=sign_in, args=(client,)) for client in range(8)]
    for client in clients:
        client.start()
    busy = load.run("offers")
    stop.set()
    for client in clients:
        client.join()
    return busy, logins.count(200) / load.arguments.seconds


def measure_engine(arguments, directory, peer, **environment):
    """Ours on one engine, in turn with the peer when there is one."""
    program = Program(arguments.program, directory, **environment)
    figures = {"first_answer_ms": statistics.median(time_to_first_answer(program) for _ in range(3))}
    server = Server(program)
    server.call("GET", "/health")
    time.sleep(1)
    figures["resident_idle_mib"] = resident(server.process.pid)
    fill(server, arguments.users, directory / "load")
    ours = Load(arguments, directory / "load", server.port)
    loads = {"ours": ours} | ({"peer": Load(arguments, peer[1], PEER_PORT)} if peer else {})
    figures["offers"] = in_turn(arguments.rounds, "offers", loads)
    figures["bulk"] = in_turn(arguments.rounds, "bulk", loads)
    ours.run("offers")  # what the new offers have changed is read anew
    calm = ours.run("offers")
    busy, logins = reads_beside_logins(server, ours)
    figures["reads_beside_logins"] = {"calm_p99_ms": calm["p99_ms"], "busy_p99_ms": busy["p99_ms"],
                                      "logins_per_second": logins, "ratio": round(busy["p99_ms"] / calm["p99_ms"], 2)}
    figures["resident_at_end_mib"] = resident(server.process.pid)
    time.sleep(6)
    figures["resident_after_mib"] = resident(server.process.pid)
    if peer:
        figures["peer_resident_mib"] = resident(peer[0].process.pid)
        for kind in ("offers", "bulk"):
            mine, theirs = figures[kind]["ours"], figures[kind]["peer"]
            figures[kind]["ratio"] = {"per_second": round(mine["per_second"] / theirs["per_second"], 1),
                                      "p99": round(theirs["p99_ms"] / mine["p99_ms"], 1)}
    assert server.stop() == 0
    return figures


class Databases:
    """Databases on a PostgreSQL server, dropped again."""

    def __init__(self, url):
        self.url, self.made = url, []

    def psql(self, command):
        subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", self.url, "-c", command], check=True, capture_output=True)

    def make(self, name):
        self.psql(f"drop database if exists {name} with (force)")
        self.psql(f"create database {name}")
        self.made.append(name)
        return re.sub(r"/[^/]*$", f"/{name}", self.url)

    def drop(self):
        for name in self.made:
            self.psql(f"drop database if exists {name} with (force)")


def measure(arguments, directory):
    databases = Databases(arguments.postgres) if arguments.postgres else None
    peer = None
    try:
        if arguments.peer:
            assert databases, "--peer needs --postgres"
            peer = (Peer(arguments.peer, databases.make("nextjob_bench_peer"), directory / "peer"), directory / "peer")
        figures = {"sqlite": measure_engine(arguments, directory / "sqlite", peer)}
        if databases:
            url = databases.make("nextjob_bench")
            figures["postgresql"] = measure_engine(arguments, directory / "postgresql", peer, DATABASE_URL=url)
        return figures
    finally:
        if peer:
            peer[0].stop()
        if databases:
            databases.drop()


def table(figures, indent=""):
    for name, value in figures.items():
        if isinstance(value, dict) and any(isinstance(inner, dict) for inner in value.values()):
            print(f"{indent}{name}")
            table(value, indent + "  ")
            continue
        if isinstance(value, dict):
            value = "  ".join(f"{key} {number:,.2f}" for key, number in value.items())
        print(f"{indent}{name:20} {value}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "build" / "release" / "nextjob"))
    parser.add_argument("--postgres")
    parser.add_argument("--peer")
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp())
    try:
        figures = measure(arguments, directory)
    finally:
        shutil.rmtree(directory)
    print(json.dumps(figures)) if arguments.json else table(figures)


if __name__ == "__main__":
    main()
