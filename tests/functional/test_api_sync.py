"""A connected mailbox over the API: how far its sync is, what became of each mail, what the user says of it, and push."""
import base64
import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from api_server import Server, problems, until
from conftest import ALERT, Nextjob

sys.path.append(str(Path(__file__).parents[1] / "fakes" / "google"))
from google_server import GoogleServer  # noqa: E402
from keys import Key  # noqa: E402

PUSHER = "push@project.iam.gserviceaccount.example"
AUDIENCE = "https://jobs.example.org/integrations/gmail/push"
names = (f"ada{number}@gmail.com" for number in range(1000))


def mail(subject, text, sender="Kitchen Letters <letters@soup.example>", number=1):
    return (f"From: {sender}\nTo: ada@example.org\nSubject: {subject}\nDate: Mon, 02 Mar 2026 08:00:00 +0000\n"
            f"Message-ID: <{number}.{abs(hash(subject))}@soup.example>\nMIME-Version: 1.0\nContent-Type: text/plain\n\n{text}\n").encode()


SOUP = mail("Three soups for cold days", "How to season cast iron, and a reader's letter about sourdough.")


def alert(number):
    return ALERT.replace("alert-1@", f"alert-{number}@").replace("/1001", f"/{number}001").replace("/1002", f"/{number}002") \
                .replace("Senior Data Engineer", f"Data Engineer {number}").replace("Welder", f"Welder {number}").encode()


@pytest.fixture(scope="module")
def google():
    server = GoogleServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def nextjob(program, tmp_path_factory):
    return Nextjob(program, tmp_path_factory.mktemp("sync"))


@pytest.fixture(scope="module")
def server(nextjob, google):
    running = Server(nextjob, GOOGLE_PUSH_ACCOUNT=PUSHER, GOOGLE_PUSH_AUDIENCE=AUDIENCE,
                     GOOGLE_PUBSUB_TOPIC="projects/test/topics/gmail", **google.environment())
    google.push = {"url": f"http://{running.host}:{running.port}/integrations/gmail/push", "audience": AUDIENCE, "email": PUSHER}
    yield running
    assert running.stop() == 0


class Owner:
    """A user with a connected mailbox, in which these mails are."""

    def __init__(self, server, google, *mails):
        self.server, self.google, self.address = server, google, next(names)
        google.add_account(self.address)
        self.ids = [google.gmail.deliver(self.address, one).id for one in mails]
        self.user = server.user()
        grant = google.control_grant(self.address)
        body = {"id_token": grant["id_token"], "accessToken": grant["access_token"], "refreshToken": grant["refresh_token"]}
        reply = self.user.call("POST", "/auth/google-login", body)
        assert reply.status == 200, reply

    def get(self, path, **more):
        return self.user.get(path, **more)

    def post(self, path, body=None):
        return self.user.call("POST", path, body)

    def settled(self):
        """The ledger's messages by Gmail's id, when all of the mailbox's are in it and have ended."""
        def look():
            return {one["source_id"]: one for one in self.get("/messages?limit=100")["results"]}
        wanted = set(self.google.gmail.box(self.address).messages)
        return until(look, lambda found: wanted <= set(found) and all(one["state"] in ("done", "skipped", "dead")
                                                                     for one in found.values()))

    def idle(self):
        """The sync when its first run, or the one that was asked for, is over."""
        return until(lambda: self.get("/integrations/gmail/sync"), lambda it: it["phase"] == "idle" and not it["asked"])

    def deliver(self, raw):
        return self.google.gmail.deliver(self.address, raw).id

    def after_delivery(self, raw):
        """The ledger's row of a mail that comes once the mailbox is known."""
        self.idle()
        number = self.deliver(raw)
        return self.settled()[number]


def test_a_mailbox_is_read_from_its_connection_on(server, google):
    ada = Owner(server, google, alert(1))
    read = ada.settled()[ada.ids[0]]
    sync = ada.idle()
    assert (sync["found"], sync["queued"], sync["skipped"], sync["failed"], sync["error"]) == (1, 1, 0, 0, None)
    passed = ada.after_delivery(SOUP)
    assert (read["state"], read["kind"], read["found"], read["source"]) == ("done", "alert", 2, "gmail")
    assert passed["state"] == "skipped" and passed["reason"]
    assert {one["title"] for one in ada.user.offers()} == {"Data Engineer 1", "Welder 1"}
    whole = ada.get(f"/messages/{read['id']}")
    assert len(whole["offers"]) == 2 and whole["message"]["id"] == read["id"]
    assert [one["id"] for one in ada.get("/messages?state=skipped&source=gmail")["results"]] == [passed["id"]]


