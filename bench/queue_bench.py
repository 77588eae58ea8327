#!/usr/bin/env python3
"""Measures events through Redis Streams with acknowledgement beside redis-benchmark's XADD of values of the same size,
in turns, on a Redis server of its own. The server has one core, and whoever speaks to it another.

  queue_bench.py [ROUNDS]        ROUNDS is 5 when it is not given; the median of them counts

Prints a table to standard error and one line of JSON to standard output. redis-benchmark is shown as it comes (50
clients, a command a round trip) and with 16 commands in flight a client; a command of its is a fourth of what an event
takes: XADD, delivery, XACK and XDEL. `bytes` is what the same four come to for bytes that nobody writes or reads as
JSON: the server's and the sockets' share of an event.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).parent.parent
PROGRAM = ROOT / "build/release/bench/queue_bench"
SIZES = (256, 2000, 20000)
sys.path.insert(0, str(ROOT / "tests/support"))
from redis_server import Redis  # noqa: E402


def pinned(core):
    return {"preexec_fn": lambda: os.sched_setaffinity(0, {core})}


def ours(server, core):
    """Events a second, the same for mere bytes, and bytes an event, by bytes of the mail."""
    done = subprocess.run([PROGRAM, "--benchmark_format=json", "--benchmark_min_time=1"], check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env=os.environ | {"NEXTJOB_BENCH_REDIS_URL": server.url()}, **pinned(core))
    rows = json.loads(done.stdout)["benchmarks"]
    events, plain = rows[:len(SIZES)], rows[len(SIZES):]
    return {size: (event["items_per_second"], bare["items_per_second"], round(event["event_bytes"]))
            for size, event, bare in zip(SIZES, events, plain, strict=True)}


def theirs(server, core, size, pipelined):
    count = max(4000, min(100_000, 400_000_000 // size))
    done = subprocess.run(["redis-benchmark", "-s", server.socket, "-n", str(count), "-P", str(pipelined), "--csv",
                           "XADD", "measured", "*", "event", "x" * size], check=True, text=True, stdout=subprocess.PIPE,
                          **pinned(core))
    server.command("DEL", "measured")
    return float(done.stdout.splitlines()[-1].split(",")[1].strip('"'))


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    server = Redis(appendonly="no")
    try:
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(server.process.pid, {cores[0]})
        seen = {size: {"events": [], "bytes": [], "xadd": [], "xadd_pipelined": []} for size in SIZES}
        bytes_of = {}
        for _ in range(rounds):
            for size, (rate, bare, length) in ours(server, cores[-1]).items():
                seen[size]["events"].append(rate)
                seen[size]["bytes"].append(bare)
                bytes_of[size] = length
            for size in SIZES:
                seen[size]["xadd"].append(theirs(server, cores[-1], bytes_of[size], 1))
                seen[size]["xadd_pipelined"].append(theirs(server, cores[-1], bytes_of[size], 16))
    finally:
        server.remove()
    figures = []
    for size in SIZES:
        row = {name: round(statistics.median(values)) for name, values in seen[size].items()}
        figures.append({"mail_bytes": size, "event_bytes": bytes_of[size], **row,
                        "of_bytes": round(row["events"] / row["bytes"], 2),
                        "of_xadd": round(row["events"] / row["xadd"], 2),
                        "of_xadd_pipelined": round(row["events"] / row["xadd_pipelined"], 2)})
    names = list(figures[0])
    print("  ".join(f"{name:>18}" for name in names), file=sys.stderr)
    for row in figures:
        print("  ".join(f"{row[name]:>18}" for name in names), file=sys.stderr)
    print(json.dumps({"queue": figures, "rounds": rounds}))


if __name__ == "__main__":
    main()
