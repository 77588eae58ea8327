"""The queue over Redis Streams, from outside: what is in the stream, servers that share it, outages and wrong settings."""
import json
import re
import signal
import subprocess
import time

import pytest

from api_server import Server, until
from conftest import ADA, ALERT, redis_server


@pytest.fixture(scope="module")
def redis():
    with redis_server() as server:
        yield server


@pytest.fixture
def queued(nextjob, redis):
    """A program whose queue is in a Redis database of its own, and that database's number."""
    nextjob.environment["REDIS_URL"] = redis.fresh_url()
    nextjob.redis = redis.databases
    return nextjob


@pytest.fixture
def serve(queued):
    servers = []

    def start(*roles):
        servers.append(Server(queued, arguments=["--roles", ",".join(roles)] if roles else []))
        return servers[-1]

    yield start
    for server in servers:
        server.stop(signal.SIGKILL)


def test_mail_waits_in_the_stream_as_canonical_events(queued, serve, redis):
    user = serve("api", "ingest").user()
    user.upload(ALERT.encode(), name="alert.eml", kind="message/rfc822")
    until(lambda: redis.command("XLEN", "jobs", database=queued.redis), lambda length: length == "1")
    entry = redis.command("--json", "XRANGE", "jobs", "-", "+", database=queued.redis)
    fields = json.loads(entry)[0][1]
    event = json.loads(dict(zip(fields[::2], fields[1::2]))["event"])
    assert event["schema_version"] == 1 and event["user_id"] >= 1
    assert event["email"] == user.email and event["source"] == "file"
    assert event["gmail_message_id"] == "<alert-1@hiring.example>"
    assert event["subject"] == "2 new jobs for you" and event["received_at"] == "2026-03-02T08:00:00Z"
    assert "Senior Data Engineer\nAmber Analytics" in event["full_text"]
    assert 'state="ready"} 1' in user.server.call("GET", "/metrics").body.decode()

    worker = serve("analyse")
    until(user.offers, lambda offers: len(offers) == 2)
    until(lambda: redis.command("XLEN", "jobs", database=queued.redis), lambda length: length == "0")
    assert worker.stop() == 0


def test_a_killed_workers_mail_goes_to_another(queued, serve, mailbox):
    user = serve("api", "ingest").user()
    reply = user.upload(mailbox(1500).read_bytes())
    for _ in range(4):
        worker = serve("analyse")
        time.sleep(0.3)
        worker.stop(signal.SIGKILL)
    serve("analyse")
    done = user.wait_for_import(reply.json["id"])
    assert (done["state"], done["done"], done["dead"]) == ("done", 1500, 0)


def test_an_import_outlives_restarts_of_redis(program, mailbox, queued):
    with redis_server() as own:
        queued.environment["REDIS_URL"] = own.fresh_url()
        queued.add_user()
        process = queued.start("import", "--user", ADA, mailbox(3000), stdout=subprocess.PIPE, text=True)
        for _ in range(3):
            time.sleep(0.3)
            own.stop()
            time.sleep(0.3)
            own.start()
        said = process.communicate(timeout=300)[0]
    assert process.returncode == 0
    assert re.search(r"Read 3,000 messages .* 3,000 new, 0 known already", said)
    assert "given up on" not in said


def test_not_ready_while_redis_is_away(nextjob):
    with redis_server() as own:
        nextjob.environment["REDIS_URL"] = own.fresh_url()
        server = Server(nextjob)
        try:
            assert server.call("GET", "/ready").status == 200
            own.stop()
            reply = server.call("GET", "/ready")
            assert reply.status == 503 and reply.json["missing"] == ["The queue's Redis server does not answer."]
            own.start()
            until(lambda: server.call("GET", "/ready").status, lambda status: status == 200)
        finally:
            assert server.stop() == 0


def test_doctor_says_where_the_queue_is(queued):
    queued.add_user()
    said = queued.run("doctor").stdout
    assert re.search(r"^ok +queue +Redis \d+\.\d+\.\d+ at unix:///.*, appendonly, noeviction$", said, re.M)
    assert re.search(r"^ok +queue +0 waiting$", said, re.M)


@pytest.mark.parametrize("url, said", [
    ("redis://127.0.0.1:1/0", "can't be reached: Connection refused"),
    ("redis://no-such-host.invalid/0", "can't be reached"),
    ("http://127.0.0.1/0", "REDIS_URL starts with \"http:\""),
])
def test_a_wrong_address_says_what_to_do(nextjob, url, said):
    nextjob.add_user()
    for command in (["serve"], ["import", "--user", ADA, "/dev/null"], ["doctor"]):
        done = nextjob.run(*command, env={"REDIS_URL": url}, status=1)
        assert said in done.stdout + done.stderr and "REDIS_URL" in done.stdout + done.stderr


def test_a_wrong_password_is_told_and_not_repeated(nextjob):
    nextjob.add_user()
    with redis_server(guarded=True) as own:
        port = (own.folder / "port").read_text()
        good = f"rediss://worker:pass%3Aword@localhost:{port}/0?cafile={own.folder}/ca.pem"
        assert "0 waiting" in nextjob.run("doctor", env={"REDIS_URL": good}).stdout
        done = nextjob.run("serve", env={"REDIS_URL": good.replace("pass%3Aword", "hunter2")}, status=1)
        assert "refuses this user and password" in done.stderr and "hunter2" not in done.stderr
