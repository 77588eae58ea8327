"""What the log may never hold, whatever happens: passwords, tokens, secrets, words of a mail, addresses."""
import base64
import json
import re
import socket
import sys
from pathlib import Path

import pytest
from api_server import PASSWORD, Server, until
from conftest import ALERT, Nextjob

sys.path.append(str(Path(__file__).parents[1] / "fakes"))
from smtp_server import SmtpServer  # noqa: E402

NEW_PASSWORD = "staple and a violet lamp"
WRONG_PASSWORD = "a guess that is not it"
SERVICE_SECRET = "gmail-service-secret-0123456789"
SECRETS = {"SECRET_KEY": "user-key-" + "u" * 40, "SERVICE_JWT_SECRET": "service-key-" + "s" * 40,
           "SECRET_KEY_PREVIOUS": "older-key-" + "o" * 40, "SERVICE_SECRET_GMAIL_SERVICE": SERVICE_SECRET}
# Of the mail that is imported: who wrote, the subject, an offer, its employer, place and link.
MAIL = ["alerts@hiring.example", "Job Alerts", "2 new jobs", "Senior Data Engineer", "Amber Analytics", "Welder", "Fjord",
        "Oslo", "jobs.hiring.example", "alert-1@hiring.example"]


class Journey:
    """A server, and all that its log must not hold."""

    def __init__(self, program, directory, **environment):
        self.nextjob = Nextjob(program, directory)
        self.server = Server(self.nextjob, **(SECRETS | environment))
        self.private = {PASSWORD, NEW_PASSWORD, WRONG_PASSWORD, *SECRETS.values(), *MAIL}

    def user(self):
        user = self.server.user()
        self.private |= {user.email, user.access, user.refresh}
        return user

    def call(self, *arguments, **more):
        """A request whose reply may bring tokens."""
        reply = self.server.call(*arguments, **more)
        try:
            brought = json.loads(reply.body)
        except ValueError:
            return reply
        if isinstance(brought, dict):
            self.private |= {brought[name] for name in ("access", "refresh", "access_token") if name in brought}
        return reply

    def log(self):
        return self.server.log.read_text()

    def check(self):
        """Stops the server and reads its log: lines of JSON, none of them private."""
        assert self.server.stop() == 0
        text = self.log()
        lines = [json.loads(line) for line in text.splitlines()]
        assert lines and all({"time", "level", "event"} <= set(line) for line in lines)
        for private in self.private | {base64.b64encode(one.encode()).decode() for one in self.private}:
            assert private.lower() not in text.lower(), private
        assert "127.0.0.1" not in text, "nor the address of a client"
        return lines


@pytest.fixture
def mail():
    server = SmtpServer()
    yield server
    server.close()


@pytest.fixture
def journey(program, tmp_path, mail):
    return Journey(program, tmp_path, SMTP_URL=mail.url, MAIL_FROM="NextJob AI <sender@example.org>",
                   PUBLIC_URL="https://jobs.example.org")


def token_for(mail, user, page):
    """The token of the last link to this page that the user was sent."""
    def found():
        texts = [one.get_content() for one in mail.letters if one.recipients == [user.email]]
        return [one[1] for text in texts if (one := re.search(page + r"\?token=(\S+)", text))]
    return until(found, bool)[-1]


def events(lines, name):
    return [line for line in lines if line["event"] == name]


def test_signing_up_in_and_out(journey, mail):
    user = journey.user()
    verify = token_for(mail, user, "/verify")
    journey.private.add(verify)
    assert journey.call("GET", "/verify?token=" + verify).status == 200
    assert journey.call("POST", "/auth/verify", {"token": verify}).status == 200
    for username, password in ((user.email, WRONG_PASSWORD), ("nobody@example.org", PASSWORD), ("no address", PASSWORD)):
        assert journey.call("POST", "/auth/jwt/login", form={"username": username, "password": password}).status == 400
    journey.private.add("nobody@example.org")
    assert journey.call("POST", "/auth/jwt/refresh", {"refresh": user.refresh}).status == 200
    assert journey.call("POST", "/auth/jwt/refresh", {"refresh": user.refresh}).status == 401
    user.sign_in()
    journey.private |= {user.access, user.refresh}
    device = {"User-Agent": "Ada's own telephone"}
    journey.private.add(device["User-Agent"])
    assert journey.call("POST", "/auth/jwt/login", form={"username": user.email, "password": PASSWORD}, headers=device).status == 200
    assert user.call("POST", "/auth/jwt/logout", {}).status == 204
    lines = journey.check()
    logins = [line["status"] for line in events(lines, "request") if line["route"] == "/auth/jwt/login"]
    assert sorted(logins) == [200, 200, 200, 400, 400, 400], "what was tried is there, without who and with what"


