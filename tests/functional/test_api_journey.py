"""A user's way from an upload to scored offers, over HTTP."""
import uuid

import pytest
from api_server import Server, problems, until
from conftest import ALERT, Nextjob

FIRST_NAMES = {"id", "user_id", "email", "match_score", "reason", "technologies_matched", "title", "company", "location",
               "description", "apply_link", "source", "source_id"}


@pytest.fixture(scope="module")
def server(program, tmp_path_factory):
    running = Server(Nextjob(program, tmp_path_factory.mktemp("journey")))
    yield running
    assert running.stop() == 0


def test_from_mail_to_offers(server):
    user = server.user()
    accepted = user.upload(ALERT.encode(), name="alert.eml", kind="message/rfc822")
    assert accepted.status == 202
    assert accepted.headers["location"] == accepted.json["status_url"] == f"/import/{accepted.json['id']}"
    done = user.wait_for_import(accepted.json["id"])
    assert (done["state"], done["error"], done["progress"]) == ("done", None, 1)
    assert (done["seen"], done["done"], done["pending"], done["offers_new"], done["file_name"]) == (1, 1, 0, 2, "alert.eml")
    assert user.get("/imports")["results"] == [done]

    offers = {offer["company"]: offer for offer in user.offers()}
    assert set(offers) == {"Amber Analytics", "Fjord Machines"}
    data = offers["Amber Analytics"]
    assert FIRST_NAMES <= set(data)
    assert (data["title"], data["location"], data["email"], data["user_id"]) == \
        ("Senior Data Engineer", "Berlin, Germany", user.email, user.id)
    assert data["apply_link"] == "https://jobs.hiring.example/view/1001"
    assert 0 <= data["match_score"] <= 10 and data["reason"]
    assert user.get(f"/job-offers/{data['id']}") == data

    again = user.import_mail(ALERT.encode(), kind="message/rfc822")
    assert (again["seen"], again["duplicates"], again["offers_new"]) == (1, 1, 0), "a mail counts once"

    assert user.call("DELETE", f"/job-offers/{data['id']}").status == 204
    assert user.call("DELETE", f"/job-offers/{data['id']}").status == 404
    assert [offer["company"] for offer in user.offers()] == ["Fjord Machines"]


def test_skills_change_the_scores(server):
    user = server.user()
    mail = ALERT.replace("Senior Data Engineer", "Python Developer").replace("Berlin, Germany", "Berlin, Germany\nPython, PostgreSQL, Kafka")
    user.import_mail(mail.encode(), kind="message/rfc822")
    python = lambda: next(offer for offer in user.offers() if offer["title"] == "Python Developer")
    assert "Python" in python()["skills"]
    assert python()["technologies_matched"] == ""
    before = python()["match_score"]
    reply = user.call("PUT", "/user_skills", {"names": ["python", "PostgreSQL"]})
    assert reply.status == 200
    assert reply.json["user_id"] == user.id
    assert [skill["name"] for skill in reply.json["skills"]] == ["PostgreSQL", "Python"]
    after = until(python, lambda offer: "Python" in offer["technologies_matched"])
    assert after["match_score"] >= before
    assert user.call("DELETE", "/user_skills").json["skills"] == []
    until(python, lambda offer: offer["technologies_matched"] == "")


def test_skills_come_from_the_catalogue(server):
    user = server.user()
    found = user.get("/skills?search=postgres&limit=5")
    assert "PostgreSQL" in [skill["name"] for skill in found["results"]]
    number = next(skill["id"] for skill in found["results"] if skill["name"] == "PostgreSQL")
    assert user.get("/skills?limit=1")["count"] >= 800
    added = user.call("POST", "/user_skills", {"skill_id": number})
    assert (added.status, added.json["skills"]) == (201, [{"id": number, "name": "PostgreSQL"}])
    assert user.call("POST", "/user_skills", {"skill_id": number}).json["skills"] == added.json["skills"], "twice is once"
    assert user.get("/user_skills") == added.json
    assert problems(user.call("POST", "/user_skills", {"name": "basket weaving of the seventh kind"})) == [("body.names", "value_error")]
    assert problems(user.call("POST", "/user_skills", {"skill_id": 10**12})) == [("body.skill_ids", "value_error")]
    assert problems(user.call("POST", "/user_skills", {})) == [("body.names", "missing")]
    assert problems(user.call("PUT", "/user_skills", {"names": ["Python", 5]})) == [("body.names.1", "string_type")]
    assert user.call("DELETE", f"/user_skills/{number}").status == 204
    assert user.call("DELETE", f"/user_skills/{number}").status == 404
    assert user.get("/user_skills")["skills"] == []


