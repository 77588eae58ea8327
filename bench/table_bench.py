#!/usr/bin/env python3
"""Pages of a user with 100 offers while the table of offers grows: what a page costs must not depend on the others.

  scripts/bench table [OPTION...]

  --postgres URL    on PostgreSQL, not SQLite: postgresql://user:password@host/postgres, whose user may create databases
  --rows N,N        offers in the table (100000,10000000)
  --readers N       of its users, who ask for their first page in turn (50)
  --seconds N       of each load (8)
  --rounds N        of which the medians are shown (3)
  --directory DIR   where SQLite's file goes (a temporary folder); ten million rows take 12 GB
  --json            figures as JSON

The rows of a user lie all over the table, as they do when mail comes in day by day. No page is asked for twice: what
is measured is read from the database each time.
"""
import argparse
import json
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import tempfile

from api_bench import Databases, Load, PASSWORD, Program, ROOT, Server

PER_USER = 100

# Row g of the table, of the users one after the other, so that those of each lie apart.
COLUMNS = """user_id, state, title, title_key, company, company_key, location, description, apply_link, language, skills,
    match_score, reason, technologies_matched, criteria, confidence, source, source_id, first_seen_at, last_seen_at,
    sightings, revision, judged_for"""
VALUES = """1 + g % {users}, 'new', 'Backend Engineer ' || g, 'backend engineer ' || g, 'Company ' || (g % 500),
    'company ' || (g % 500), 'Stockholm, Sweden',
    'Build and run services in Python, ship them in containers, and look after them in production, with people who care.',
    'https://careers.example.com/jobs/' || g, 'en', '["Python","Docker"]', g / {users} % 10,
    'Asks for Python and Docker, both yours.', 'Python, Docker', '[]', 0.5, 'gmail', 'm' || g, 1780000000000 + g,
    1780000000000 + g, 1, 1, 1"""
USERS = """insert into users (id, email, email_key, password_hash, full_name, is_active, is_verified, is_superuser, created_at)
    select g, 'user' || g || '@example.com', 'user' || g || '@example.com', '', '', true, true, false, 0"""


def fill_sqlite(program, users, first):
    with sqlite3.connect(program.directory / "data" / "nextjob.db", isolation_level=None) as database:
        database.execute("pragma synchronous = off")
        database.execute("pragma cache_size = -1000000")
        series = "with recursive series (g) as (select {} union all select g + 1 from series where g < {}) "
        database.execute("begin")
        database.execute(series.format(first, users) + USERS + " from series")
        database.execute(series.format(0, users * PER_USER - 1)
                         + f"insert into offers ({COLUMNS}) select {VALUES.format(users=users)} from series")
        database.execute("commit")
        database.execute("pragma wal_checkpoint(truncate)")
        database.execute("analyze")


def fill_postgres(url, users, first):
    series = "from generate_series({}::bigint, {}::bigint) g"
    for statement in (USERS + " " + series.format(first, users),
                      f"insert into offers ({COLUMNS}, words) select {VALUES.format(users=users)}, "
                      f"' backend engineer ' || g || ' ' {series.format(0, users * PER_USER - 1)}",
                      "vacuum analyze offers"):
        subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", url, "-c", statement], check=True)


def measure(arguments, rows, directory):
    environment, databases = {}, None
    if arguments.postgres:
        databases = Databases(arguments.postgres)
        environment["DATABASE_URL"] = databases.make("nextjob_bench_table")
    try:
        program = Program(arguments.program, directory, **environment)
        server = Server(program)
        load = directory / "load"
        load.mkdir()
        tokens = []
        for number in range(1, arguments.readers + 1):
            address = {"X-Forwarded-For": f"10.0.0.{number}"}
            email = f"reader{number}@example.com"
            made = server.call("POST", "/auth/register", {"email": email, "password": PASSWORD}, headers=address)
            assert made.status == 201 and made.json["id"] == number, made
            form = {"username": email, "password": PASSWORD}
            tokens.append(server.call("POST", "/auth/jwt/login", form=form, headers=address).json["access"])
        assert server.stop() == 0
        (load / "tokens.txt").write_text("".join(token + "\n" for token in tokens))
        (load / "users.txt").write_text("")
        (load / "service.txt").write_text("none\n")
        users = rows // PER_USER
        if arguments.postgres:
            fill_postgres(environment["DATABASE_URL"], users, arguments.readers + 1)
        else:
            fill_sqlite(program, users, arguments.readers + 1)
        server = Server(program)
        wrk = Load(arguments, load, server.port)
        page = server.call("GET", "/job-offers?limit=50", token=tokens[0])
        assert page.json["count"] == PER_USER, page.json["count"]
        wrk.run("fresh", 2)
        runs = [wrk.run("fresh") for _ in range(arguments.rounds)]
        server.stop()
        return {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    finally:
        if databases:
            databases.drop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "build" / "release" / "nextjob"))
    parser.add_argument("--postgres")
    parser.add_argument("--rows", default="100000,10000000")
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--directory")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = {}
    for rows in map(int, arguments.rows.split(",")):
        directory = pathlib.Path(tempfile.mkdtemp(dir=arguments.directory))
        try:
            figures[rows] = measure(arguments, rows, directory)
        finally:
            shutil.rmtree(directory)
    smallest, largest = min(figures), max(figures)
    ratio = round(figures[smallest]["per_second"] / figures[largest]["per_second"], 2)
    if arguments.json:
        print(json.dumps({"rows": figures, "cost_ratio": ratio}))
        return
    for rows, found in figures.items():
        print(f"{rows:>12,} offers  {found['per_second']:>9,.1f} pages/s  p50 {found['p50_ms']} ms  p99 {found['p99_ms']} ms")
    print(f"a page costs {ratio} times as much at {largest:,} offers as at {smallest:,}")


if __name__ == "__main__":
    main()
