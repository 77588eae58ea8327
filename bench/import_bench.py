#!/usr/bin/env python3
"""Measures `nextjob import` end to end, with the store: mails a second, and peak memory at N and 10 N mails.

  import_bench.py [N]        N is 10000 when it is not given

Prints a table to standard error and one line of JSON to standard output.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parent.parent
PROGRAM = ROOT / "build/release/nextjob"
USER = "ada@example.org"


def measure(directory, count):
    mailbox = directory / "mail.mbox"
    with open(mailbox, "wb") as out:
        subprocess.run(["/usr/bin/python3", ROOT / "tests/tools/make_mailbox.py", str(count)], stdout=out, check=True)
    data = directory / "data"
    environment = os.environ | {"NEXTJOB_DATA_DIR": str(data)}
    subprocess.run([PROGRAM, "user", "add", "--email", USER, "--password-stdin"], input="correct horse battery\n",
                   text=True, env=environment, check=True, stderr=subprocess.DEVNULL)
    subprocess.run([PROGRAM, "skills", "set", "--user", USER, "Python", "PostgreSQL", "Docker"], env=environment,
                   check=True, stdout=subprocess.DEVNULL)
    begin = time.monotonic()
    process = subprocess.Popen([PROGRAM, "import", "--user", USER, mailbox], env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begin
    if status != 0:
        sys.exit("the import failed")
    return {"mails": count, "megabytes": round(mailbox.stat().st_size / 1e6, 1), "seconds": round(seconds, 2),
            "mails_per_second": round(count / seconds), "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
            "peak_mb": round(usage.ru_maxrss / 1024, 1),
            "database_mb": round((data / "nextjob.db").stat().st_size / 1e6, 1)}


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    figures = []
    for mails in (count, 10 * count):
        with tempfile.TemporaryDirectory() as directory:
            figures.append(measure(pathlib.Path(directory), mails))
    names = list(figures[0])
    print("  ".join(f"{name:>16}" for name in names), file=sys.stderr)
    for row in figures:
        print("  ".join(f"{row[name]:>16}" for name in names), file=sys.stderr)
    print(json.dumps({"import": figures, "memory_ratio": round(figures[1]["peak_mb"] / figures[0]["peak_mb"], 2)}))


if __name__ == "__main__":
    main()
