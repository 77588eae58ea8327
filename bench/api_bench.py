#!/usr/bin/env python3
"""The HTTP API on the embedded database: start, memory at rest, requests a second of a user's list of offers.

  scripts/bench api [--program build/release/nextjob] [--seconds 10] [--connections 32] [--mails 60] [--json]

Makes a data directory of its own, imports invented mail, and removes it again.
"""
import argparse
import http.client
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "functional"))
from api_server import Server  # noqa: E402


class Program:
    """What `Server` wants of the program: how it is started, and where."""

    def __init__(self, path, directory):
        self.path, self.directory = path, directory
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(directory), "NEXTJOB_DATA_DIR": str(directory / "data")}

    def start(self, *arguments, env, **more):
        return subprocess.Popen([self.path, *arguments], env=self.environment | env, **more)


def resident(server):
    with open(f"/proc/{server.process.pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) / 1024


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
    return taken


def load(server, path, token, seconds, connections):
    """Requests a second and latencies in milliseconds, by wrk."""
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", f"http://127.0.0.1:{server.port}{path}"]
    if token:
        command[1:1] = ["-H", f"Authorization: Bearer {token}"]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in out, out

    def latency(percent):
        number, unit = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", out).groups()
        return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]

    return {"requests_per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), "p50_ms": latency(50),
            "p99_ms": latency(99)}


def mailbox(mails):
    command = [sys.executable, ROOT / "tests" / "tools" / "make_mailbox.py", str(mails)]
    return subprocess.run(command, capture_output=True, check=True).stdout


def measure(arguments, directory):
    program = Program(arguments.program, directory)
    figures = {"first_answer_ms": round(statistics.median(time_to_first_answer(program) for _ in range(5)), 1)}
    server = Server(program)
    server.call("GET", "/health")
    time.sleep(1)
    figures["resident_idle_mib"] = round(resident(server), 1)
    user = server.user()
    user.import_mail(mailbox(arguments.mails))
    figures["offers"] = user.get("/job-offers")["count"]
    path = "/job-offers?limit=50"
    figures["reply_bytes"] = len(user.call("GET", path).body)
    figures["health"] = load(server, "/health", None, arguments.seconds, arguments.connections)
    figures["job_offers"] = load(server, path, user.access, arguments.seconds, arguments.connections)
    figures["resident_after_mib"] = round(resident(server), 1)
    assert server.stop() == 0
    return figures


def table(figures):
    for name, value in figures.items():
        if isinstance(value, dict):
            value = "  ".join(f"{key} {number:,.2f}" for key, number in value.items())
        print(f"{name:22} {value}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "build" / "release" / "nextjob"))
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--mails", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        figures = measure(arguments, pathlib.Path(directory))
    print(json.dumps(figures)) if arguments.json else table(figures)


if __name__ == "__main__":
    main()