def test_passwords_and_addresses_that_change(journey, mail):
    user = journey.user()
    assert journey.call("POST", "/auth/forgot-password", {"email": user.email}).status == 202
    assert journey.call("POST", "/auth/forgot-password", {"email": "stranger@example.org"}).status == 202
    reset = token_for(mail, user, "/reset-password")
    journey.private |= {reset, "stranger@example.org", "moved@example.org"}
    assert journey.call("GET", "/reset-password?token=" + reset).status == 200
    assert journey.call("POST", "/reset-password", form={"token": reset + "x", "password": NEW_PASSWORD}).status == 400
    assert journey.call("POST", "/auth/reset-password", {"token": reset, "password": NEW_PASSWORD}).status == 204
    signed_in = journey.call("POST", "/auth/jwt/login", form={"username": user.email, "password": NEW_PASSWORD})
    user.access = signed_in.json["access"]
    assert user.call("PATCH", "/users/me", {"email": "moved@example.org", "current_password": WRONG_PASSWORD}).status == 400
    assert user.call("PATCH", "/users/me", {"email": "moved@example.org", "full_name": "Augusta Byron",
                                            "current_password": NEW_PASSWORD}).status == 200
    journey.private.add("Augusta Byron")
    assert user.call("POST", "/auth/change-password", {"current_password": NEW_PASSWORD, "new_password": PASSWORD}).status == 204
    assert user.call("DELETE", "/users/me").status == 204
    lines = journey.check()
    assert events(lines, "mail_sent"), "that a letter went out is there, without its reader"


def test_mail_that_comes_in(journey):
    user = journey.user()
    assert user.import_mail(ALERT.encode(), kind="message/rfc822", name="mail of Ada.eml")["state"] == "done"
    journey.private |= {"mail of Ada", "violin"}
    number = user.offers()[0]["id"]
    assert user.call("GET", f"/job-offers/{number}").status == 200
    assert user.call("GET", "/job-offers?q=Fjord+Machines&company=Amber+Analytics").status == 200
    user.call("POST", "/user_skills", {"name": "Violin making"})
    user.import_mail(b"\x89PNG Amber Analytics\0\1\2" * 50, name="mail of Ada.mbox")
    broken = b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"mail of Ada.eml\"\r\n\r\n" + ALERT.encode()
    assert user.call("POST", "/import", broken, headers={"Content-Type": "multipart/form-data; boundary=x"}).status == 400
    assert events(journey.check(), "import_read"), "that a file was read is there, without its name"


def test_services_and_their_secrets(journey):
    journey.private.add("another-secret-0123456789")
    for secret in (SERVICE_SECRET, "another-secret-0123456789"):
        journey.call("POST", "/auth/token", {"service_name": "gmail_service", "service_secret": secret})
    tokens = [one for one in journey.private if one.count(".") == 2]
    for token in tokens + ["not.a.token"]:
        journey.call("GET", "/service/google-creds/all", token=token)
    assert any(line["status"] >= 400 for line in events(journey.check(), "request"))


def test_requests_that_are_wrong(journey):
    user = journey.user()
    words = "ada.lovelace@example.org"
    journey.private.add(words)
    for path in (f"/nowhere/{words}", f"/job-offers/{words}", f"/job-offers?limit={words}", f"/job-offers?order={words}",
                 f"/%00{words}", f"/x%0d%0aSet-Cookie:{words}"):
        assert user.call("GET", path).status >= 400
    assert journey.call("POST", "/auth/register", {"email": words, "password": "short"}).status == 422
    assert journey.call("POST", "/auth/register", f'{{"email": "{words}", "password": "{PASSWORD}"'.encode(),
                        headers={"Content-Type": "application/json"}).status == 422
    assert journey.call("GET", "/users/me", token=user.access[:-2] + "xx").status == 401
    assert journey.call("GET", "/users/me", headers={"Authorization": "Basic " + base64.b64encode(
        f"{words}:{PASSWORD}".encode()).decode()}).status == 401
    assert journey.call("GET", "/health", headers={"Host": "ada.lovelace.example"}).status == 400
    assert journey.call("GET", "/health", headers={"X-Request-ID": f"{words}\", \"level\": \"no"}).status == 200
    journey.private |= {"ada.lovelace.example", user.access[:-2]}
    for raw in (f"GARBAGE {words} {PASSWORD}\r\n\r\n", f"POST /auth/jwt/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"
                f"Transfer-Encoding: chunked\r\n\r\n{PASSWORD}", f"GET /{words} HTTP/1.1\r\nX: {'y' * 20000}\r\n\r\n"):
        with socket.create_connection((journey.server.host, journey.server.port), timeout=30) as wire:
            wire.sendall(raw.encode())
            assert wire.recv(1000).startswith(b"HTTP/1.1 4")
    journey.check()


def test_a_mail_server_that_says_too_much(program, tmp_path, mail):
    mail.refuse = ["550 <ada.lovelace@example.org> is unknown here:"]
    url = mail.url.replace("smtp://", "smtp://postman:letter-box-key@")
    journey = Journey(program, tmp_path, SMTP_URL=url, MAIL_FROM="jobs@example.org")
    journey.private |= {"ada.lovelace@example.org", "letter-box-key", "postman"}
    journey.user()
    until(lambda: "mail_given_up" in journey.log(), bool)
    assert events(journey.check(), "mail_given_up")


def test_settings_that_are_wrong_are_told_without_their_secrets(program, tmp_path):
    nextjob = Nextjob(program, tmp_path)
    for name, value in (("SECRET_KEY", "hush-short"), ("SERVICE_JWT_SECRET", "hush-short"), ("SECRET_KEY_PREVIOUS", "hush-short"),
                        ("SERVICE_SECRET_GMAIL_SERVICE", "hush"), ("SMTP_URL", "imap://postman:hush@mail.example.org"),
                        ("DATABASE_URL", "mysql://nextjob:hush@db.example.org/nextjob")):
        said = nextjob.run("serve", status=1, env={"PORT": "0", name: value})
        assert name in said.stderr
        assert "hush" not in said.stdout + said.stderr, name
