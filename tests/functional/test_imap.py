"""Mailboxes over IMAP, against a real Dovecot: what is connected, what is not, and that each mail comes once."""
import email.message
import email.utils
import http.server
import threading
import time

import pytest
from api_server import Server, problems, until
from conftest import Nextjob, sqlite_only
from cutting_proxy import CuttingProxy
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


# Connecting.

@pytest.mark.parametrize("security", ["tls", "starttls", "plain"])
def test_a_mailbox_is_connected_and_read(box, security):
    box.dovecot.append(box.name, alert(1), alert(2))
    box.dovecot.create(box.name, "Jobs")
    if security == "plain":
        # Dovecot takes passwords in the clear from its own machine.
        box.dovecot.append(box.name, alert(3), folder="Jobs")
    port = box.dovecot.tls_port if security == "tls" else box.dovecot.port
    found = box.connect(security=security, port=port, folders=["INBOX", "Jobs"])
    assert (found["source"], found["state"], found["email"]) == ("imap", "connected", box.name)
    assert found["folders"] == ["INBOX", "Jobs"]
    assert found["chosen"][0] == {"name": "INBOX", "mails": 2}
    assert box.state()["state"] == "connected"
    box.wait_for_offers(3 if security == "plain" else 2)
    assert box.first_run()["error"] is None


def test_a_token_signs_in(box):
    box.dovecot.append(box.name, alert(1))
    box.connect(password=None, token=box.dovecot.token(box.name))
    box.wait_for_offers(1)
    expired = box.try_to_connect(password=None, token=box.dovecot.token(box.name, seconds=-5))
    assert problems(expired) == [("body.token", "imap_refused")]
    assert box.state()["state"] == "connected"


def test_a_wrong_password_is_not_kept(box):
    reply = box.try_to_connect(password="wrong")
    assert problems(reply) == [("body.password", "imap_refused")]
    assert "does not take this login" in reply.json["detail"][0]["msg"]
    assert box.user.get("/integrations") == {"integrations": []}


def test_passwords_cannot_be_tried_out(box):
    replies = [box.try_to_connect(password=f"guess {number}").status for number in range(12)]
    assert replies[0] == 422
    assert replies[-1] == 429
    assert box.try_to_connect().status == 429


def test_a_certificate_of_another_name_is_refused(box):
    reply = box.try_to_connect(host="127.0.0.1")
    assert problems(reply) == [("body.host", "imap_untrusted")]
    assert box.user.get("/integrations") == {"integrations": []}


def test_tls_on_a_port_without_it_is_refused(box):
    assert problems(box.try_to_connect(port=box.dovecot.port)) == [("body.host", "imap_untrusted")]


