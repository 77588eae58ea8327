"""What users do with their offers: status and history, sightings, evidence, filters, cursors, export."""
import csv
import io
import json

import pytest
from api_server import Server, problems
from conftest import ALERT, Nextjob


@pytest.fixture(scope="module")
def server(program, tmp_path_factory):
    running = Server(Nextjob(program, tmp_path_factory.mktemp("offers")))
    yield running
    assert running.stop() == 0


@pytest.fixture
def ada(server):
    user = server.user()
    assert user.import_mail(ALERT.encode(), kind="message/rfc822")["offers_new"] == 2
    return user


def offer_of(user, title):
    return next(offer for offer in user.offers() if offer["title"] == title)


def test_a_status_is_kept_with_its_history(ada):
    number = offer_of(ada, "Welder")["id"]
    assert ada.get(f"/job-offers/{number}/history") == {"id": number, "history": []}
    for status, note in (("saved", None), ("applied", "By their form."), ("interview", "On Monday."), ("offer", None)):
        reply = ada.call("PATCH", f"/job-offers/{number}", {"status": status, "note": note})
        assert (reply.status, reply.json["status"]) == (200, status)
    steps = ada.get(f"/job-offers/{number}/history")["history"]
    assert [(step["from"], step["to"], step["note"]) for step in steps] == [
        ("new", "saved", None), ("saved", "applied", "By their form."), ("applied", "interview", "On Monday."),
        ("interview", "offer", None)]
    assert [offer["id"] for offer in ada.offers("?status=offer")] == [number]
    assert len(ada.offers("?status=offer,new")) == 2
    assert ada.offers("?status=rejected") == []


def test_what_is_hidden_is_shown_only_when_asked_for(ada):
    number = offer_of(ada, "Welder")["id"]
    assert ada.call("PATCH", f"/job-offers/{number}", {"status": "hidden"}).status == 200
    assert [offer["title"] for offer in ada.offers()] == ["Senior Data Engineer"]
    assert [offer["id"] for offer in ada.offers("?status=hidden")] == [number]
    assert ada.get(f"/job-offers/{number}")["status"] == "hidden"


@pytest.mark.parametrize("body, found", [
    ({}, ("body.status", "missing")), ({"status": "hired"}, ("body.status", "literal_error")),
    ({"status": 1}, ("body.status", "string_type")), ({"status": "saved", "note": "x" * 1001}, ("body.note", "string_too_long")),
    ([], ("body", "model_attributes_type")),
])
def test_a_status_that_is_none(ada, body, found):
    assert problems(ada.call("PATCH", f"/job-offers/{ada.offers()[0]['id']}", body)) == [found]


def test_sightings_are_the_mails_that_brought_it(ada):
    again = ALERT.replace("alert-1@", "alert-2@").replace("02 Mar", "03 Mar")
    assert ada.import_mail(again.encode(), kind="message/rfc822")["offers_updated"] == 2
    number = offer_of(ada, "Welder")["id"]
    page = ada.get(f"/job-offers/{number}/sightings")
    assert page["count"] == 2 == ada.get(f"/job-offers/{number}")["sightings"]
    newest, oldest = page["results"]
    assert newest["seen_at"] > oldest["seen_at"]
    assert (oldest["source_id"], newest["source_id"]) == ("<alert-1@hiring.example>", "<alert-2@hiring.example>")
    assert oldest["sender"].endswith("alerts@hiring.example>") or "alerts@hiring.example" in oldest["sender"]
    assert oldest["facts"]["company"] == "Fjord Machines"
    walked = ada.get(f"/job-offers/{number}/sightings?limit=1&cursor=")
    assert ada.get(walked["next"])["results"] == [oldest]


def test_evidence_is_where_the_mail_says_it(ada):
    number = offer_of(ada, "Senior Data Engineer")["id"]
    evidence = ada.get(f"/job-offers/{number}/evidence")["results"][0]
    assert {"title", "company", "location"} <= set(evidence["fields"])
    for field, place in evidence["fields"].items():
        assert evidence["text"][place["begin"]:place["end"]] == place["text"], field
    assert evidence["fields"]["company"]["text"] == "Amber Analytics"