def test_a_push_brings_what_is_new(server, google):
    ada = Owner(server, google, alert(2))
    ada.settled()
    until(lambda: google.gmail.box(ada.address).watch, bool)
    assert ada.after_delivery(alert(3))["found"] == 2
    assert {"Data Engineer 3", "Welder 3"} <= {one["title"] for one in ada.user.offers()}


def test_a_push_may_come_twice_and_for_nothing(server, google):
    ada = Owner(server, google, alert(4))
    before = ada.settled()
    assert [google.send_push(ada.address, message_id="7") for _ in range(3)] == [204] * 3
    assert google.send_push(ada.address, history=1) == 204
    assert google.send_push("nobody@gmail.com") == 204
    assert ada.settled() == before


def raw_push(server, token, body):
    request = urllib.request.Request(f"http://{server.host}:{server.port}/integrations/gmail/push", body,
                                     {"Content-Type": "application/json"} | ({"Authorization": "Bearer " + token} if token else {}))
    try:
        return urllib.request.urlopen(request, timeout=10).status
    except urllib.error.HTTPError as refused:
        return refused.code


def test_a_forged_push_is_refused_and_counted(server, google):
    ada = Owner(server, google)
    now = int(google.clock.now())
    assert google.send_push(ada.address, key=Key("forged")) == 401
    for claims in ({"aud": "https://other.example"}, {"email": "mallory@project.iam.gserviceaccount.example"}, {"email_verified": False},
                   {"exp": now - 120}, {"iss": "https://accounts.example"}, {"iat": now + 600}):
        assert google.send_push(ada.address, **claims) == 401, claims
    assert raw_push(server, None, b"{}") == raw_push(server, "x.y.z", b"{}") == 401
    assert raw_push(server, ada.user.access, b"{}") == 401
    metrics = server.call("GET", "/metrics").body.decode()
    assert 'nextjob_pushes_total{outcome="forged"}' in metrics
    assert '"reason":"the token is of another account than GOOGLE_PUSH_ACCOUNT"' in server.log.read_text()


def data(value):
    return {"message": {"data": base64.b64encode(value).decode()}}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"message": {}}', b'{"message": {"data": 7}}', b'{"message": {"data": "%%"}}',
                                  json.dumps(data(b"no json")).encode(), json.dumps(data(b"[1]")).encode(), json.dumps(data(b"{}")).encode(),
                                  json.dumps(data(b'{"emailAddress": "no address", "historyId": 1}')).encode()])
def test_a_push_that_says_nothing_is_refused(server, google, body):
    now = int(google.clock.now())
    token = google.ring.current.sign({"iss": "https://accounts.google.com", "aud": AUDIENCE, "sub": "1", "email": PUSHER,
                                      "email_verified": True, "iat": now, "exp": now + 3600})
    assert raw_push(server, token, body) == 422
    assert 'nextjob_pushes_total{outcome="malformed"}' in server.call("GET", "/metrics").body.decode()


def test_what_was_passed_over_can_be_asked_for(server, google):
    ada = Owner(server, google)
    passed = ada.after_delivery(SOUP)
    assert passed["state"] == "skipped"
    reply = ada.post(f"/messages/{passed['id']}/wanted")
    assert (reply.status, reply.json["state"]) == (202, "seen")
    assert ada.settled()[passed["source_id"]]["state"] == "done"
    assert ada.post(f"/messages/{passed['id']}/wanted").status == 409
    assert server.user().call("POST", f"/messages/{passed['id']}/wanted").status == 404