def test_pages_filters_and_order(server, mailbox):
    user = server.user()
    done = user.import_mail(mailbox(60).read_bytes())
    count = user.get("/job-offers")["count"]
    assert count == done["offers_new"] > 20

    seen, path = [], "/job-offers?limit=7&order=title"
    while path:
        page = user.get(path)
        assert page["count"] == count and len(page["results"]) <= 7
        seen += page["results"]
        path = page["next"]
    assert len({offer["id"] for offer in seen}) == count, "every offer once"
    titles = [offer["title"].lower() for offer in seen]
    assert titles == sorted(titles)
    assert page["previous"] and user.get(page["previous"])["results"]

    best = [offer["match_score"] for offer in user.offers("?limit=100")]
    assert best == sorted(best, reverse=True), "the best first unless asked otherwise"
    score = best[len(best) // 2]
    assert all(offer["match_score"] >= score for offer in user.offers(f"?min_score={score}&limit=100"))
    remote = user.offers("?remote=true&limit=100")
    assert remote and all(offer["remote"] and offer["work_mode"] == "remote" for offer in remote)
    company = next(offer["company"] for offer in seen if offer["company"])
    of_company = user.offers("?limit=100&company=" + company.upper().replace(" ", "+"))
    assert of_company and all(company.lower() in offer["company"].lower() for offer in of_company)
    word = seen[0]["title"].split()[-1]
    assert any(offer["id"] == seen[0]["id"] for offer in user.offers(f"?limit=100&q={word}"))
    assert user.get("/job-offers?q=zzzzqqqq")["count"] == 0


def test_files_come_as_forms_too(server):
    user = server.user()
    boundary = uuid.uuid4().hex
    body = (f"--{boundary}\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--{boundary}\r\n"
            f"Content-Disposition: form-data; name=\"file\"; filename=\"../alert.eml\"\r\nContent-Type: message/rfc822\r\n\r\n"
            f"{ALERT}\r\n--{boundary}--\r\n").encode()
    reply = user.call("POST", "/import", body, headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})
    assert reply.status == 202
    done = user.wait_for_import(reply.json["id"])
    assert (done["state"], done["offers_new"], done["file_name"]) == ("done", 2, "alert.eml")


@pytest.mark.parametrize("content, kind, status", [
    (b"", "application/mbox", 400), (b"x", "text/html", 415), (b"x", "multipart/form-data", 400),
    (b"no boundary", "multipart/form-data; boundary=b", 400),
    (b"--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ny\r\n--b--\r\n", "multipart/form-data; boundary=b", 422),
])
def test_uploads_that_are_none(server, content, kind, status):
    assert server.user().upload(content, kind=kind).status == status


def test_a_file_that_is_no_mail_fails_and_says_why(server):
    user = server.user()
    done = user.import_mail(bytes(range(256)) * 100, name="holiday.jpg", kind="application/octet-stream")
    assert done["state"] == "failed" or done["offers_new"] == 0
    if done["state"] == "failed":
        assert done["error"]


def test_nobody_fills_the_disk_for_all(program, tmp_path):
    server = Server(Nextjob(program, tmp_path), UPLOAD_QUOTA_MIB="1")
    user, other = server.user(), server.user()
    spool = server.nextjob.data / "spool"
    connection = server.connect()  # an upload under way, of which nothing but its length is known
    connection.putrequest("POST", "/import?file_name=slow.mbox")
    for name, value in {"Authorization": f"Bearer {user.access}", "Content-Type": "application/mbox",
                        "Content-Length": 700_000, "Expect": "100-continue"}.items():
        connection.putheader(name, str(value))
    connection.endheaders()
    assert connection.sock.recv(100).startswith(b"HTTP/1.1 100"), "it has its place"

    mail = ALERT.encode()
    large = mail + b"x" * 400_000
    refused = user.upload(large, name="large.eml", kind="message/rfc822")
    assert refused.status == 507 and "send this one again" in refused.json["detail"]
    assert other.upload(large, name="large.eml", kind="message/rfc822").status == 202, "others have a quota of their own"
    assert user.upload(mail, name="alert.eml", kind="message/rfc822").status == 202, "and what fits is taken"
    whole = user.upload(mail + b"x" * (1 << 20), name="whole.eml", kind="message/rfc822")
    assert whole.status == 413 and "split it" in whole.json["detail"], "what could never fit"

    def pieces():
        yield mail
        for _ in range(40):
            yield b"x" * 10_000

    chunked = server.connect()
    chunked.request("POST", "/import?file_name=chunked.eml", body=pieces(), encode_chunked=True, headers={
        "Authorization": f"Bearer {user.access}", "Content-Type": "message/rfc822", "Transfer-Encoding": "chunked"})
    assert chunked.getresponse().status == 507, "without a length it counts as it comes"
    chunked.close()

    connection.close()
    until(lambda: user.upload(large, name="large.eml", kind="message/rfc822").status, lambda status: status == 202)
    until(lambda: list(spool.iterdir()), lambda files: not files)
    assert server.stop() == 0
