"""`nextjob extract`: one line of JSON a message, every value proven by the mail."""
import json

from conftest import ALERT


def test_an_alert_gives_its_offers_with_their_evidence(nextjob, alert):
    [mail] = nextjob.extract("--text", alert)
    assert mail["file"] == str(alert)
    assert mail["kind"] == "alert"
    assert mail["announced"] == 2
    assert [(o["title"], o["company"], o["location"], o["apply_link"]) for o in mail["offers"]] == [
        ("Senior Data Engineer", "Amber Analytics", "Berlin, Germany", "https://jobs.hiring.example/view/1001"),
        ("Welder", "Fjord Machines", "Oslo, Norway", "https://jobs.hiring.example/view/1002")]
    text = mail["text"].encode()
    for offer in mail["offers"]:
        for field in ("title", "company", "location"):
            begin, end = offer["evidence"][field]
            assert text[begin:end].decode() == offer[field]


def test_every_value_has_evidence(nextjob, mailbox):
    for mail in nextjob.extract("--text", mailbox(300)):
        size = len(mail["text"].encode())
        for offer in mail["offers"]:
            for field in ("title", "company", "location", "apply_link", "salary", "remote", "employment_type",
                          "seniority", "posted", "description"):
                if offer.get(field) is not None:
                    begin, end = offer["evidence"][field]
                    assert 0 <= begin < end <= size, (field, offer)
            assert len(offer.get("skills", [])) == len(offer.get("skill_evidence", []))


def test_text_is_given_only_when_asked_for(nextjob, alert):
    assert "text" not in nextjob.extract(alert)[0]


def test_lines_stand_in_the_order_of_the_files(nextjob, tmp_path):
    files = []
    for i in range(60):
        files.append(tmp_path / f"{i}.eml")
        files[-1].write_text(f"From: a@b.example\nSubject: {i}\n\n" + "words " * (1 + (i * 7919) % 3000))
    assert [mail["file"] for mail in nextjob.extract(*files)] == [str(file) for file in files]


def test_an_mbox_gives_a_line_a_message_with_its_offset(nextjob, mailbox):
    path = mailbox(300)
    mails = nextjob.extract(path)
    assert len(mails) == 300
    content = path.read_bytes()
    for mail in mails:
        assert mail["file"] == str(path)
        assert content[mail["offset"]:].startswith(b"From ")


def test_gmail_json_is_read_like_the_mail_itself(nextjob, alert, tmp_path):
    import base64
    header, body = ALERT.split("\n\n", 1)
    headers = [dict(zip(("name", "value"), line.split(": ", 1))) for line in header.splitlines()]
    path = tmp_path / "18f.json"
    path.write_text(json.dumps({
        "id": "18f", "threadId": "18f", "internalDate": "1772438400000", "labelIds": ["INBOX"],
        "payload": {"mimeType": "text/plain", "headers": headers,
                    "body": {"size": len(body), "data": base64.urlsafe_b64encode(body.encode()).decode()}}}))
    [from_json], [from_mail] = nextjob.extract(path), nextjob.extract(alert)
    assert from_json["offers"] == from_mail["offers"]


def test_a_file_that_fails_does_not_stop_the_others(nextjob, alert, tmp_path):
    done = nextjob.run("extract", tmp_path / "missing.eml", alert, tmp_path, status=1)
    assert len(done.stdout.splitlines()) >= 1
    assert json.loads(done.stdout.splitlines()[0])["file"] == str(alert)
    assert "nextjob extract: cannot read" in done.stderr and "missing.eml" in done.stderr


def test_no_database_is_touched(nextjob, alert):
    nextjob.extract(alert)
    assert not nextjob.data.exists()
