"""Workers on machines of their own: no database, only the backend's /service routes (and Redis where the backend has it)."""
import collections
import random
import signal
import socket
import subprocess
import time

import pytest
from api_server import SECRETS, SERVICES, Listening, Server, until
from conftest import ON_REDIS, redis_server
from dovecot_server import PASSWORD, Dovecot
from imap_box import Box, allowing
from imap_box import alert as imap_mail
from test_gmail_sync import ALERTS, GoogleServer, Person, ask, ended, hold, states

ANALYST = {"SERVICE_SECRET_DIGEST_GENERATOR": SECRETS["digest_generator"]}
READER = {"SERVICE_SECRET_GMAIL_SERVICE": SECRETS["gmail_service"]}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return str(found.getsockname()[1])


class Worker(Listening):
    """`nextjob serve` of some role in an environment that knows the backend and nothing of its database."""

    def __init__(self, backend, url, role="analyse", **environment):
        self.home = backend.directory / "worker"
        self.home.mkdir(exist_ok=True)
        known = {name: value for name, value in backend.environment.items()
                 if name in ("PATH", "REDIS_URL") or name.endswith("SAN_OPTIONS")}
        log = self.home / "worker.log"
        super().__init__(subprocess.Popen(
            [backend.program, "serve", "--roles", role], stdout=subprocess.PIPE, stderr=open(log, "ab"),
            env=known | {"HOME": str(self.home), "NEXTJOB_DATA_DIR": str(self.home / "data"), "BACKEND_BASE_URL": url,
                         "PORT": "0"} | environment), log)

    def kill(self):
        self.stop(signal.SIGKILL)


@pytest.fixture
def backend(nextjob):
    """Starts the backend, on one port for the whole test; ends it and its workers."""
    running, port = [], free_port()

    class Backend:
        url = f"http://127.0.0.1:{port}"

        def start(self, **environment):
            running.append(Server(nextjob, ["--roles", "api"], **SERVICES | {"PORT": port} | environment))
            return running[-1]

        def worker(self, **environment):
            running.append(Worker(nextjob, self.url, **ANALYST | environment))
            return running[-1]

        def reader(self, **environment):
            running.append(Worker(nextjob, self.url, "ingest", **READER | environment))
            return running[-1]

    yield Backend()
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def found(user):
    """The user's jobs, and how often each. Where two mails differ on the rest of a job, the first that was analysed counts."""
    offers, page = [], user.get("/job-offers?limit=100")
    while True:
        offers += page["results"]
        if not page["next"]:
            break
        page = user.get(page["next"][page["next"].index("/job-offers"):])
    return collections.Counter((offer["title"], offer["company"], offer["apply_link"]) for offer in offers)


def test_a_worker_without_a_database_analyses_what_users_upload(backend, alert):
    server = backend.start()
    worker = backend.worker()
    user = server.user()
    user.call("PUT", "/user_skills", {"names": ["Python", "SQL"]})
    assert user.import_mail(alert.read_bytes(), kind="message/rfc822")["state"] == "done"
    offers = user.offers()
    assert {offer["title"] for offer in offers} == {"Senior Data Engineer", "Welder"}
    fields = user.get(f"/job-offers/{offers[0]['id']}/evidence")["results"][0]["fields"]
    assert fields["title"]["text"] == offers[0]["title"]
    assert worker.stop() == 0
    assert not (worker.home / "data").exists(), "it keeps nothing"
    assert worker.events("stopped") and not worker.events("analysis_waits")


def test_it_finds_what_a_worker_beside_the_database_finds(backend, nextjob, mailbox):
    server = backend.start()
    backend.worker()
    content = mailbox(300).read_bytes()
    apart, beside = server.user(), server.user()
    assert apart.import_mail(content)["state"] == "done"
    nextjob.import_mail(mailbox(300), email=beside.email)
    assert found(apart) == found(beside) and found(apart)


