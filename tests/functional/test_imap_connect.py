"""IMAP accounts, against a real Dovecot: what is connected, what is not, and where the login lies."""
import http.server
import socket
import threading

import pytest
from api_server import Server, problems, until
from conftest import Nextjob, sqlite_only
from dovecot_server import PASSWORD
from imap_box import alert, allowing, box, dovecot, names, nextjob, server  # noqa: F401 (fixtures)


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
