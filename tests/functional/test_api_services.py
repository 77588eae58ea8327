"""What our own services call: tokens, skills, delivery of offers, the ledger, Google accounts."""
import openapi
import pytest
from api_server import SECRETS, SERVICES, Server, problems, until
from conftest import ALERT, Nextjob


@pytest.fixture(scope="module")
def server(program, tmp_path_factory):
    running = Server(Nextjob(program, tmp_path_factory.mktemp("services")), **SERVICES)
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def gmail(server):
    return server.service("gmail_service")


@pytest.fixture(scope="module")
def digest(server):
    return server.service("digest_generator")


def offer_for(user, **other):
    """As the contract between the services has it."""
    return {"user_id": user.id, "email": user.email, "match_score": 7, "reason": "Knows React.",
            "technologies_matched": "React, TypeScript", "title": "Frontend Engineer", "company": "Acme", "location": "Remote",
            "description": "Build the app.", "apply_link": "https://jobs.example.com/17"} | other


def create(service, *offers):
    return service.call("POST", "/service/job_offers/bulk_create", {"job_offers": list(offers)})


def test_a_wrong_service_or_secret_is_told_alike(server):
    answers = {(reply.status, reply.body) for reply in (
        server.call("POST", "/auth/token", {"service_name": name, "service_secret": secret})
        for name, secret in (("gmail_service", "wrong"), ("nobody", SECRETS["gmail_service"]),
                             ("gmail_service", SECRETS["digest_generator"]), ("GMAIL_SERVICE", SECRETS["gmail_service"])))}
    assert answers == {(401, b'{"detail":"Unauthorized"}')}
    assert problems(server.call("POST", "/auth/token", {"service_name": 1})) == [
        ("body.service_name", "string_type"), ("body.service_secret", "missing")]


LEASE = {"mailbox": 1, "fence": 1}
CLAIM = {"ticket": 1, "message": 1, "attempts": 0, "user_id": 1, "source": "file", "source_id": "x"}


def test_each_service_calls_its_own_routes_only(server, gmail, digest):
    user = server.user()
    routes = {gmail: [("GET", "/service/google-creds/all", None),
                      ("POST", "/service/ledger/lookup", {"user_id": user.id, "source": "gmail", "ids": []}),
                      ("POST", "/service/ledger/mark", {"user_id": user.id, "source": "gmail", "ids": []}),
                      ("POST", "/service/queue/enter", b'{"mails":[]}\n'),
                      ("POST", "/service/mailboxes/accept", b'{"mails":[]}\n'),
                      ("POST", "/service/mailboxes/lease", {"worker": "w", "sources": ["gmail"], "count": 1, "wait_ms": 0}),
                      ("POST", "/service/mailboxes/extend", {"lease": LEASE}),
                      ("POST", "/service/mailboxes/advance", {"lease": LEASE, "cursor": "", "progress": "", "seen": []}),
                      ("POST", "/service/mailboxes/to-fetch", {"lease": LEASE, "limit": 1}),
                      ("POST", "/service/mailboxes/end", {"lease": LEASE, "outcomes": []}),
                      ("POST", "/service/mailboxes/finish",
                       {"lease": LEASE, "cursor": "", "progress": "", "due_ms": 0, "idle_runs": 0}),
                      ("POST", "/service/mailboxes/gmail-token", {"user_id": user.id, "refused": ""}),
                      ("POST", "/service/mailboxes/imap-login", {"user_id": user.id}),
                      ("POST", "/service/mailboxes/imap-refused", {"user_id": user.id, "version": 1, "reason": ""})],
              digest: [("GET", f"/service/user_skills/user/{user.id}", None),
                       ("POST", "/service/job_offers/bulk_create", {"job_offers": []}),
                       ("GET", f"/service/profiles/user/{user.id}", None),
                       ("POST", "/service/messages/analysed", {"messages": []}), ("GET", "/service/queue/depth", None),
                       ("POST", "/service/queue/claim", {"worker": "w", "call": 1, "lost": [], "count": 1, "wait_ms": 0}),
                       ("POST", "/service/queue/acknowledge", {"claims": []}), ("POST", "/service/queue/release", {"claims": []}),
                       ("POST", "/service/queue/retry", {"claim": CLAIM, "reason": "", "delay_ms": 0}),
                       ("POST", "/service/queue/dead-letter", {"claim": CLAIM, "reason": ""}),
                       ("POST", "/service/queue/revive", {"user_id": user.id}),
                       ("POST", "/service/queue/waiting", {"beyond": 0, "limit": 1}),
                       ("POST", "/service/queue/still-waiting", {"messages": []}),
                       ("POST", "/service/queue/read", {"messages": []}),
                       ("POST", "/service/queue/note-failure", {"message": 1, "reason": "", "attempts": 1}),
                       ("POST", "/service/queue/bury", {"message": 1, "reason": "", "attempts": 1})]}
    named = {(method, path.replace(str(user.id), "{id}")) for own in routes.values() for method, path, _ in own}
    all_may = {("GET", "/service/ready")}
    assert named | all_may == {(one.method, one.path) for one in openapi.operations() if "serviceToken" in one.schemes}
    for service, own in routes.items():
        other = digest if service is gmail else gmail
        for method, path, body in own:
            binary = {"headers": {"Content-Type": "application/octet-stream"}} if isinstance(body, bytes) else {}
            assert service.call(method, path, body, **binary).status in (200, 204, 404, 409, 503), path
            assert other.call(method, path, body, **binary).status == 403, path
            assert user.call(method, path, body, **binary).status == 401, "a user is no service"
        assert service.call("GET", "/service/ready").json == {"status": "ready", "missing": []}
        assert service.call("GET", "/job-offers").status == 401, "a service is no user"


