"""Who is who: passwords changed and reset, addresses confirmed, sessions listed and ended, keys replaced."""
import html
import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from api_server import PASSWORD, Server, User, problems, until
from conftest import Nextjob

sys.path.append(str(Path(__file__).parents[1] / "fakes"))
from smtp_server import SmtpServer  # noqa: E402

OTHER = "a new and better one"


@pytest.fixture(scope="module")
def mail():
    server = SmtpServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def server(program, tmp_path_factory, mail):
    running = Server(Nextjob(program, tmp_path_factory.mktemp("identity")), SMTP_URL=mail.url,
                     MAIL_FROM="NextJob AI <jobs@example.org>", PUBLIC_URL="https://jobs.example.org/")
    yield running
    assert running.stop() == 0


def letter_to(mail, user, subject):
    """The last letter to this user about this, and the token of its link."""
    def found():
        return [one for one in mail.letters if one.recipients == [user.email] and subject in one["Subject"]]
    letter = until(found, bool)[-1]
    link = re.search(r"https://jobs\.example\.org(/\S+)\?token=(\S+)", letter.get_content())
    return link[1], link[2]


def sign_in(server, user, password):
    return server.call("POST", "/auth/jwt/login", form={"username": user.email, "password": password})


def test_a_new_user_confirms_the_address(server, mail):
    user = server.user()
    page, token = letter_to(mail, user, "Confirm")
    assert page == "/verify"
    assert user.get("/users/me")["is_verified"] is False
    reply = server.call("POST", "/auth/verify", {"token": token})
    assert reply.status == 200 and reply.json["is_verified"] is True
    assert user.get("/users/me")["is_verified"] is True


def test_the_link_of_the_mail_leads_to_a_page_that_does_nothing_by_itself(server, mail):
    user = server.user()
    _, token = letter_to(mail, user, "Confirm")
    page = server.call("GET", "/verify?token=" + token)
    assert page.status == 200 and page.headers["content-type"].startswith("text/html")
    assert user.get("/users/me")["is_verified"] is False
    hidden = html.unescape(re.search(r'name="token" value="([^"]*)"', page.body.decode())[1])
    assert hidden == token
    assert server.call("POST", "/verify", form={"token": hidden}).status == 200
    assert user.get("/users/me")["is_verified"] is True