def test_evidence_counts_characters_or_utf16_units(server):
    user = server.user()
    mail = ALERT.replace("Welder", "🚀 Schweißer").replace("Fjord Machines", "Fjörd Machines 🚢")
    user.import_mail(mail.encode(), kind="message/rfc822")
    number = next(offer["id"] for offer in user.offers() if "Schwei" in offer["title"])
    characters = user.get(f"/job-offers/{number}/evidence")["results"][0]
    utf16 = user.get(f"/job-offers/{number}/evidence?units=utf16")["results"][0]
    assert (characters["units"], utf16["units"]) == ("characters", "utf16")
    units = utf16["text"].encode("utf-16-le")
    for field, place in characters["fields"].items():
        assert characters["text"][place["begin"]:place["end"]] == place["text"]
        there = utf16["fields"][field]
        assert units[2 * there["begin"]:2 * there["end"]].decode("utf-16-le") == place["text"]
    assert utf16["fields"]["location"]["begin"] > characters["fields"]["location"]["begin"]
    assert problems(user.call("GET", f"/job-offers/{number}/evidence?units=bytes")) == [("query.units", "literal_error")]


def test_filters_by_sender_source_and_time(ada):
    assert len(ada.offers("?sender=HIRING.example")) == 2
    assert ada.offers("?sender=linkedin") == []
    assert len(ada.offers("?source=file")) == 2
    assert ada.offers("?source=gmail") == []
    assert len(ada.offers("?since=2026-03-02")) == 2
    assert ada.offers("?since=2026-03-02T08:00:01Z") == []
    assert len(ada.offers("?since=2026-03-02T10:00:00%2B02:00")) == 2
    for query, found in (("since=yesterday", "datetime_parsing"), ("status=new,old", "literal_error"),
                         ("work_mode=moon", "literal_error")):
        assert [kind for _, kind in problems(ada.call("GET", "/job-offers?" + query))] == [found]


def test_a_long_list_is_walked_by_cursor(server, mailbox):
    user = server.user()
    user.import_mail(mailbox(60).read_bytes())
    count = user.get("/job-offers")["count"]
    path, seen = "/job-offers?cursor=&limit=7&order=-last_seen", []
    while path:
        page = user.get(path)
        seen += [offer["id"] for offer in page["results"]]
        path = page["next"]
    assert len(seen) == len(set(seen)) == count
    back = user.get(page["previous"])
    assert [offer["id"] for offer in back["results"]] == seen[-len(page["results"]) - 7:-len(page["results"])]
    assert user.call("GET", "/job-offers?cursor=nonsense").status == 400
    other = page["previous"].replace("-last_seen", "title")
    assert user.call("GET", other).status == 400, "a cursor of another order"


def test_csv_export_has_the_lists_offers_and_no_formulas(ada):
    user = ada
    mail = ALERT.replace("Welder", "=HYPERLINK(0)").replace("alert-1@", "evil@").replace("view/", "view/9")
    user.import_mail(mail.encode(), kind="message/rfc822")
    reply = user.call("GET", "/job-offers/export?order=title")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert "job-offers.csv" in reply.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(reply.body.decode(), newline="")))
    assert len(rows) == user.get("/job-offers")["count"]
    listed = user.offers("?order=title")
    assert [int(row["id"]) for row in rows] == [offer["id"] for offer in listed]
    for row in rows:
        for value in row.values():
            assert not value.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert len(list(csv.reader(io.StringIO(user.call("GET", "/job-offers/export?q=welder").body.decode())))) == 2


def test_json_export_is_the_list_whole(server, mailbox):
    user = server.user()
    user.import_mail(mailbox(300).read_bytes())
    whole = user.get("/job-offers/export?format=json")
    assert len(whole) == user.get("/job-offers")["count"] > 200, "more than one piece"
    assert whole[:100] == user.offers("?limit=100")
    assert user.get("/job-offers/export?format=json&q=zzzzqqqq") == []
    assert problems(user.call("GET", "/job-offers/export?format=xml")) == [("query.format", "literal_error")]


def test_an_old_client_gets_the_export_too(ada):
    """HTTP/1.0 knows no chunks."""
    import socket
    with socket.create_connection((ada.server.host, ada.server.port)) as connection:
        connection.sendall(f"GET /job-offers/export?format=json HTTP/1.0\r\nHost: localhost\r\n"
                           f"Authorization: Bearer {ada.access}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, body = answer.split(b"\r\n\r\n", 1)
    assert b"chunked" not in head and len(json.loads(body)) == 2
