"""The server's life: what it resumes after a kill, and its roles apart. What its API answers is tested in test_api_*."""
import json
import signal
import time

import pytest

from api_server import Server
from conftest import ALERT, sqlite_only


@pytest.fixture
def serve(nextjob):
    servers = []

    def start(**environment):
        servers.append(Server(nextjob, **environment))
        return servers[-1]

    yield start
    for server in servers:
        server.stop(signal.SIGKILL)


def test_its_log_begins_and_ends_in_order(serve):
    server = serve()
    assert server.stop() == 0
    events = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert events[0]["event"] == "started" and events[-1]["event"] == "stopped"
    assert all({"time", "level", "event"} <= event.keys() for event in events)


def test_an_upload_is_read_from_the_spool_and_leaves_it(serve, nextjob):
    user = serve().user()
    assert user.import_mail(ALERT.encode(), name="alert.eml", kind="message/rfc822")["state"] == "done"
    assert {offer["title"] for offer in user.offers()} == {"Senior Data Engineer", "Welder"}
    assert list((nextjob.data / "spool").iterdir()) == []


def test_nobody_waits_for_the_end_of_somebody_elses_large_file(serve, mailbox):
    server = serve()
    large, small = server.user(), server.user()
    first = large.upload(mailbox(8000).read_bytes()).json["id"]
    assert small.import_mail(ALERT.encode(), name="alert.eml", kind="message/rfc822")["state"] == "done"
    assert large.get(f"/import/{first}")["state"] in ("reading", "analysing")
    assert large.wait_for_import(first)["done"] == 8000


def test_a_killed_server_goes_on_where_it_was(serve, nextjob, mailbox):
    server = serve()
    user = server.user()
    reply = user.upload(mailbox(2000).read_bytes())
    assert reply.status == 202
    server.stop(signal.SIGKILL)
    user.server = serve()
    user.sign_in()
    done = user.wait_for_import(reply.json["id"])
    assert done["state"] == "done" and done["seen"] == 2000 and done["done"] == 2000
    assert user.server.stop() == 0
    assert "0 new, 2,000 known already" in nextjob.import_mail(mailbox(2000), email=user.email).stdout


def test_a_score_that_a_kill_left_behind_is_renewed_at_the_next_start(serve, nextjob, mailbox):
    server = serve()
    user = server.user()
    assert user.import_mail(mailbox(20).read_bytes())["state"] == "done"
    told = {offer["id"]: offer["match_score"] for offer in user.offers()}
    server.stop(signal.SIGKILL)
    # As a kill leaves it between a change of skills or of an offer and the new score.
    nextjob.sql("update offers set match_score = 10 - match_score, judged_for = 0")
    user.server = serve()
    user.sign_in()
    deadline = time.monotonic() + 30
    while {offer["id"]: offer["match_score"] for offer in user.offers()} != told:
        assert time.monotonic() < deadline, "the scores stay as the kill left them"
        time.sleep(0.05)


def test_a_stopping_server_leaves_the_rest_for_the_next_start(serve, mailbox):
    server = serve()
    user = server.user()
    reply = user.upload(mailbox(2000).read_bytes())
    assert server.stop() == 0
    user.server = serve()
    user.sign_in()
    assert user.wait_for_import(reply.json["id"])["done"] == 2000


def test_the_command_line_works_beside_the_server(serve, ada, alert):
    server = serve()
    ada.import_mail(alert)
    assert len(ada.offers()) == 2
    assert server.stop() == 0


def test_roles_can_stand_apart(serve, alert):
    worker = serve(arguments=["--roles", "ingest,analyse"])
    user = serve(arguments=["--roles", "api"]).user()
    assert user.import_mail(alert.read_bytes(), name="alert.eml")["state"] == "done"
    assert worker.stop() == 0


def test_a_process_without_the_api_tells_how_it_is(serve, alert):
    worker = serve(arguments=["--roles", "analyse"], METRICS_TOKEN="a token for the monitoring")
    user = serve(arguments=["--roles", "api"]).user()
    user.import_mail(alert.read_bytes(), name="alert.eml")
    assert worker.call("GET", "/health").json["status"] == "ok"
    assert worker.call("GET", "/ready").json == {"status": "ready", "missing": []}
    assert worker.call("GET", "/metrics").status == 401
    metrics = worker.call("GET", "/metrics", token="a token for the monitoring").body.decode()
    assert 'nextjob_analysed_messages_total{kind="alert"} 1' in metrics and "nextjob_analysed_offers_total 2" in metrics
    assert 'nextjob_queue_messages{state="ready"} 0' in metrics and "nextjob_sync_runs_active" not in metrics
    assert worker.call("GET", "/metrics", headers={"Host": "elsewhere.example"}).status == 400
    for path in ("/", "/docs", "/openapi.json", "/job-offers", "/service/queue/depth"):
        assert worker.call("GET", path).status == 404, "the API is not here"
    assert worker.call("POST", "/auth/jwt/login", form={"username": user.email, "password": "any"}).status == 404
    assert worker.stop() == 0


@sqlite_only
def test_postgres_without_secrets_refuses_to_start(nextjob):
    done = nextjob.run("serve", env={"DATABASE_URL": "postgresql://localhost/jobs"}, status=1)
    assert "SECRET_KEY is not set" in done.stderr and "openssl rand -hex 32" in done.stderr


@sqlite_only
def test_secrets_are_made_once(serve, nextjob):
    serve().stop()
    made = (nextjob.data / "secrets.env").read_text()
    serve().stop()
    assert (nextjob.data / "secrets.env").read_text() == made
    (nextjob.data / "secrets.env").chmod(0o644)
    assert "chmod 600" in nextjob.run("serve", status=1).stderr
