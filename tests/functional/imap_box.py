"""A mailbox at a real Dovecot, and a server whose user has it."""
import email.message
import email.utils
import time

import pytest
from api_server import Server, until
from conftest import Nextjob
from dovecot_server import PASSWORD, Dovecot

names = (f"ada{number}@mail.example" for number in range(1000))


@pytest.fixture(scope="module")
def dovecot():
    server = Dovecot(names="DNS:localhost")
    yield server
    server.remove()


@pytest.fixture(scope="module")
def nextjob(program, tmp_path_factory):
    return Nextjob(program, tmp_path_factory.mktemp("imap"))


def allowing(dovecot):
    return {"IMAP_ALLOW_PRIVATE_HOSTS": "true", "IMAP_CA_FILE": str(dovecot.authority)}


@pytest.fixture(scope="module")
def server(nextjob, dovecot):
    running = Server(nextjob, **allowing(dovecot))
    yield running
    assert running.stop() == 0


@pytest.fixture
def box(dovecot, server):
    return Box(dovecot, server)


def alert(number, title="Data Engineer", days_ago=1, size=0):
    """A mail with one offer, that no other number has."""
    mail = email.message.EmailMessage()
    mail["From"], mail["To"] = "Job Alerts <alerts@hiring.example>", "ada@mail.example"
    mail["Subject"] = "1 new job for you"
    mail["Date"] = email.utils.formatdate(time.time() - 86400 * days_ago)
    mail["Message-ID"] = f"<alert-{number}@hiring.example>"
    mail.set_content(f"Your job alert\n1 new job matches your search\n\n{title} {number}\nAmber Analytics\nBerlin, Germany\n"
                     f"View job: https://jobs.hiring.example/view/{number}\n")
    if size:
        mail.add_attachment(b"\0" * (size * 3 // 4), maintype="application", subtype="pdf", filename="brochure.pdf")
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


class Box:
    """A mailbox at the Dovecot, and the user whose it is."""

    def __init__(self, dovecot, server):
        self.dovecot, self.server = dovecot, server
        self.name = next(names)
        dovecot.add_user(self.name)
        self.user = server.user()

    def body(self, **more):
        return {"host": "localhost", "port": self.dovecot.tls_port, "login": self.name, "password": PASSWORD} | more

    def try_to_connect(self, **more):
        body = {name: value for name, value in self.body(**more).items() if value is not None}
        return self.user.call("PUT", "/integrations/imap", body)

    def connect(self, **more):
        reply = self.try_to_connect(**more)
        assert reply.status == 200, reply
        return reply.json

    def state(self):
        (mine,) = self.user.get("/integrations")["integrations"]
        return mine

    def ask(self):
        reply = self.user.call("POST", "/integrations/imap/sync", {})
        assert reply.status == 202, reply

    def progress(self):
        return self.user.get("/integrations/imap/sync")

    def run(self):
        """A whole run that begins now or later."""
        before = self.progress()["run"]
        self.ask()
        return until(self.progress, lambda it: it["run"] > before and it["phase"] in ("idle", "failed"))

    def first_run(self):
        return until(self.progress, lambda it: it["phase"] in ("idle", "failed"))

    def ledger(self, state=None):
        rows = self.user.get("/messages?limit=100")["results"]
        return [row for row in rows if state in (None, row["state"])]

    def settled(self):
        """Once nothing is left to be fetched or analysed."""
        return until(self.ledger, lambda rows: all(row["state"] in ("done", "skipped", "dead") for row in rows))

    def offers(self):
        self.settled()
        return sorted(offer["title"] for offer in self.user.offers("?limit=100"))

    def wait_for_offers(self, count):
        return until(lambda: self.user.get("/job-offers")["count"], lambda it: it == count)
