"""Signing up, in and out over HTTP."""
import base64
import hashlib
import hmac
import json
import time

import pytest
from api_server import PASSWORD, Server, User, problems
from conftest import ADA, Nextjob


@pytest.fixture(scope="module")
def server(program, tmp_path_factory):
    running = Server(Nextjob(program, tmp_path_factory.mktemp("auth")))
    yield running
    assert running.stop() == 0


def login(server, username, password):
    return server.call("POST", "/auth/jwt/login", form={"username": username, "password": password})


def exchange(server, refresh):
    return server.call("POST", "/auth/jwt/refresh", {"refresh": refresh})


def test_a_new_user_signs_in(server):
    reply = server.call("POST", "/auth/register", {"email": "Grace@Example.org", "password": PASSWORD, "full_name": "Grace"})
    assert reply.status == 201
    assert reply.json["email"] == "grace@example.org"
    assert "password" not in reply.body.decode().lower()
    signed_in = login(server, "GRACE@example.org", PASSWORD)
    assert signed_in.status == 200
    assert set(signed_in.json) == {"access", "refresh", "token_type", "user"}
    assert signed_in.json["token_type"] == "bearer"
    assert signed_in.json["user"]["id"] == reply.json["id"]
    assert signed_in.headers["cache-control"] == "no-store"
    me = server.call("GET", "/users/me", token=signed_in.json["access"])
    assert me.json == signed_in.json["user"]
    assert me.json["full_name"] == "Grace"


def test_registration_can_be_closed(program, tmp_path):
    nextjob = Nextjob(program, tmp_path)
    nextjob.add_user()
    server = Server(nextjob, REGISTRATION="closed")
    reply = server.call("POST", "/auth/register", {"email": "bob@example.org", "password": PASSWORD})
    assert (reply.status, "Ask whoever runs it" in reply.json["detail"]) == (403, True)
    assert server.call("POST", "/auth/jwt/login", form={"username": ADA, "password": PASSWORD}).status == 200
    assert server.stop() == 0


def test_registration_gives_no_privileges(server):
    reply = server.call("POST", "/auth/register", {"email": "eve@example.org", "password": PASSWORD, "is_superuser": True,
                                                   "is_verified": True, "is_active": False, "id": 1})
    assert reply.status == 201
    assert (reply.json["is_superuser"], reply.json["is_verified"], reply.json["is_active"]) == (False, False, True)


def test_an_address_registers_once(server):
    user = server.user()
    again = server.call("POST", "/auth/register", {"email": user.email.upper(), "password": PASSWORD})
    assert (again.status, again.json) == (400, {"detail": "REGISTER_USER_ALREADY_EXISTS"})


@pytest.mark.parametrize("body, found", [
    ({}, [("body.email", "missing"), ("body.password", "missing")]),
    ({"email": "nobody", "password": PASSWORD}, [("body.email", "value_error")]),
    ({"email": "a@b.example", "password": "short"}, [("body.password", "string_too_short")]),
    ({"email": "a@b.example", "password": "x" * 1025}, [("body.password", "string_too_long")]),
    ({"email": 5, "password": None}, [("body.email", "string_type"), ("body.password", "string_type")]),
    ([], [("body", "model_attributes_type")]),
    (b"{", [("body", "json_invalid")]),
    (b"", [("body", "missing")]),
    (b"\xff\xfe", [("body", "json_invalid")]),
    (b"[" * 100_000, [("body", "json_invalid")]),
])
def test_registration_names_what_is_wrong(server, body, found):
    assert problems(server.call("POST", "/auth/register", body, headers={"Content-Type": "application/json"})) == found


@pytest.mark.parametrize("password", ["password", "12345678", "Password123!", "nextjob2026", "quartzberg1", "Orchidfarm7"])
def test_passwords_that_others_would_guess_are_not_taken(server, password):
    address = "quartzberg@orchidfarm.example"
    reply = server.call("POST", "/auth/register", {"email": address, "password": password})
    assert problems(reply) == [("body.password", "password_common")]
    assert "Choose another one" in reply.json["detail"][0]["msg"]
    user = server.user()
    change = user.call("PATCH", "/users/me", {"password": "iloveyou", "current_password": PASSWORD})
    assert problems(change) == [("body.password", "password_common")]
    change = user.call("POST", "/auth/change-password", {"current_password": PASSWORD, "new_password": "iloveyou"})
    assert problems(change) == [("body.new_password", "password_common")]
    assert login(server, user.email, PASSWORD).status == 200, "and nothing was changed"


def test_wrong_credentials_do_not_tell_who_exists(server):
    user = server.user()
    wrong, unknown = login(server, user.email, "wrong password"), login(server, "nobody@example.org", PASSWORD)
    assert (wrong.status, wrong.json) == (unknown.status, unknown.json) == (400, {"detail": "LOGIN_BAD_CREDENTIALS"})
    assert login(server, "no address at all", "x" * 100_000).json == {"detail": "LOGIN_BAD_CREDENTIALS"}


def test_login_wants_a_form(server):
    assert problems(server.call("POST", "/auth/jwt/login", form={"username": "a"})) == [("body.password", "missing")]
    assert server.call("POST", "/auth/jwt/login", {"username": "a", "password": "b"}).status == 415


def test_guessing_is_slowed_down(server):
    user = server.user()
    replies = [login(server, user.email, "guess") for _ in range(11)]
    assert [reply.status for reply in replies] == [400] * 10 + [429]
    assert int(replies[-1].headers["retry-after"]) >= 1
    assert login(server, user.email, PASSWORD).status == 429, "even with the right one"
    assert User(server).access, "others are not held up"


