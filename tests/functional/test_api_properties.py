"""Requests that nobody would think of, made from the API's description: whatever comes, the reply is a documented one and
never a fault of the server's."""
import json
import string
import sys
import urllib.parse
from pathlib import Path

import openapi
import pytest
from api_server import SERVICES, Server
from conftest import ALERT, Nextjob
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parents[1] / "fakes" / "google"))
from google_server import GoogleServer  # noqa: E402

TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=60)
ANYTHING = st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
                        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12)
careful = settings(max_examples=40, deadline=None, derandomize=True, database=None,
                   suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])

# Those that end the user whom the tests go on with, cost a password hash and are kept rare by design, connect to the
# server that the request names, or wait for work.
LEFT_OUT = {"deleteMe", "register", "login", "patchMe", "patchUser", "deleteUser", "createImport", "logout", "endSession",
            "endOtherSessions", "connectImap", "claimMessages", "leaseMailboxes"}
OPERATIONS = [one for one in openapi.operations() if one.item["operationId"] not in LEFT_OUT]


def made(schema):
    """Values that a schema allows."""
    schema = openapi.resolve(schema)
    if "anyOf" in schema:
        return st.one_of([made(option) for option in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    kinds = schema.get("type", "any")
    if isinstance(kinds, list):
        return st.one_of([made(schema | {"type": kind}) for kind in kinds])
    if kinds == "null":
        return st.none()
    if kinds == "boolean":
        return st.booleans()
    if kinds == "integer":
        return st.integers(schema.get("minimum", -2**70), schema.get("maximum", 2**70))
    if kinds == "number":
        return st.floats(schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum"), allow_nan=False,
                         allow_infinity=False)
    if kinds == "string":
        return made_string(schema)
    if kinds == "array":
        return st.lists(made(schema["items"]), min_size=schema.get("minItems", 0), max_size=min(schema.get("maxItems", 5), 5))
    if kinds == "object":
        members = {name: made(one) for name, one in schema.get("properties", {}).items()}
        required = set(schema.get("required", []))
        return st.fixed_dictionaries({name: one for name, one in members.items() if name in required},
                                     optional={name: one for name, one in members.items() if name not in required})
    return ANYTHING


def made_string(schema):
    if schema.get("format") == "email":
        return st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.[a-z]{2,5}", fullmatch=True)
    if "pattern" in schema:
        size = schema.get("maxLength", 100)
        ascii_only = schema["pattern"].replace(r"\S", "[!-~]")
        return st.from_regex(ascii_only).filter(lambda text: len(text) <= size)
    low, high = schema.get("minLength", 0), min(schema.get("maxLength", 60), 60)
    return st.text(st.characters(blacklist_categories=["Cs"]), min_size=low, max_size=max(low, high))


@pytest.fixture(scope="module")
def server(program, tmp_path_factory):
    nextjob = Nextjob(program, tmp_path_factory.mktemp("properties"))
    nextjob.run("user", "add", "--email", "root@example.org", "--superuser", "--password-stdin", input="correct horse battery\n")
    google = GoogleServer()
    running = Server(nextjob, GOOGLE_PUSH_ACCOUNT="push@example.org", GOOGLE_PUSH_AUDIENCE="push", **SERVICES,
                     **google.environment())
    yield running
    google.close()
    log = running.log.read_text()
    assert running.stop() == 0
    assert '"event":"fault"' not in log


@pytest.fixture(scope="module")
def tokens(server):
    user = server.user()
    user.import_mail(ALERT.encode(), kind="message/rfc822")
    login = server.call("POST", "/auth/jwt/login", form={"username": "root@example.org", "password": "correct horse battery"})
    return {"user": user, "root": login.json["access"],
            "gmail": server.service("gmail_service").token, "digest": server.service("digest_generator").token}


def token_for(operation, tokens):
    if "/mailboxes/" in operation.path:
        return tokens["gmail"]
    if "serviceToken" in operation.schemes:
        return tokens["gmail" if operation.item["operationId"] in ("googleCredentials", "lookUpLedger", "markLedger", "enterMessages") else "digest"]
    return tokens["root"] if operation.path in ("/users", "/users/{id}") else tokens["user"].access


def ask(server, operation, tokens, target, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {} if body is None else {"Content-Type": "application/json"}
    reply = server.call(operation.method, target, data, token=token_for(operation, tokens), headers=headers)
    assert reply.status < 500, (operation.name, target, body, reply)
    return reply


WITH_BODY = [one for one in OPERATIONS if one.body_schema()]
WITH_QUERY = [one for one in OPERATIONS if any(p["in"] == "query" for p in one.parameters)]
WITH_PATH = [one for one in OPERATIONS if "{" in one.path]


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda one: one.name)
def test_bodies_that_the_description_allows(server, tokens, operation):
    @careful
    @given(made(operation.body_schema()))
    def run(body):
        ask(server, operation, tokens, operation.target(str(tokens["user"].id)), body)
    run()


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda one: one.name)
def test_bodies_that_nobody_described(server, tokens, operation):
    known = list(openapi.resolve(operation.body_schema()).get("properties", {}))
    shaped = st.dictionaries(st.sampled_from(known or ["x"]), ANYTHING, max_size=5)

    @careful
    @given(ANYTHING | shaped)
    def run(body):
        reply = ask(server, operation, tokens, operation.target(str(tokens["user"].id)), body)
        assert reply.status in (200, 201, 204, 400, 401, 404, 422, 429)
    run()


@pytest.mark.parametrize("operation", WITH_QUERY, ids=lambda one: one.name)
def test_queries_of_any_kind(server, tokens, operation):
    if operation.item["operationId"] == "createImport":
        return
    fields = {one["name"]: made(one["schema"]).map(str) | TEXT for one in operation.parameters if one["in"] == "query"}
    offers = tokens["user"].offers("?status=new,saved,applied,interview,rejected,offer,hidden")
    number = str(offers[0]["id"]) if offers else "1"

    @careful
    @given(st.fixed_dictionaries({}, optional=fields))
    def run(query):
        ask(server, operation, tokens, operation.target(number) + "?" + urllib.parse.urlencode(query))
    run()


@pytest.mark.parametrize("operation", WITH_PATH, ids=lambda one: one.name)
def test_paths_of_any_kind(server, tokens, operation):
    segment = TEXT.filter(lambda text: text not in ("", ".", "..")) | st.integers().map(str) | st.text(string.digits, min_size=1)

    @careful
    @given(segment)
    def run(value):
        target = operation.target(value)
        body = operation.example() if operation.body_schema() else None
        ask(server, operation, tokens, target, body)
    run()