def test_offers_of_a_service_are_the_users(server, digest):
    user, stranger = server.user(), server.user()
    reply = create(digest, offer_for(user, source="gmail", source_id="18c2f0"))
    assert reply.status == 200
    assert (reply.json["created"], reply.json["updated"], reply.json["unchanged"]) == (1, 0, 0)
    made = reply.json["job_offers"][0]
    offer = user.get(f"/job-offers/{made['id']}")
    for field, value in offer_for(user, source="gmail", source_id="18c2f0").items():
        assert offer[field] == value, field
    assert offer["work_mode"] == "remote" and set(offer["skills"]) == {"React", "TypeScript"}
    assert stranger.get("/job-offers")["count"] == 0
    assert user.get(f"/job-offers/{made['id']}/evidence")["results"][0]["fields"] == {}


def test_the_same_batch_again_adds_nothing_and_says_so(server, digest):
    user = server.user()
    batch = [offer_for(user, title=f"Engineer {n}", apply_link=f"https://jobs.example.com/{n}", source="gmail", source_id=f"m{n}")
             for n in range(50)] + [offer_for(user, title="No message", apply_link="")]
    first = create(digest, *batch).json
    again = create(digest, *batch).json
    assert (first["created"], again["created"], again["updated"], again["unchanged"]) == (51, 0, 0, 51)
    assert [item["id"] for item in first["job_offers"]] == [item["id"] for item in again["job_offers"]]
    assert user.get("/job-offers")["count"] == 51


def test_a_job_that_a_mail_brought_is_the_same_job(server, digest):
    user = server.user()
    user.import_mail(ALERT.encode(), kind="message/rfc822")
    offer = next(offer for offer in user.offers() if offer["title"] == "Welder")
    reply = create(digest, offer_for(user, title="Welder", company="Fjord Machines", location="Oslo, Norway",
                                     apply_link=offer["apply_link"], source="gmail", source_id="x1"))
    assert (reply.json["updated"], reply.json["job_offers"][0]["id"]) == (1, offer["id"])
    assert user.get(f"/job-offers/{offer['id']}/sightings")["count"] == 2


def test_what_the_user_deleted_does_not_come_back(server, digest):
    user = server.user()
    made = create(digest, offer_for(user)).json["job_offers"][0]["id"]
    assert user.call("DELETE", f"/job-offers/{made}").status == 204
    again = create(digest, offer_for(user, reason="Again.")).json
    assert (again["created"], again["job_offers"][0]["id"], again["job_offers"][0]["result"]) == (0, None, "suppressed")
    assert user.get("/job-offers")["count"] == 0


@pytest.mark.parametrize("wrong, found", [
    ({"title": None}, ("title", "string_type")), ({"title": ""}, ("title", "string_too_short")), ({"title": "  "}, ("title", "value_error")),
    ({"title": "x" * 301}, ("title", "string_too_long")), ({"match_score": 11}, ("match_score", "less_than_equal")),
    ({"match_score": "7"}, ("match_score", "int_type")), ({"user_id": 0}, ("user_id", "greater_than_equal")),
    ({"user_id": 999999}, ("user_id", "value_error")), ({"user_id": 1e300}, ("user_id", "int_type")),
    ({"email": "nobody"}, ("email", "value_error")), ({"apply_link": "javascript:alert(1)"}, ("apply_link", "value_error")),
    ({"description": 5}, ("description", "string_type")), ({"company": "a\0b"}, ("company", "value_error")),
])
def test_one_wrong_field_keeps_the_batch_out(server, digest, wrong, found):
    user = server.user()
    good = [offer_for(user, title=f"Engineer {n}", apply_link="") for n in range(3)]
    reply = create(digest, *good, offer_for(user) | wrong)
    assert [problem["loc"] for problem in reply.json["detail"]] == [["body", "job_offers", 3, found[0]]]
    assert problems(reply)[0][1] == found[1]
    assert user.get("/job-offers")["count"] == 0