def test_a_mail_of_32_mib_passes(backend):
    server = backend.start()
    backend.worker()
    user = server.user()
    head = b"From: Jobs <jobs@hiring.example>\r\nSubject: 1 new job\r\nMessage-ID: <large@hiring.example>\r\n\r\n"
    body = b"Senior Data Engineer\r\nAmber Analytics\r\nBerlin\r\nhttps://jobs.hiring.example/view/1\r\n\r\n"
    filler = b"x" * 78 + b"\r\n"
    mail = head + body + filler * (((31 << 20) + (900 << 10)) // len(filler))
    imported = user.import_mail(mail, kind="message/rfc822")
    assert (imported["state"], imported["dead"]) == ("done", 0)


def test_killed_workers_and_backends_lose_and_double_nothing(backend, nextjob, mailbox):
    chance = random.Random(1)
    count = 1500
    server = backend.start()
    user, reference = server.user(), server.user()
    workers = [backend.worker() for _ in range(3)]
    number = user.upload(mailbox(count).read_bytes()).json["id"]
    for step in range(12):
        time.sleep(chance.uniform(0.05, 0.6))
        one = chance.randrange(len(workers))
        workers[one].kill()
        workers[one] = backend.worker()
        if step % 4 == 3:
            server.stop(signal.SIGKILL)
            time.sleep(chance.uniform(0, 0.5))
            server = backend.start()
            user.server = reference.server = server
    imported = user.wait_for_import(number)
    assert (imported["state"], imported["dead"]) == ("done", 0)
    assert imported["done"] + imported["skipped"] + imported["duplicates"] == imported["seen"]
    nextjob.import_mail(mailbox(count), email=reference.email)
    assert found(user) == found(reference)


def test_mailboxes_are_read_without_the_database_too(backend, nextjob):
    google = GoogleServer()
    try:
        server = backend.start(**google.environment())
        reader = backend.reader(**google.environment())
        backend.worker()
        ada = Person(server, google, *ALERTS, "receipt-en.eml")
        until(lambda: ended(nextjob, ada.id, 4), bool)
        assert len(ada.offers()) > 8
        reader.kill()
        reader = backend.reader(**google.environment())
        google.load(ada.address, ["totaljobs-alert-en.eml", "friend-plain-uk.eml"])
        # The dead reader's lease ends by itself.
        until(lambda: ask(nextjob, ada.id) or ended(nextjob, ada.id, 6), bool)
        assert sorted(states(nextjob, ada.id).values()) == ["done"] * 5 + ["skipped"]
        assert reader.stop() == 0
        assert ada.address not in reader.log.read_text()
    finally:
        google.close()


@pytest.mark.parametrize("path", ["/batch", "/token"])
def test_a_reader_that_stops_waits_for_no_answer_of_google(backend, nextjob, path):
    google = GoogleServer()
    try:
        server = backend.start(**google.environment())
        backend.worker()
        reader = backend.reader(**google.environment())
        ada = Person(server, google, ALERTS[0])
        until(lambda: ended(nextjob, ada.id, 1), bool)
        hold(google, path)
        google.load(ada.address, ALERTS[1:])
        ask(nextjob, ada.id)
        until(lambda: google.faults.hits.get("slow"), bool)
        reader.process.terminate()
        assert reader.process.wait(timeout=15) == 0
        assert [line["outcome"] for line in reader.events("sync_run")][-1] == "stopped"
        backend.reader(**google.environment())
        until(lambda: ended(nextjob, ada.id, 4), bool)
        assert set(states(nextjob, ada.id).values()) == {"done"}
    finally:
        google.close()


def test_imap_mailboxes_are_read_without_the_database_too(backend):
    dovecot = Dovecot(names="DNS:localhost")
    try:
        server = backend.start(**allowing(dovecot))
        backend.worker()
        reader = backend.reader(**allowing(dovecot))
        box = Box(dovecot, server)
        dovecot.append(box.name, imap_mail(1), imap_mail(2))
        box.connect()
        box.wait_for_offers(2)
        reader.kill()
        reader = backend.reader(**allowing(dovecot))
        dovecot.append(box.name, imap_mail(3))
        assert box.run()["error"] is None
        box.wait_for_offers(3)
        dovecot.add_user(box.name, "another")
        box.ask()
        until(box.state, lambda it: it["state"] == "broken")
        box.connect(password="another")
        dovecot.append(box.name, imap_mail(4))
        assert box.run()["error"] is None
        box.wait_for_offers(4)
        assert reader.stop() == 0
        assert PASSWORD not in reader.log.read_text() and box.name not in reader.log.read_text()
    finally:
        dovecot.remove()


def test_a_token_that_is_good_no_more_is_replaced(backend, alert):
    server = backend.start(SERVICE_JWT_SECRET="1" * 32)
    worker = backend.worker()
    user = server.user()
    user.import_mail(alert.read_bytes(), kind="message/rfc822")
    assert server.stop() == 0
    user.server = backend.start(SERVICE_JWT_SECRET="2" * 32)
    assert user.import_mail(alert.read_bytes().replace(b"alert-1", b"alert-2"), kind="message/rfc822")["done"] == 1
    assert worker.stop() == 0


def test_a_wrong_secret_is_said_and_harms_nothing(backend, alert):
    server = backend.start()
    wrong = backend.worker(SERVICE_SECRET_DIGEST_GENERATOR="not what the backend has")
    user = server.user()
    number = user.upload(alert.read_bytes(), kind="message/rfc822").json["id"]
    if not ON_REDIS:
        reasons = until(lambda: wrong.events("analysis_waits"), bool)
        assert "SERVICE_SECRET_DIGEST_GENERATOR" in reasons[0]["reason"] and "not what" not in wrong.log.read_text()
    assert wrong.stop() == 0
    backend.worker()
    imported = user.wait_for_import(number)
    assert (imported["state"], imported["dead"]) == ("done", 0)


def test_a_backend_that_is_away_is_waited_for(backend, alert):
    worker = backend.worker()
    reasons = until(lambda: worker.events("analysis_waits"), bool)
    assert "could not be reached" in reasons[0]["reason"]
    server = backend.start()
    user = server.user()
    assert user.import_mail(alert.read_bytes(), kind="message/rfc822")["state"] == "done"
    server.stop(signal.SIGKILL)
    seen = len(worker.events("analysis_waits"))
    until(lambda: len(worker.events("analysis_waits")), lambda now: now > seen)
    user.server = backend.start()
    assert user.import_mail(alert.read_bytes().replace(b"alert-1", b"alert-2"), kind="message/rfc822")["done"] == 1
    assert worker.stop() == 0


def test_a_worker_tells_how_it_is(backend, alert):
    server = backend.start()
    worker = backend.worker()
    user = server.user()
    user.import_mail(alert.read_bytes(), kind="message/rfc822")
    assert worker.call("GET", "/health").json["status"] == "ok"
    assert worker.call("GET", "/ready").json == {"status": "ready", "missing": []}
    metrics = worker.call("GET", "/metrics").body.decode()
    for line in ('nextjob_analysed_messages_total{kind="alert"} 1', "nextjob_analysed_offers_total 2",
                 'nextjob_queue_messages{state="ready"} 0', 'nextjob_backend_calls_total{outcome="ok",service="digest_generator"}',
                 'nextjob_http_requests_total{method="GET",route="/ready",status="200"} 1'):
        assert line in metrics
    assert user.email not in metrics
    assert worker.call("GET", "/metrics", headers={"X-Forwarded-For": "198.51.100.7"}).status == 403
    assert worker.call("GET", "/job-offers").status == 404
    server.stop(signal.SIGKILL)
    reply = worker.call("GET", "/ready")
    assert reply.status == 503
    assert reply.json["missing"] == ["The backend does not answer digest_generator. The log says why."]
    # A reply goes out before its line of the log.
    refused = until(lambda: [line for line in worker.events("request") if line["status"] == 503], bool)
    assert refused[0]["route"] == "/ready" and "could not be reached" in refused[0]["reason"]
    assert worker.call("GET", "/health").status == 200
    metrics = worker.call("GET", "/metrics").body.decode()
    assert 'nextjob_backend_calls_total{outcome="unavailable",service="digest_generator"}' in metrics
    backend.start()
    until(lambda: worker.call("GET", "/ready").status, lambda status: status == 200)
    assert worker.stop() == 0


def test_a_reader_of_mailboxes_tells_how_it_is(backend, nextjob):
    google = GoogleServer()
    try:
        server = backend.start(**google.environment())
        reader = backend.reader(METRICS_TOKEN="a token for the monitoring", **google.environment())
        ada = Person(server, google, ALERTS[0])
        until(lambda: set(states(nextjob, ada.id).values()), lambda now: now == {"queued"})
        assert reader.call("GET", "/ready").status == 200
        assert reader.call("GET", "/metrics").status == 401

        def metrics():
            return reader.call("GET", "/metrics", token="a token for the monitoring").body.decode()

        told = until(metrics, lambda text: 'nextjob_sync_runs_total{outcome="mail",source="gmail"} 1' in text)
        assert 'nextjob_sync_messages_total{outcome="queued",source="gmail"} 1' in told and "nextjob_analysed" not in told
        assert 'nextjob_backend_calls_total{outcome="ok",service="gmail_service"}' in told
        assert reader.stop() == 0
    finally:
        google.close()


def test_a_worker_is_not_ready_with_a_secret_that_is_wrong(backend):
    backend.start()
    wrong = backend.worker(SERVICE_SECRET_DIGEST_GENERATOR="not what the backend has")
    assert wrong.call("GET", "/ready").status == 503
    assert backend.worker().call("GET", "/ready").status == 200


def test_a_worker_needs_a_port_of_its_own(backend, nextjob):
    server = backend.start()
    environment = {"BACKEND_BASE_URL": backend.url, "PORT": str(server.port)} | ANALYST
    refused = nextjob.run("serve", "--roles", "analyse", env=environment, status=1)
    assert "Another program listens on 127.0.0.1:" in refused.stderr


@pytest.mark.skipif(not ON_REDIS, reason="about workers that use Redis")
def test_a_worker_is_not_ready_while_redis_is_away(backend):
    with redis_server() as own:
        backend.start()
        worker = backend.worker(REDIS_URL=own.fresh_url())
        assert worker.call("GET", "/ready").status == 200
        own.stop()
        assert worker.call("GET", "/ready").json["missing"] == ["The queue's Redis server does not answer."]
        own.start()
        until(lambda: worker.call("GET", "/ready").status, lambda status: status == 200)


@pytest.mark.parametrize("environment, said", [
    ({"SERVICE_SECRET_DIGEST_GENERATOR": ""}, "SERVICE_SECRET_DIGEST_GENERATOR is not set"),
    ({"BACKEND_BASE_URL": "http://backend.example:8000"}, "BACKEND_PLAIN_HTTP=allow"),
    ({"BACKEND_BASE_URL": "backend.example"}, "BACKEND_BASE_URL must be a URL"),
    ({"SERVICE_AUTH_URL": "http://auth.example"}, "SERVICE_AUTH_URL is an http URL"),
    ({"BACKEND_PLAIN_HTTP": "yes"}, "BACKEND_PLAIN_HTTP is \"yes\""),
])
def test_settings_that_can_not_work_are_named(nextjob, environment, said):
    environment = {"BACKEND_BASE_URL": "http://127.0.0.1:1"} | ANALYST | environment
    done = nextjob.run("serve", "--roles", "analyse", env=environment, status=1)
    assert said in done.stderr


def test_doctor_tells_of_the_backend(backend, nextjob):
    environment = {name: value for name, value in nextjob.environment.items() if name in ("PATH", "HOME")}
    environment |= {"NEXTJOB_DATA_DIR": str(nextjob.directory / "none"), "BACKEND_BASE_URL": backend.url}

    def doctor(**more):
        return subprocess.run([nextjob.program, "doctor"], env=environment | more, capture_output=True, text=True, timeout=120)

    away = doctor(**ANALYST)
    assert away.returncode == 1 and "could not be reached" in away.stdout
    backend.start()
    good = doctor(**ANALYST)
    assert good.returncode == 0 and "knows digest_generator" in good.stdout, good.stdout
    assert "SERVICE_SECRET_DIGEST_GENERATOR" in doctor(SERVICE_SECRET_DIGEST_GENERATOR="something else").stdout
    assert "a worker needs SERVICE_SECRET_GMAIL_SERVICE" in doctor().stdout
