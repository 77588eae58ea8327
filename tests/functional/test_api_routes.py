"""What every route has in common: who may call it, and how it says no."""
import json

import pytest
from api_server import Server, problems
from conftest import ALERT, Nextjob

# Every route that takes a token, with a body that it would take.
GUARDED = [
    ("GET", "/users/me", None), ("PATCH", "/users/me", {}), ("DELETE", "/users/me", None),
    ("GET", "/skills", None),
    ("GET", "/user_skills", None), ("POST", "/user_skills", {"name": "Python"}), ("PUT", "/user_skills", {"names": []}),
    ("DELETE", "/user_skills", None), ("DELETE", "/user_skills/1", None),
    ("GET", "/job-offers", None), ("GET", "/job-offers/1", None), ("DELETE", "/job-offers/1", None),
    ("POST", "/import", b"From x\n\nhello\n"), ("GET", "/import/1", None), ("GET", "/imports", None),
]


@pytest.fixture(scope="module")
def server(program, tmp_path_factory):
    running = Server(Nextjob(program, tmp_path_factory.mktemp("routes")))
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def ada(server):
    """A user with two offers."""
    user = server.user()
    assert user.import_mail(ALERT.encode(), kind="message/rfc822")["state"] == "done"
    assert len(user.offers()) == 2
    return user


@pytest.mark.parametrize("method, path, body", GUARDED)
def test_nobody_gets_in_without_a_token(server, method, path, body):
    for token in (None, "nonsense"):
        reply = server.call(method, path, body, token=token)
        assert (reply.status, reply.json) == (401, {"detail": "Unauthorized"})


def test_what_is_a_strangers_is_not_there(server, ada):
    stranger = server.user()
    number, imported = ada.offers()[0]["id"], ada.get("/imports")["results"][0]["id"]
    assert ada.get(f"/job-offers/{number}")["id"] == number
    for method, path in (("GET", f"/job-offers/{number}"), ("DELETE", f"/job-offers/{number}"), ("GET", f"/import/{imported}")):
        reply = stranger.call(method, path)
        assert (reply.status, reply.json) == (404, {"detail": "Not Found"}), path
    assert stranger.get("/job-offers")["count"] == stranger.get("/imports")["count"] == 0
    assert ada.get(f"/job-offers/{number}")["id"] == number, "still there"


@pytest.mark.parametrize("number", ["0", "-1", "x", "1x", "9223372036854775807", "99999999999999999999", "1%2F2", "%00", "'--"])
def test_ids_that_never_were(ada, number):
    for method, path in (("GET", "/job-offers/"), ("DELETE", "/job-offers/"), ("GET", "/import/"), ("DELETE", "/user_skills/")):
        assert ada.call(method, path + number).status == (400 if number == "%00" else 404), path


@pytest.mark.parametrize("query, found", [
    ("limit=0", ("query.limit", "greater_than_equal")), ("limit=101", ("query.limit", "less_than_equal")),
    ("limit=ten", ("query.limit", "int_parsing")), ("limit=", ("query.limit", "int_parsing")),
    ("offset=-1", ("query.offset", "greater_than_equal")), ("offset=99999999999999999999", ("query.offset", "int_parsing")),
    ("min_score=11", ("query.min_score", "less_than_equal")), ("min_score=nan", ("query.min_score", "float_parsing")),
    ("remote=perhaps", ("query.remote", "bool_parsing")), ("work_mode=moon", ("query.work_mode", "literal_error")),
    ("order=id;drop", ("query.order", "literal_error")), ("q=" + "x" * 201, ("query.q", "string_too_long")),
])
def test_queries_that_are_wrong(ada, query, found):
    assert problems(ada.call("GET", "/job-offers?" + query)) == [found]


@pytest.mark.parametrize("query", ["q='%3B+drop+table+offers%3B--", "q=%22", "q=*", "q=AND+OR+NOT", "q=(", "company=%25", "company=_",
                                   "q=%F0%9F%9A%80", "q=%FF%FE", "company='+OR+1%3D1--"])
def test_queries_are_words_not_commands(ada, query):
    assert ada.call("GET", "/job-offers?" + query).status == 200
    assert ada.get("/job-offers")["count"] == 2


def test_paths_and_methods_that_are_not(server):
    for path in ("/nowhere", "/job-offers/1/2", "/users/1/2", "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd"):
        assert server.call("GET", path).json == {"detail": "Not Found"}
    wrong = server.call("POST", "/job-offers", {})
    assert (wrong.status, wrong.json, wrong.headers["allow"]) == (405, {"detail": "Method Not Allowed"}, "GET, HEAD, OPTIONS")


def test_health_and_readiness(server):
    assert server.call("GET", "/health").json["status"] == "ok"
    assert server.call("GET", "/ready").json == {"status": "ready", "missing": []}


def test_the_front_page_says_what_this_is(server):
    page = server.call("GET", "/")
    assert page.headers["content-type"].startswith("text/html")
    assert b"NextJob AI" in page.body and b"/job-offers" in page.body


def test_every_reply_has_the_headers_that_keep_browsers_careful(server, ada):
    for reply in (server.call("GET", "/health"), server.call("GET", "/nowhere"), ada.call("GET", "/job-offers"),
                  server.call("POST", "/auth/register", b"{", headers={"Content-Type": "application/json"})):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert reply.headers["x-request-id"]


def test_a_clients_request_id_comes_back(server):
    assert server.call("GET", "/health", headers={"X-Request-ID": "abc-1.2_3"}).headers["x-request-id"] == "abc-1.2_3"
    for bad in ("x" * 65, "a b", "a;b", '"'):
        assert server.call("GET", "/health", headers={"X-Request-ID": bad}).headers["x-request-id"] != bad


def test_the_log_has_a_line_a_request_and_nothing_private(program, tmp_path):
    server = Server(Nextjob(program, tmp_path))
    user = server.user()
    user.import_mail(ALERT.encode(), kind="message/rfc822")
    user.call("GET", "/job-offers?q=fjord", headers={"X-Request-ID": "the-one"})
    assert server.stop() == 0
    text = server.log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    one = next(line for line in lines if line.get("request_id") == "the-one")
    assert (one["event"], one["method"], one["route"], one["status"], one["user_id"]) == ("request", "GET", "/job-offers", 200, user.id)
    assert one["duration_ms"] >= 0
    for private in (user.access, user.refresh, user.email, "correct horse", "fjord", "Fjord", "Welder", "hiring.example"):
        assert private not in text
