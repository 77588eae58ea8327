"""A connected Gmail mailbox becomes offers: the first months, what comes later, and whatever goes wrong at Google, on
the way or in this process."""
import contextlib
import random
import sqlite3
import sys
import time
from pathlib import Path

import pytest
from api_server import Server, until
from conftest import ON_POSTGRES, postgres

sys.path.append(str(Path(__file__).parents[1] / "fakes" / "google"))
from google_server import GoogleServer  # noqa: E402
from oauth import GMAIL  # noqa: E402
from test_api_google import login, tokens_of  # noqa: E402

ALERTS = ["linkedin-alert-en.eml", "indeed-alert-en.eml", "stepstone-alert-de.eml", "reed-alert-en.eml"]
names = (f"grace{number}@gmail.com" for number in range(1000))


@pytest.fixture
def google():
    server = GoogleServer()
    yield server
    server.close()


def started(nextjob, google, **more):
    return Server(nextjob, **google.environment(), **more)


class Person:
    """Somebody with a Google account, which is connected."""

    def __init__(self, server, google, *files):
        self.google, self.server, self.address = google, server, next(names)
        google.add_account(self.address)
        self.loaded = google.load(self.address, files)
        self.sign_in(server)

    def sign_in(self, server):
        self.server = server
        reply = login(server, tokens_of(self.google, self.address))
        assert reply.status == 200, reply
        self.access, self.id = reply.json["access"], reply.json["user"]["id"]

    def offers(self):
        reply = self.server.call("GET", "/job-offers?limit=100", token=self.access)
        assert reply.status == 200, reply
        return reply.json["results"]


def deliver(google, address, number):
    """A job mail like no other."""
    text = (f"From: Alerts <alerts@board.example>\r\nMessage-ID: <{number}.{address}>\r\nDate: Mon, 02 Mar 2026 08:00:00 +0000\r\n"
            f"Subject: New job for you: Welder number {number}\r\nContent-Type: text/plain\r\n\r\n"
            f"Welder number {number}\r\nAcme {number} Ltd\r\nLeeds\r\nhttps://board.example/jobs/view/{number}\r\n")
    return google.gmail.deliver(address, text.encode()).id


def rows(nextjob, query):
    if ON_POSTGRES:
        return [line.split("|") for line in postgres().psql(nextjob.database, query).splitlines()]
    with contextlib.closing(sqlite3.connect(nextjob.data / "nextjob.db")) as database:
        return database.execute(query).fetchall()


def states(nextjob, user):
    return dict(rows(nextjob, f"select source_id, state from messages where user_id = {user} and source = 'gmail'"))


def ended(nextjob, user, count):
    """Whether so many messages are in the ledger, and none is on its way."""
    found = states(nextjob, user)
    return len(found) == count and not {"seen", "queued"} & set(found.values())


def hold(google, path):
    """The next answer there takes longer than anybody waits in these tests."""
    if path == "/token":
        google.oauth.end_access_tokens()
    google.faults.add(kind="slow", path=path, seconds=30)


def ask(nextjob, user):
    """The mailbox is due now, as if its time had come."""
    nextjob.sql(f"update mailboxes set due_at = 0 where user_id = {user}")


def test_a_connected_mailbox_becomes_offers_and_goes_on_to(nextjob, google):
    server = started(nextjob, google)
    ada = Person(server, google, *ALERTS, "receipt-en.eml")
    until(lambda: ended(nextjob, ada.id, 4), bool)
    first = ada.offers()
    assert len(first) > 8
    google.load(ada.address, ["totaljobs-alert-en.eml", "friend-plain-uk.eml"])
    ask(nextjob, ada.id)
    until(lambda: ended(nextjob, ada.id, 6), bool)
    assert len(ada.offers()) > len(first)
    assert sorted(states(nextjob, ada.id).values()) == ["done"] * 5 + ["skipped"]
    metrics = server.call("GET", "/metrics").body.decode()
    assert 'nextjob_sync_messages_total{outcome="queued",source="gmail"} 5' in metrics
    assert 'nextjob_sync_calls_total{call="history.list",outcome="ok",source="gmail"}' in metrics
    assert server.stop() == 0
    said = server.log.read_text()
    assert '"event":"message_passed"' in said and ada.address not in said and "Friend" not in said


def test_mailboxes_of_two_people_stay_apart(nextjob, google):
    server = started(nextjob, google)
    ada, eve = Person(server, google, ALERTS[0]), Person(server, google, ALERTS[2])
    until(lambda: ended(nextjob, ada.id, 1) and ended(nextjob, eve.id, 1), bool)
    assert not {offer["title"] for offer in ada.offers()} & {offer["title"] for offer in eve.offers()}
    assert server.stop() == 0