def test_rules_for_senders(server, google):
    ada = Owner(server, google)
    for rule in ({"sender": "Alerts@Hiring.example", "read": "never"}, {"sender": "@soup.example", "read": "always"}):
        assert ada.user.call("PUT", "/sender-rules", rule).status == 200
    assert ada.get("/sender-rules")["rules"] == [{"sender": "@soup.example", "read": "always"},
                                                 {"sender": "alerts@hiring.example", "read": "never"}]
    ada.idle()
    never, always = ada.deliver(alert(5)), ada.deliver(SOUP)
    assert ada.post("/integrations/gmail/sync").status == 202
    ledger = ada.settled()
    assert ledger[never]["state"] == "skipped" and "alerts@hiring.example" in ledger[never]["reason"]
    assert ledger[always]["state"] == "done"
    assert ada.user.call("DELETE", "/sender-rules/alerts@hiring.example").status == 204
    assert ada.user.call("DELETE", "/sender-rules/alerts@hiring.example").status == 404
    for wrong in ("nobody", "@", "a@b@c", "@localhost\nx"):
        assert ada.user.call("PUT", "/sender-rules", {"sender": wrong, "read": "never"}).status == 422, wrong
    assert problems(ada.user.call("PUT", "/sender-rules", {"sender": "a@b.example", "read": "often"})) == [("body.read", "literal_error")]


def test_dead_messages_are_tried_again(server, google, nextjob):
    ada = Owner(server, google, alert(6))
    number = ada.settled()[ada.ids[0]]["id"]
    assert ada.post(f"/messages/{number}/retry").status == 409
    nextjob.sql(f"update messages set state = 'dead', reason = 'a test', key = ':gmail:{ada.ids[0]}', bytes = 0, fetched_at = null "
                f"where id = {number}")
    assert ada.get("/messages?state=dead")["count"] == 1
    assert ada.post("/messages/retry").json == {"retried": 1}
    assert ada.settled()[ada.ids[0]]["state"] == "done"


def test_a_run_by_hand_from_the_start_changes_nothing(server, google):
    ada = Owner(server, google, alert(7))
    before, offers = ada.settled(), ada.user.offers()
    began = ada.idle()["started_at"]
    reply = ada.post("/integrations/gmail/sync", {"from_start": True})
    assert (reply.status, reply.json["asked"]) == (202, True)
    until(lambda: ada.get("/integrations/gmail/sync"), lambda it: it["phase"] == "idle" and it["started_at"] > began)
    assert ada.settled() == before and ada.user.offers() == offers


def test_a_run_by_hand_on_the_command_line(server, google, nextjob):
    ada = Owner(server, google, alert(9))
    ada.settled()
    ada.idle()
    assert nextjob.run("sync", "--user", ada.user.email).stdout == "Nothing new.\n"
    assert nextjob.run("sync", "--user", ada.user.email, "--from-start").stdout == "Nothing new.\n"
    assert "Connect one: nextjob connect imap" in nextjob.run("sync", "--user", ada.user.email, "--source", "imap", status=1).stderr


def test_settings(server, google):
    ada = Owner(server, google)
    kept = ada.user.call("PUT", "/integrations/gmail/settings", {"days": 14, "query": "from:jobs@example.org"})
    assert kept.json["settings"] == {"days": 14, "query": "from:jobs@example.org"}
    assert ada.get("/integrations/gmail/sync")["settings"]["days"] == 14
    for wrong, found in (({"days": 0}, ("body.days", "greater_than_equal")), ({"query": "x" * 1600}, ("body.query", "string_too_long"))):
        assert problems(ada.user.call("PUT", "/integrations/gmail/settings", wrong)) == [found]
    assert problems(ada.user.call("PUT", "/integrations/imap/settings", {"days": 366})) == [("body.days", "less_than_equal")]
    stranger = server.user()
    for method, path, body in (("GET", "/integrations/gmail/sync", None), ("POST", "/integrations/gmail/sync", {}),
                               ("PUT", "/integrations/gmail/settings", {}), ("GET", "/integrations/other/sync", None)):
        assert stranger.call(method, path, body).status == 404, path


def test_trace_follows_a_message(server, google, nextjob):
    ada = Owner(server, google, alert(8))
    number = ada.settled()[ada.ids[0]]["id"]
    for arguments in ((str(number),), (ada.ids[0], "--user", ada.user.email)):
        told = nextjob.run("trace", *arguments).stdout
        for part in (f"Message {number}", "first seen", "fetched and queued", "alert, 2 offers found", "Data Engineer 8"):
            assert part in told
    assert "there is no message 999999" in nextjob.run("trace", "999999", status=1).stderr
    listed = nextjob.run("messages", "--user", ada.user.email, "--state", "done").stdout
    assert listed.split()[0] == str(number) and "2 offers" in listed
    lines = [line for line in server.log.read_text().splitlines() if f'"message":{number}' in line]
    assert {"message_passed", "message_done"} <= {json.loads(line)["event"] for line in lines}