def test_what_comes_in_a_link_is_not_markup(server):
    page = server.call("GET", "/reset-password?token=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert b"<script>" not in page.body
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_forgotten_password_is_replaced_once(server, mail):
    user = server.user()
    assert server.call("POST", "/auth/forgot-password", {"email": user.email.upper()}).status == 202
    page, token = letter_to(mail, user, "new password")
    assert page == "/reset-password"
    assert server.call("POST", "/auth/reset-password", {"token": token, "password": "short"}).status == 422
    common = server.call("POST", "/auth/reset-password", {"token": token, "password": "iloveyou"})
    assert problems(common) == [("body.password", "password_common")]
    assert server.call("POST", "/auth/reset-password", {"token": token, "password": OTHER}).status == 204
    assert sign_in(server, user, PASSWORD).status == 400
    assert sign_in(server, user, OTHER).status == 200
    assert server.call("POST", "/auth/jwt/refresh", {"refresh": user.refresh}).status == 401, "signed out everywhere"
    assert user.call("GET", "/users/me").status == 401
    again = server.call("POST", "/auth/reset-password", {"token": token, "password": PASSWORD})
    assert (again.status, again.json) == (400, {"detail": "RESET_PASSWORD_BAD_TOKEN"})


def test_the_page_sets_a_password_too(server, mail):
    user = server.user()
    server.call("POST", "/auth/forgot-password", {"email": user.email})
    _, token = letter_to(mail, user, "new password")
    assert server.call("POST", "/reset-password", form={"token": token, "password": "short"}).status == 422
    common = server.call("POST", "/reset-password", form={"token": token, "password": "iloveyou"})
    assert common.status == 422 and b"Choose another one" in common.body
    assert server.call("POST", "/reset-password", form={"token": token, "password": OTHER}).status == 200
    assert server.call("POST", "/reset-password", form={"token": token, "password": OTHER}).status == 400
    assert sign_in(server, user, OTHER).status == 200


def test_nobody_learns_who_has_an_account(server, mail):
    before = len(mail.letters)
    for path in ("/auth/forgot-password", "/auth/request-verify-token"):
        reply = server.call("POST", path, {"email": "nobody@example.org"})
        assert (reply.status, reply.json) == (202, None)
    assert len(mail.letters) == before


def test_nobody_is_flooded_with_letters(server):
    user = server.user()
    replies = [server.call("POST", "/auth/forgot-password", {"email": user.email}) for _ in range(5)]
    assert [reply.status for reply in replies[-2:]] == [429, 429]
    assert int(replies[-1].headers["retry-after"]) > 0
    assert server.call("POST", "/auth/forgot-password", {"email": "someone.else@example.org"}).status == 202


@pytest.mark.parametrize("path, body", [("/auth/verify", {}), ("/auth/reset-password", {"password": OTHER})])
def test_tokens_for_other_ends_open_nothing(server, mail, path, body):
    user = server.user()
    _, verify = letter_to(mail, user, "Confirm")
    server.call("POST", "/auth/forgot-password", {"email": user.email})
    _, reset = letter_to(mail, user, "new password")
    wrong = reset if path == "/auth/verify" else verify
    for token in (wrong, user.access, user.refresh, "x", verify[:-2] + "xx"):
        if token == verify and path == "/auth/verify":
            continue
        assert server.call("POST", path, {"token": token, **body}).status == 400
    assert server.call("GET", "/users/me", token=reset).status == 401


def test_a_link_dies_with_the_address_that_it_was_for(server, mail):
    user = server.user()
    _, token = letter_to(mail, user, "Confirm")
    changed = user.call("PATCH", "/users/me", {"email": "moved-" + user.email, "current_password": PASSWORD})
    assert changed.status == 200 and changed.json["is_verified"] is False
    assert server.call("POST", "/auth/verify", {"token": token}).status == 400
    user.email = "moved-" + user.email
    letter_to(mail, user, "Confirm")


def test_what_opens_the_account_changes_only_with_the_password(server):
    user = server.user()
    for body in ({"email": "eve@example.com"}, {"password": OTHER}):
        assert user.call("PATCH", "/users/me", body).status == 400
        assert user.call("PATCH", "/users/me", body | {"current_password": "wrong"}).status == 400
    assert user.call("PATCH", "/users/me", {"full_name": "Ada"}).status == 200


def test_a_changed_password_signs_the_other_devices_out(server):
    user = server.user()
    other = sign_in(server, user, PASSWORD).json
    wrong = user.call("POST", "/auth/change-password", {"current_password": "guess", "new_password": OTHER})
    assert wrong.status == 400
    assert user.call("POST", "/auth/change-password",
                     {"current_password": PASSWORD, "new_password": OTHER}).status == 204
    assert user.call("GET", "/users/me").status == 200
    assert server.call("GET", "/users/me", token=other["access"]).status == 401
    assert server.call("POST", "/auth/jwt/refresh", {"refresh": other["refresh"]}).status == 401
    assert server.call("POST", "/auth/jwt/refresh", {"refresh": user.refresh}).status == 200
    assert sign_in(server, user, OTHER).status == 200


@pytest.mark.parametrize("method, path, named", [("POST", "/auth/change-password", "new_password"),
                                                 ("PATCH", "/users/me", "password")])
def test_of_changes_at_once_one_counts(server, method, path, named):
    user = server.user()
    passwords = [f"violet lamp number {number}" for number in range(4)]

    def change(password):
        return user.call(method, path, {"current_password": PASSWORD, named: password}).status

    with ThreadPoolExecutor(len(passwords)) as threads:
        statuses = list(threads.map(change, passwords))
    # The others prove a password that is replaced meanwhile, or was already; a new one by PATCH signs all out.
    assert sum(status in (200, 204) for status in statuses) == 1, statuses
    assert set(statuses) <= {200, 204, 400, 401, 409}
    good = [sign_in(server, user, password).status == 200 for password in passwords]
    assert good == [status in (200, 204) for status in statuses], "the one that was told so"


def test_guessing_the_current_password_is_slowed_down(server):
    user = server.user()
    body = {"current_password": "guess", "new_password": OTHER}
    statuses = [user.call("POST", "/auth/change-password", body).status for _ in range(12)]
    assert statuses[0] == 400 and statuses[-1] == 429


def test_sessions_are_listed_and_ended(server):
    user = server.user()
    phone = server.call("POST", "/auth/jwt/login", form={"username": user.email, "password": PASSWORD},
                        headers={"User-Agent": "Phone"}).json
    sessions = user.get("/auth/sessions")
    assert [one["current"] for one in sessions].count(True) == 1
    his = next(one for one in sessions if one["device"] == "Phone")
    stranger = server.user()
    assert stranger.call("DELETE", f"/auth/sessions/{his['id']}").status == 404
    assert user.call("DELETE", f"/auth/sessions/{his['id']}").status == 204
    assert server.call("GET", "/users/me", token=phone["access"]).status == 401, "at once, not when the token runs out"
    assert len(user.get("/auth/sessions")) == 1
    sign_in(server, user, PASSWORD)
    assert user.call("DELETE", "/auth/sessions").status == 204
    assert [one["current"] for one in user.get("/auth/sessions")] == [True]


def test_letters_wait_while_the_mail_server_is_unwell(program, tmp_path):
    mail = SmtpServer()
    mail.refuse = [451]
    server = Server(Nextjob(program, tmp_path), SMTP_URL=mail.url, MAIL_FROM="jobs@example.org")
    user = server.user()
    assert mail.wait_for(1).recipients == [user.email]
    events = [json.loads(line)["event"] for line in server.log.read_text().splitlines()]
    assert "mail_waits" in events
    assert user.email not in server.log.read_text()
    assert server.stop() == 0
    mail.close()


def test_without_a_mail_server_the_link_is_in_the_log(program, tmp_path):
    server = Server(Nextjob(program, tmp_path))
    user = server.user()
    line = until(lambda: [one for one in server.log.read_text().splitlines() if "mail_not_sent" in one], bool)[0]
    link = re.search(r"http://\S+/verify\?token=(\S+)", json.loads(line)["text"])
    assert server.call("POST", "/auth/verify", {"token": link[1]}).status == 200
    assert user.email not in server.log.read_text()
    assert server.stop() == 0


def test_a_key_is_replaced_without_signing_anyone_out(program, tmp_path):
    nextjob = Nextjob(program, tmp_path)
    old, new = "o" * 64, "n" * 64
    server = Server(nextjob, SECRET_KEY=old)
    user = server.user()
    assert server.stop() == 0
    user.server = server = Server(nextjob, SECRET_KEY=new, SECRET_KEY_PREVIOUS=old)
    assert user.call("GET", "/users/me").status == 200
    newer = sign_in(server, user, PASSWORD).json["access"]
    assert server.stop() == 0
    user.server = server = Server(nextjob, SECRET_KEY=new)
    assert user.call("GET", "/users/me").status == 401
    assert server.call("GET", "/users/me", token=newer).status == 200
    assert server.stop() == 0
