"""The API against who means it ill: every route with wrong tokens, wrong ids, wrong bodies. Never a fault of the server's,
always a reply that the description has."""
import base64
import hashlib
import hmac
import json
import socket
import time

import openapi
import pytest
from api_server import SERVICES, Server
from conftest import ALERT, Nextjob

SECRET = {"SECRET_KEY": "k" * 32, "SERVICE_JWT_SECRET": "j" * 32}
OPERATIONS = openapi.operations()
GUARDED = [one for one in OPERATIONS if one.schemes & {"accessToken", "serviceToken"}]


def by_name(operation):
    return operation.name


@pytest.fixture(scope="module")
def nextjob(program, tmp_path_factory):
    running = Nextjob(program, tmp_path_factory.mktemp("attack"))
    running.run("user", "add", "--email", "root@example.org", "--superuser", "--password-stdin", input="correct horse battery\n")
    return running


@pytest.fixture(scope="module")
def server(nextjob):
    running = Server(nextjob, **SERVICES, **SECRET)
    yield running
    log = running.log.read_text()
    assert running.stop() == 0
    assert '"event":"fault"' not in log and "connection_fault" not in log


@pytest.fixture(scope="module")
def ada(server):
    user = server.user()
    user.import_mail(ALERT.encode(), kind="message/rfc822")
    return user


@pytest.fixture(scope="module")
def mallory(server):
    return server.user()


@pytest.fixture(scope="module")
def root(server):
    reply = server.call("POST", "/auth/jwt/login", form={"username": "root@example.org", "password": "correct horse battery"})
    return reply.json["access"]


@pytest.fixture(scope="module")
def services(server):
    return {name: server.service(name).token for name in ("gmail_service", "digest_generator")}


def body_of(operation):
    return operation.example() if operation.body_schema() else b"" if operation.item.get("requestBody") else None


def send(server, operation, token=None, target=None, **more):
    return server.call(operation.method, target or operation.target(), more.pop("body", body_of(operation)), token=token, **more)


def part(text):
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def forged(token, secret, header=None, **claims):
    """The token with other claims, signed by this secret."""
    head, payload, _ = token.split(".")
    known = json.loads(base64.urlsafe_b64decode(payload + "=="))
    if header:
        head = part(json.dumps(header).encode())
    text = head + "." + part(json.dumps(known | claims).encode())
    return text + "." + part(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())


@pytest.mark.parametrize("operation", GUARDED, ids=by_name)
def test_no_token_or_a_wrong_one_opens_nothing(server, ada, services, operation):
    service = "serviceToken" in operation.schemes
    real, secret = (services["gmail_service"], SECRET["SERVICE_JWT_SECRET"]) if service else (ada.access, SECRET["SECRET_KEY"])
    other = ada.access if service else services["digest_generator"]
    wrong = {"none": None, "nonsense": "nonsense", "dots": "..", "broken base64": real.rsplit(".", 1)[0] + ".ARS24=AA", "long": "x" * 5000, "refresh token": ada.refresh,
             "of the other kind": other, "expired": forged(real, secret, exp=int(time.time()) - 10),
             "endless": forged(real, secret, exp=None), "of another key": forged(real, "z" * 32),
             "unsigned": real.rsplit(".", 1)[0] + ".", "without algorithm": forged(real, secret, {"alg": "none"}),
             "of the other secret": forged(other, secret), "of no type": forged(real, secret, type=None, scope=None)}
    for kind, token in wrong.items():
        reply = send(server, operation, token)
        assert (reply.status, reply.json) == (401, {"detail": "Unauthorized"}), kind
        assert reply.headers["www-authenticate"] == "Bearer"


def test_a_token_is_a_bearer_token_and_nothing_else(server, ada):
    for header in (ada.access, "Basic " + ada.access, "Bearer", "Bearer ", "Bearer  " + ada.access, f"Bearer {ada.access} x"):
        assert server.call("GET", "/users/me", headers={"Authorization": header}).status == 401, header
    assert server.call("GET", "/users/me?access_token=" + ada.access).status == 401
    assert server.call("GET", "/users/me", headers={"Cookie": "access=" + ada.access}).status == 401


def test_superusers_routes_are_closed_to_others(server, ada, root):
    for operation in GUARDED:
        if operation.path in ("/users", "/users/{id}"):
            assert send(server, operation, ada.access).status == 403, operation.name
    assert server.call("GET", "/users", token=root).status == 200


@pytest.mark.parametrize("operation", [one for one in GUARDED if "{id}" in one.path and "accessToken" in one.schemes
                                       and not one.path.startswith("/users")], ids=by_name)
def test_what_is_a_strangers_is_not_there(server, ada, mallory, operation):
    numbers = {"/job-offers": ada.offers()[0]["id"], "/import": ada.get("/imports")["results"][0]["id"], "/user_skills": ada.id,
               "/auth/sessions": ada.get("/auth/sessions")[0]["id"], "/messages": ada.get("/messages")["results"][0]["id"]}
    number = next(value for prefix, value in numbers.items() if operation.path.startswith(prefix))
    reply = send(server, operation, mallory.access, operation.target(str(number)))
    assert (reply.status, reply.json) == (404, {"detail": "Not Found"})
    assert len(ada.offers()) == 2


IDS = ["0", "-1", "1.0", "1e3", "0x10", " 1", "+1", "9223372036854775807", "9223372036854775808", "9" * 400, "NaN", "null",
       "'; drop table users; --", "1 or 1=1", "../1", "1;2", "${7*7}", "{{7*7}}", "%0d%0aX: y", "\u0661", "\U0001f680", "\u202e1"]