def test_a_refresh_token_is_good_for_one_exchange(server):
    user = server.user()
    first = exchange(server, user.refresh)
    assert first.status == 200
    assert first.json["refresh"] != user.refresh
    assert server.call("GET", "/users/me", token=first.json["access"]).status == 200
    second = exchange(server, first.json["refresh"])
    assert second.status == 200
    assert exchange(server, user.refresh).status == 401, "the first is dead"
    assert exchange(server, second.json["refresh"]).status == 401, "and its second use ended the session"
    user.sign_in()
    assert exchange(server, user.refresh).status == 200, "other sessions go on"


def test_reuse_ends_the_session_and_its_access_at_once(server):
    user = server.user()
    thief = exchange(server, user.refresh).json
    for token in (user.access, thief["access"]):
        assert server.call("GET", "/users/me", token=token).status == 200, "and now the server knows it"
    assert exchange(server, user.refresh).status == 401, "there is no time in which the old one would do"
    for token in (user.access, thief["access"]):
        assert server.call("GET", "/users/me", token=token).status == 401
    assert exchange(server, thief["refresh"]).status == 401
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert user.id in [line["user_id"] for line in lines if "used before" in (line.get("reason") or "")], "the log says whose"


@pytest.mark.parametrize("refresh", ["", "nonsense", "x" * 600])
def test_a_refresh_token_that_never_was(server, refresh):
    assert exchange(server, refresh).status in (401, 422)


def test_signing_out_ends_the_session(server):
    user = server.user()
    assert server.call("POST", "/auth/jwt/logout", {"refresh": user.refresh}).status == 204
    assert exchange(server, user.refresh).status == 401
    user.sign_in()
    assert user.call("POST", "/auth/jwt/logout").status == 204, "by the access token alone"
    assert exchange(server, user.refresh).status == 401
    assert server.call("POST", "/auth/jwt/logout").status == 401


def test_users_change_themselves(server):
    user, other = server.user(), server.user()
    changed = user.call("PATCH", "/users/me", {"full_name": "Ada", "is_superuser": True, "id": other.id})
    assert (changed.status, changed.json["full_name"], changed.json["is_superuser"]) == (200, "Ada", False)
    assert changed.json["id"] == user.id
    taken = user.call("PATCH", "/users/me", {"email": other.email, "current_password": PASSWORD})
    assert (taken.status, taken.json) == (400, {"detail": "UPDATE_USER_EMAIL_ALREADY_EXISTS"})
    assert problems(user.call("PATCH", "/users/me", {"password": "short"})) == [("body.password", "string_too_short")]


def test_a_new_password_ends_all_sessions(server):
    user = server.user()
    assert user.call("PATCH", "/users/me", {"password": "another password", "current_password": PASSWORD}).status == 200
    assert exchange(server, user.refresh).status == 401
    assert login(server, user.email, PASSWORD).status == 400
    assert login(server, user.email, "another password").status == 200


def test_users_who_leave_are_gone(server):
    user = server.user()
    assert user.call("DELETE", "/users/me").status == 204
    assert user.call("GET", "/users/me").status == 401
    assert user.call("GET", "/job-offers").status == 401
    assert exchange(server, user.refresh).status == 401
    assert login(server, user.email, PASSWORD).status == 400
    assert server.call("POST", "/auth/register", {"email": user.email, "password": PASSWORD}).status == 201


def encode(part):
    return base64.urlsafe_b64encode(part if isinstance(part, bytes) else json.dumps(part).encode()).rstrip(b"=").decode()


def forged_tokens(user):
    header, claims, signature = user.access.split(".")
    known = json.loads(base64.urlsafe_b64decode(claims + "=="))
    yield "unsigned", f"{encode({'alg': 'none'})}.{claims}."
    yield "none with its signature", f"{encode({'alg': 'none'})}.{claims}.{signature}"
    yield "another user", f"{header}.{encode(known | {'sub': str(user.id + 1)})}.{signature}"
    yield "longer life", f"{header}.{encode(known | {'exp': int(time.time()) + 10**9})}.{signature}"
    body = f"{header}.{claims}"
    guessed = hmac.new(b"secret" * 8, body.encode(), hashlib.sha256).digest()
    yield "another key", f"{body}.{encode(guessed)}"
    yield "no signature", body
    yield "a refresh token", user.refresh
    yield "nothing", ""
    yield "too long", "a" * 10_000


def test_forged_tokens_open_nothing(server):
    user = server.user()
    for why, token in forged_tokens(user):
        reply = server.call("GET", "/users/me", headers={"Authorization": f"Bearer {token}"})
        assert (reply.status, reply.json) == (401, {"detail": "Unauthorized"}), why
        assert reply.headers["www-authenticate"] == "Bearer"
    for value in (user.access, f"Basic {user.access}", f"Bearer{user.access}"):
        assert server.call("GET", "/users/me", headers={"Authorization": value}).status == 401


def test_tokens_outlive_the_server(program, tmp_path):
    nextjob = Nextjob(program, tmp_path)
    first = Server(nextjob)
    user = first.user()
    assert first.stop() == 0
    second = Server(nextjob)
    assert second.call("GET", "/users/me", token=user.access).status == 200
    assert exchange(second, user.refresh).status == 200
    assert second.stop() == 0