def test_a_batch_has_limits(server, digest):
    user = server.user()
    assert problems(create(digest, *[offer_for(user)] * 1001)) == [("body.job_offers", "too_long")]
    assert problems(digest.call("POST", "/service/job_offers/bulk_create", {"jobs": []})) == [("body.job_offers", "missing")]
    whole = [offer_for(user, title=f"Engineer {n}", description="x" * 4000, apply_link="", source_id=f"m{n}") for n in range(1000)]
    assert create(digest, *whole).json["created"] == 1000
    connection = server.connect()
    connection.putrequest("POST", "/service/job_offers/bulk_create")
    for name, value in (("Authorization", "Bearer " + digest.token), ("Content-Type", "application/json"),
                        ("Content-Length", 9 << 20)):
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 413, "refused from the header alone"
    connection.close()


def test_a_services_score_stands_until_the_wishes_change(server, digest):
    user = server.user()
    made = create(digest, offer_for(user)).json["job_offers"][0]["id"]
    assert user.get(f"/job-offers/{made}")["reason"] == "Knows React."
    user.call("PUT", "/user_skills", {"names": ["React"]})
    until(lambda: user.get(f"/job-offers/{made}"), lambda offer: offer["reason"] != "Knows React.")


def test_the_ledger_remembers_messages(server, gmail):
    user, other = server.user(), server.user()
    ask = {"user_id": user.id, "source": "gmail", "ids": ["a", "b", "c"]}
    assert gmail.call("POST", "/service/ledger/lookup", ask).json == {"known": [], "unknown": ["a", "b", "c"]}
    marked = gmail.call("POST", "/service/ledger/mark", ask | {"ids": ["b", "a", "b"]})
    assert marked.json == {"marked": ["b", "a"], "known": ["b"]}
    assert gmail.call("POST", "/service/ledger/lookup", ask).json == {"known": ["a", "b"], "unknown": ["c"]}
    assert gmail.call("POST", "/service/ledger/lookup", ask | {"user_id": other.id}).json["known"] == []
    assert gmail.call("POST", "/service/ledger/lookup", ask | {"user_id": 999999}).status == 404
    assert gmail.call("POST", "/service/ledger/mark", ask | {"user_id": 999999}).status == 404
    assert problems(gmail.call("POST", "/service/ledger/lookup", ask | {"ids": ["x"] * 1001})) == [("body.ids", "too_long")]


def test_delivered_messages_are_in_the_ledger(server, gmail, digest):
    user = server.user()
    create(digest, offer_for(user, source="gmail", source_id="18c2f0"))
    found = gmail.call("POST", "/service/ledger/lookup", {"user_id": user.id, "source": "gmail", "ids": ["18c2f0"]})
    assert found.json["known"] == ["18c2f0"]


def test_nobody_has_connected_google_yet(gmail):
    assert gmail.call("GET", "/service/google-creds/all").json == {}


def test_skills_are_there_for_the_digest(server, digest):
    user = server.user()
    user.call("PUT", "/user_skills", {"names": ["React", "TypeScript"]})
    reply = digest.call("GET", f"/service/user_skills/user/{user.id}")
    assert [skill["name"] for skill in reply.json["skills"]] == ["React", "TypeScript"]
    assert digest.call("GET", "/service/user_skills/user/999999").status == 404


def test_metrics_count_and_tell_nothing_of_users(server):
    user = server.user()
    number = 424242
    user.call("GET", f"/job-offers/{number}")
    text = server.call("GET", "/metrics").body.decode()
    assert 'nextjob_http_requests_total{method="GET",route="/job-offers/{id}",status="404"}' in text
    for name in ("nextjob_queue_messages", "nextjob_offers", "nextjob_messages", "nextjob_database",
                 "nextjob_http_request_duration_seconds_bucket"):
        assert name in text
    assert user.email not in text and str(number) not in text
    passed_on = server.call("GET", "/metrics", headers={"X-Forwarded-For": "198.51.100.7"})
    assert passed_on.status == 403, "a proxy on this machine is not the operator"


def test_metrics_by_token(program, tmp_path):
    server = Server(Nextjob(program, tmp_path), METRICS_TOKEN="a token for the monitoring")
    assert server.call("GET", "/metrics").status == 401
    assert server.call("GET", "/metrics", token="a token for the guessing").status == 401
    assert server.call("GET", "/metrics", token="a token for the monitoring").status == 200
    assert server.stop() == 0