def test_a_server_that_offers_no_starttls_gets_no_password(box):
    class Plain(threading.Thread):
        def __init__(self):
            import socket
            super().__init__(daemon=True)
            self.listener = socket.create_server(("127.0.0.1", 0))
            self.heard = b""

        def run(self):
            client, _ = self.listener.accept()
            client.sendall(b"* OK ready\r\n")
            while line := client.recv(4096):
                self.heard += line
                tag = line.split()[0]
                client.sendall(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK\r\n")

    plain = Plain()
    plain.start()
    reply = box.try_to_connect(security="starttls", port=plain.listener.getsockname()[1])
    assert problems(reply) == [("body.host", "imap_untrusted")]
    assert b"AUTHENTICATE" not in plain.heard and b"LOGIN" not in plain.heard


def test_what_is_no_imap_server_is_refused(box):
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    reply = box.try_to_connect(security="plain", port=web.server_port)
    web.shutdown()
    assert reply.status in (422, 503), reply
    assert box.user.get("/integrations") == {"integrations": []}


def test_a_folder_that_is_not_there_is_named(box):
    reply = box.try_to_connect(folders=["INBOX", "Nowhere"])
    assert problems(reply) == [("body.folders", "imap_missing_folder")]
    assert "Nowhere" in reply.json["detail"][0]["msg"]


def test_what_is_not_well_formed_is_named(box):
    assert problems(box.try_to_connect(host="mail.example/x")) == [("body.host", "imap_not_allowed")]
    assert problems(box.try_to_connect(host="a b\r\nc")) == [("body.host", "imap_not_allowed")]
    assert problems(box.try_to_connect(token="x")) == [("body.password", "value_error")]
    assert problems(box.try_to_connect(folders=[])) == [("body.folders", "value_error")]
    assert problems(box.try_to_connect(password=None)) == [("body.password", "value_error")]
    assert [name for name, _ in problems(box.try_to_connect(port=0, days=1000, security="ssl"))] == [
        "body.port", "body.security", "body.days"]


def test_a_login_cannot_smuggle_commands_in(box):
    reply = box.try_to_connect(login=f"{box.name}\r\nA1 LOGOUT", password="x\r\nA2 DELETE INBOX")
    assert problems(reply) == [("body.password", "imap_refused")]
    assert box.dovecot.client(box.name).select("INBOX")[0] == "OK"


def test_an_operators_networks_are_closed_unless_they_open_them(program, tmp_path, dovecot):
    running = Server(Nextjob(program, tmp_path))
    try:
        user = running.user()
        for host in ("localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0.0.0.0", "::1", "::ffff:127.0.0.1",
                     "10.0.0.1", "192.168.1.1", "169.254.169.254", "fe80::1", "fd00::1"):
            reply = user.call("PUT", "/integrations/imap", {"host": host, "login": "ada", "password": "x"})
            if reply.status == 429:
                user = running.user()
                reply = user.call("PUT", "/integrations/imap", {"host": host, "login": "ada", "password": "x"})
            assert problems(reply) == [("body.host", "imap_not_allowed")], host
        user = running.user()
        for more in ({"port": dovecot.tls_port}, {"port": 25}, {"security": "plain"}, {"security": "starttls", "port": 993}):
            reply = user.call("PUT", "/integrations/imap", {"host": "localhost", "login": "ada", "password": "x"} | more)
            assert problems(reply) == [("body.host", "imap_not_allowed")], more
    finally:
        assert running.stop() == 0


def test_disconnecting_erases_the_login(box):
    box.dovecot.append(box.name, alert(1))
    box.connect()
    box.wait_for_offers(1)
    assert box.user.call("DELETE", "/integrations/imap").status == 204
    assert box.user.get("/integrations") == {"integrations": []}
    assert box.user.call("DELETE", "/integrations/imap").status == 404
    assert box.user.get("/job-offers")["count"] == 1


@sqlite_only
def test_the_password_lies_sealed_and_is_sealed_anew(program, tmp_path, dovecot):
    nextjob = Nextjob(program, tmp_path)
    nextjob.environment |= allowing(dovecot) | {"SECRET_KEY": "a" * 32}
    name = next(names)
    dovecot.add_user(name)
    dovecot.append(name, alert(1))
    nextjob.add_user()
    done = nextjob.run("connect", "imap", "--user", "ada@example.org", "--host", "localhost", "--port", dovecot.tls_port,
                       "--login", name, "--password-stdin", input=PASSWORD + "\n")
    assert "INBOX: 1 mail of the last 30 days" in done.stdout
    stored = b"".join(file.read_bytes() for file in nextjob.data.rglob("*") if file.is_file())
    assert b"app \"pass" not in stored and PASSWORD.encode() not in stored
    nextjob.environment |= {"SECRET_KEY": "b" * 32, "SECRET_KEY_PREVIOUS": "a" * 32}
    assert "Sealed 1 IMAP passwords" in nextjob.run("reseal").stderr
    assert "Sealed 0 IMAP passwords" in nextjob.run("reseal").stderr
    del nextjob.environment["SECRET_KEY_PREVIOUS"]
    running = Server(nextjob)
    try:
        until(lambda: len(nextjob.offers()), lambda count: count == 1)
    finally:
        assert running.stop() == 0


def test_the_command_line_says_what_is_wrong(program, tmp_path, dovecot):
    nextjob = Nextjob(program, tmp_path)
    nextjob.environment |= allowing(dovecot)
    nextjob.add_user()
    name = next(names)
    dovecot.add_user(name)
    words = ("connect", "imap", "--user", "ada@example.org", "--host", "localhost", "--port", dovecot.tls_port, "--login", name)
    assert "does not take this login" in nextjob.run(*words, "--password-stdin", input="wrong\n", status=1).stderr
    assert "--password-stdin" in nextjob.run(*words, status=2).stderr
    assert "no folder Nowhere" in nextjob.run(*words, "--password-stdin", "--folder", "Nowhere", input=PASSWORD + "\n",
                                              status=1).stderr


# Reading.

def test_new_mail_is_read_once(box):
    box.dovecot.append(box.name, alert(1))
    box.connect()
    box.wait_for_offers(1)
    box.first_run()
    box.dovecot.append(box.name, alert(2), alert(3))
    assert box.run()["found"] == 2
    box.wait_for_offers(3)
    assert box.run()["found"] == 0
    assert len(box.ledger()) == 3


def test_mail_from_before_the_days_is_left(box):
    with box.dovecot.client(box.name) as client:
        for number, days in ((1, 100), (2, 3)):
            client.append("INBOX", None, time.localtime(time.time() - 86400 * days), alert(number, days_ago=days))
    assert box.connect(days=30)["chosen"] == [{"name": "INBOX", "mails": 1}]
    assert box.first_run()["found"] == 1
    assert box.offers() == ["Data Engineer 2"]


def test_nothing_in_the_mailbox_changes(box):
    box.dovecot.append(box.name, *[alert(number) for number in range(5)])
    box.connect()
    box.wait_for_offers(5)
    assert all(b"\\Seen" not in line for line in box.dovecot.flags(box.name))
    with box.dovecot.client(box.name) as client:
        assert client.select("INBOX")[1] == [b"5"]


def test_folders_have_names_of_any_kind(box):
    box.dovecot.create(box.name, "Jobs &APw-ber alles")
    box.dovecot.create(box.name, "R&-D 100% \\\"x\\\"")
    box.dovecot.append(box.name, alert(1), folder="Jobs &APw-ber alles")
    box.dovecot.append(box.name, alert(2), folder="R&-D 100% \\\"x\\\"")
    found = box.connect(folders=["Jobs über alles", 'R&D 100% "x"'])
    assert found["folders"] == ["INBOX", "Jobs über alles", 'R&D 100% "x"']
    assert box.first_run()["error"] is None
    assert box.offers() == ["Data Engineer 1", "Data Engineer 2"]


def test_mail_that_moves_between_folders_is_one(box):
    box.dovecot.create(box.name, "Jobs")
    box.dovecot.append(box.name, alert(1), alert(2))
    box.connect(folders=["INBOX", "Jobs"])
    box.wait_for_offers(2)
    box.first_run()
    with box.dovecot.client(box.name) as client:
        client.select("INBOX")
        assert client.uid("MOVE", "1", "Jobs")[0] == "OK"
    assert box.run()["error"] is None
    assert box.offers() == ["Data Engineer 1", "Data Engineer 2"]
    assert len(box.user.get("/job-offers")["results"]) == 2


@pytest.mark.parametrize("closed", [False, True])
def test_a_folder_that_is_gone_or_closed_leaves_the_others_read(box, closed):
    box.dovecot.create(box.name, "Jobs")
    box.dovecot.append(box.name, alert(1))
    box.dovecot.append(box.name, alert(2), folder="Jobs")
    box.connect(folders=["Jobs", "INBOX"])
    box.wait_for_offers(2)
    assert box.first_run()["notice"] is None
    if closed:
        box.dovecot.directory(box.name, "Jobs").chmod(0)
    else:
        with box.dovecot.client(box.name) as client:
            assert client.delete("Jobs")[0] == "OK"
    box.dovecot.append(box.name, alert(3))
    ended = box.run()
    assert (ended["phase"], ended["error"], ended["found"]) == ("idle", None, 1)
    assert ("the folder Jobs" if closed else "no folder Jobs") in ended["notice"]
    box.wait_for_offers(3)
    state = box.state()
    assert (state["state"], state["what_to_do"]) == ("connected", ended["notice"])
    if closed:
        box.dovecot.directory(box.name, "Jobs").chmod(0o700)
    else:
        box.dovecot.create(box.name, "Jobs")
    box.dovecot.append(box.name, alert(4), folder="Jobs")
    assert box.run()["notice"] is None
    box.wait_for_offers(4)
    assert box.state()["what_to_do"] is None


def test_deleted_mail_is_passed_over(box):
    box.dovecot.append(box.name, alert(1), alert(2), alert(3))
    with box.dovecot.client(box.name) as client:
        client.select("INBOX")
        client.store("2", "+FLAGS", "\\Deleted")
    box.connect()
    assert box.first_run()["found"] == 2
    assert box.offers() == ["Data Engineer 1", "Data Engineer 3"]


def test_new_numbers_bring_no_mail_twice(box):
    box.dovecot.append(box.name, alert(1), alert(2))
    box.connect()
    box.wait_for_offers(2)
    box.first_run()
    box.dovecot.renumber(box.name)
    box.dovecot.append(box.name, alert(3))
    ended = box.run()
    assert ended["error"] is None
    assert box.offers() == ["Data Engineer 1", "Data Engineer 2", "Data Engineer 3"]
    assert len(box.ledger("done")) == 3
    assert box.run()["found"] == 0


def test_a_mail_of_thirty_mebibytes_comes_whole(box):
    box.dovecot.append(box.name, alert(1, size=30 << 20), alert(2))
    box.connect()
    assert box.first_run()["error"] is None
    assert box.offers() == ["Data Engineer 1", "Data Engineer 2"]
    assert [row["truncated"] for row in box.ledger()] == [False, False]


def test_of_a_larger_mail_the_beginning_is_read(box):
    box.dovecot.append(box.name, alert(1, size=40 << 20))
    box.connect()
    assert box.first_run()["error"] is None
    assert box.offers() == ["Data Engineer 1"]
    assert [row["truncated"] for row in box.ledger()] == [True]


def test_mail_that_looks_like_the_servers_answers_is_mail(box):
    hostile = alert(1) + b"* 2 FETCH (UID 2 BODY[]<0> {3}\r\nabc)\r\nn4 OK done\r\nn5 BAD no\r\n* BYE\r\n)\r\n"
    box.dovecot.append(box.name, hostile, alert(2))
    box.connect()
    assert box.first_run()["error"] is None
    assert box.offers() == ["Data Engineer 1", "Data Engineer 2"]


# When things go wrong.

def test_a_password_that_ends_breaks_the_connection_until_it_is_renewed(box):
    box.dovecot.append(box.name, alert(1))
    box.connect()
    box.wait_for_offers(1)
    box.first_run()
    box.dovecot.add_user(box.name, "another")
    box.dovecot.append(box.name, alert(2))
    box.ask()
    broken = until(box.state, lambda it: it["state"] == "broken")
    assert "connect the mailbox again" in broken["what_to_do"]
    box.connect(password="another")
    assert box.state()["state"] == "connected"
    box.wait_for_offers(2)


def test_a_server_that_is_away_is_waited_for(program, tmp_path):
    dovecot = Dovecot()
    running = Server(Nextjob(program, tmp_path), **allowing(dovecot))
    try:
        box = Box(dovecot, running)
        box.dovecot.append(box.name, alert(1))
        box.connect()
        box.wait_for_offers(1)
        box.first_run()
        box.dovecot.append(box.name, alert(2))
        dovecot.stop()
        assert box.run()["phase"] == "failed"
        assert box.state()["state"] == "connected"
        assert box.try_to_connect().status == 503
        dovecot.start()
        box.wait_for_offers(2)  # by itself, after a while
    finally:
        assert running.stop() == 0
        dovecot.remove()


def test_a_connection_that_is_cut_loses_nothing(box):
    proxy = CuttingProxy(box.dovecot.tls_port)
    box.dovecot.append(box.name, *[alert(number, size=60_000) for number in range(30)])
    box.connect(port=proxy.port)
    proxy.cut_after = 100_000
    until(lambda: proxy.cuts, lambda cuts: cuts > 2)
    proxy.cut_after = None
    end = time.monotonic() + 120
    while box.user.get("/job-offers")["count"] < 30 and time.monotonic() < end:
        box.ask()
        time.sleep(0.5)
    proxy.close()
    assert len(box.offers()) == 30
    assert len(box.ledger("done")) == 30


def test_the_log_has_no_passwords_addresses_or_mail(box):
    box.dovecot.append(box.name, alert(77001, title="Chandelier Engineer"))
    box.connect()
    box.wait_for_offers(1)
    box.try_to_connect(password="secret guess")
    log = box.server.log.read_text()
    for private in (PASSWORD, "secret guess", box.name, "Chandelier", "hiring.example"):
        assert private not in log, private