@pytest.mark.parametrize("operation", [one for one in GUARDED if "{id}" in one.path], ids=by_name)
def test_ids_that_are_none(server, mallory, root, services, operation):
    admin = operation.path.startswith("/users")
    for number in IDS:
        tokens = services.values() if "serviceToken" in operation.schemes else [root if admin else mallory.access]
        statuses = {send(server, operation, token, operation.target(number)).status for token in tokens}
        assert statuses <= {404, 403}, number


DEEP = b'{"a":' * 5000 + b"1" + b"}" * 5000
BODIES = {"empty": b"", "not JSON": b"{", "half": b'{"a":', "null": b"null", "number": b"1", "text": b'"x"', "list": b"[]",
          "lists": b"[" * 5000 + b"]" * 5000, "deep": DEEP, "broken UTF-8": b'{"name":"\xff\xfe\xc0\xaf"}',
          "lone surrogate": b'{"name":"\\ud800"}', "UTF-16": '{"name":"x"}'.encode("utf-16"), "mark": b'\xef\xbb\xbf{}',
          "NaN": b'{"match_score": NaN}', "huge": b'{"user_id": 1e999}', "digits": b'{"user_id": ' + b"9" * 5000 + b"}",
          "twice": b'{"status":"saved","status":1}', "proto": b'{"__proto__":{"is_superuser":true}}', "NUL": b'{"name":"a\\u0000b"}',
          "many": b'{"names":[' + b",".join([b'"x"'] * 20000) + b"]}", "rest": b"{} {}", "comment": b"{/* */}"}
# JSON objects, if odd ones: refused only where a field that counts is wrong.
OBJECTS = {"huge", "digits", "twice", "proto", "NUL", "lone surrogate", "many", "broken UTF-8"}


@pytest.mark.parametrize("kind", BODIES)
def test_bodies_that_are_wrong(server, root, services, kind):
    user = server.user()
    # Nobody pushes to this server; what push makes of bodies, its own tests say.
    taking = [one for one in OPERATIONS if one.body_schema() and one.item["requestBody"].get("required") and one.path != "/import"
              and "googlePush" not in one.schemes]
    for operation in taking:
        token = root if operation.path.startswith("/users/{") else user.access
        if operation.path == "/auth/jwt/logout":
            token = None  # it would end the session
        if "serviceToken" in operation.schemes:
            token = services["gmail_service" if "ledger" in operation.path or "mailboxes" in operation.path else "digest_generator"]
        reply = send(server, operation, token, operation.target(str(user.id)), body=BODIES[kind],
                     headers={"Content-Type": "application/json"})
        assert reply.status < 500, operation.name
        if kind not in OBJECTS and operation.path != "/auth/jwt/logout":
            assert reply.status in (422, 429), operation.name
    assert user.get("/users/me")["is_superuser"] is False


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.item.get("requestBody", {}).get("required")
                                       and "googlePush" not in one.schemes], ids=by_name)
def test_bodies_of_another_type(server, ada, root, services, operation):
    tokens = [ada.access, root, *services.values()]
    replies = [send(server, operation, token, operation.target(str(ada.id)), body=b"<xml/>", headers={"Content-Type": "text/xml"})
               for token in tokens]
    assert {reply.status for reply in replies} <= {415, 401, 403, 404} and 415 in {reply.status for reply in replies}


WORDS = ["'", '"', "' or '1'='1", "\\", "%", "_", "*", "a" * 200, "drop table users;--", "\u0000", "\r\nX-Evil: 1", "\ud7ff", "\U0001f680",
         "NEAR(a b)", "title:x", "-x", "^", "{}", "$1", "?1", "x'00'", "1; attach database 'x' as y"]


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one.method == "GET" and one.parameters
                                       and "accessToken" in one.schemes], ids=by_name)
def test_queries_are_words_not_commands(server, ada, root, operation):
    import urllib.parse
    number = str(ada.offers()[0]["id"])
    token = root if operation.path.startswith("/users") else ada.access
    names = [one["name"] for one in operation.parameters if one["in"] == "query"]
    for name in names + ["unknown"]:
        for word in WORDS:
            query = "?" + urllib.parse.urlencode({name: word})
            reply = send(server, operation, token, operation.target(number) + query)
            assert reply.status < 500, (name, word)
            assert "x-evil" not in reply.headers
    assert len(ada.offers()) == 2


def raw(server, *lines, body=b""):
    with socket.create_connection((server.host, server.port), timeout=30) as connection:
        connection.sendall(b"\r\n".join(line.encode("latin-1") for line in lines) + b"\r\n\r\n" + body)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_headers_can_not_be_injected(server):
    for line in ("X-Request-ID: a\rX-Evil: 1", "X-Request-ID: a%0d%0aX-Evil: 1", "Origin: http://x\rX-Evil: 1",
                 "X-Request-ID: a\x00b", "Authorization: Bearer a\rX-Evil: 1"):
        answer = raw(server, "GET /users/me HTTP/1.1", "Host: localhost", line, "Connection: close")
        assert answer.startswith(b"HTTP/1.1 4") and b"x-evil" not in answer.split(b"\r\n\r\n")[0].lower()


def test_privileges_can_not_be_taken(server, mallory):
    grab = {"is_superuser": True, "is_verified": True, "is_active": True, "id": 1, "user_id": 1}
    assert mallory.call("PATCH", "/users/me", grab).json["is_superuser"] is False
    made = server.call("POST", "/auth/register", {"email": "grab@example.org", "password": "correct horse"} | grab).json
    assert (made["is_superuser"], made["is_verified"]) == (False, False) and made["id"] != 1