def test_what_gmail_has_forgotten_is_listed_anew(nextjob, google):
    server = started(nextjob, google)
    ada = Person(server, google, ALERTS[0])
    until(lambda: ended(nextjob, ada.id, 1), bool)
    before = len(ada.offers())
    google.load(ada.address, ALERTS[1:3])
    google.gmail.box(ada.address).expire_history()
    ask(nextjob, ada.id)
    until(lambda: ended(nextjob, ada.id, 3), bool)
    assert len(ada.offers()) > before
    assert server.stop() == 0


def test_a_withdrawn_connection_is_broken_until_it_is_made_anew(nextjob, google):
    server = started(nextjob, google)
    ada = Person(server, google, ALERTS[0])
    until(lambda: ended(nextjob, ada.id, 1), bool)
    google.oauth.end_grants(ada.address)
    ask(nextjob, ada.id)
    view = until(lambda: server.call("GET", "/integrations", token=ada.access).json["integrations"][0],
                 lambda found: found["state"] == "broken")
    assert "again" in view["what_to_do"]
    google.load(ada.address, [ALERTS[1]])
    ada.sign_in(server)
    until(lambda: ended(nextjob, ada.id, 2), bool)
    assert server.stop() == 0


def test_whatever_google_does_every_message_is_accounted_for(nextjob, google):
    google.gmail.page_size = 20
    server = started(nextjob, google)
    people = [Person(server, google) for _ in range(4)]
    sent = {person.id: set() for person in people}
    for kind in ("401", "403", "429", "500", "503", "cut", "garbage", "duplicates", "disorder", "expired"):
        google.faults.add(kind=kind, path="/gmail/", times=None, probability=0.03, seconds=0)
    google.faults.add(kind="slow", path="/gmail/", times=10, probability=0.2, seconds=0.5)
    google.faults.add(kind="vanish", path="messages/", times=6, probability=0.05)
    for number in range(120):
        person = people[number % 4]
        sent[person.id].add(deliver(google, person.address, number))
        if number % 10 == 9:
            for one in people:
                ask(nextjob, one.id)
            time.sleep(0.2)
    time.sleep(1)
    google.faults.clear()

    def all_ended():
        for one in people:
            ask(nextjob, one.id)
        nextjob.sql("update messages set next_try_at = 0 where state = 'seen'")
        return all(ended(nextjob, one.id, 30) for one in people)

    until(all_ended, bool)
    for one in people:
        found = states(nextjob, one.id)
        assert set(found) == sent[one.id]
        reasons = rows(nextjob, f"select reason from messages where user_id = {one.id} and state <> 'done'")
        assert all("deleted" in reason for (reason,) in reasons), reasons
        links = [offer["apply_link"] for offer in one.offers()]
        assert len(links) == len(set(links)) == sum(state == "done" for state in found.values())
    assert server.stop() == 0


@pytest.mark.parametrize("path", ["/history", "/batch", "/token"])
def test_a_stop_waits_for_no_answer_of_google(nextjob, google, path):
    server = started(nextjob, google)
    ada = Person(server, google, ALERTS[0])
    until(lambda: ended(nextjob, ada.id, 1), bool)
    hold(google, path)
    google.load(ada.address, ALERTS[1:])
    ask(nextjob, ada.id)
    until(lambda: google.faults.hits.get("slow"), bool)
    server.process.terminate()
    assert server.process.wait(timeout=15) == 0
    assert [line["outcome"] for line in server.events("sync_run")][-1] == "stopped"
    assert sorted(states(nextjob, ada.id).values()) == ["done"] + ["seen"] * (3 if path == "/batch" else 0)
    assert {int(tries) for (tries,) in rows(nextjob, "select attempts from messages")} == {0}, "nothing counts as a try"
    assert [int(until) for (until,) in rows(nextjob, "select lease_until from mailboxes")] == [0]
    server = started(nextjob, google)
    until(lambda: ended(nextjob, ada.id, 4), bool)
    assert set(states(nextjob, ada.id).values()) == {"done"}
    assert server.stop() == 0


def test_kill_at_any_moment_of_the_first_run_loses_and_doubles_nothing(nextjob, google):
    google.gmail.page_size = 50
    google.faults.add(kind="slow", path="/batch", times=None, seconds=0.1)
    server = started(nextjob, google)
    ada = Person(server, google)
    sent = {deliver(google, ada.address, number) for number in range(400)}
    rolls = random.Random(7)
    for _ in range(5):
        time.sleep(rolls.uniform(0.05, 1.2))
        server.process.kill()
        server.wait()
        # The lease of who was killed is over at once, which would take half a minute.
        nextjob.sql("update mailboxes set lease_until = 0")
        server = started(nextjob, google)
        ask(nextjob, ada.id)
    until(lambda: ended(nextjob, ada.id, len(sent)), bool)
    assert set(states(nextjob, ada.id)) == sent
    assert set(states(nextjob, ada.id).values()) == {"done"}
    ada.server = server
    count = server.call("GET", "/job-offers?limit=1", token=ada.access).json["count"]
    assert count == len(sent)
    assert server.stop() == 0
