"""From a mailbox to the digest: what `import`, `skills` and `digest` promise together."""
import csv
import io
import json
import pathlib
import re
import unicodedata

import pytest

from conftest import ADA, ALERT


def width(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def test_mail_becomes_offers(ada, alert):
    said = ada.import_mail(alert).stdout
    assert "Read 1 message" in said and "Found 2 offers: 2 new, 0 seen again." in said
    assert f"Next: nextjob digest --user {ADA}" in said
    offers = {offer["title"]: offer for offer in ada.offers()}
    assert set(offers) == {"Senior Data Engineer", "Welder"}
    assert offers["Welder"]["company"] == "Fjord Machines"
    assert offers["Welder"]["apply_link"] == "https://jobs.hiring.example/view/1002"
    for offer in offers.values():
        assert 0 <= offer["match_score"] <= 10 and offer["reason"]


def test_importing_again_changes_nothing(ada, mailbox):
    ada.import_mail(mailbox(300))
    before = ada.offers()
    said = ada.import_mail(mailbox(300)).stdout
    assert "Read 300 messages" in said and "0 new, 300 known already" in said
    assert "Found 0 offers" in said
    assert ada.offers() == before


def test_one_job_in_two_mails_is_one_offer_seen_twice(ada, alert, tmp_path):
    later = tmp_path / "later.eml"
    later.write_text(ALERT.replace("alert-1@", "alert-2@").replace("Mon, 02 Mar", "Tue, 03 Mar"))
    ada.import_mail(alert)
    said = ada.import_mail(later).stdout
    assert "0 new, 2 seen again" in said
    assert [offer["sightings"] for offer in ada.offers()] == [2, 2]


def test_every_message_is_counted(ada, mailbox):
    said = ada.import_mail(mailbox(300)).stdout
    assert "Read 300 messages" in said and "300 new, 0 known already" in said
    found = int(re.search(r"Found ([\d,]+) offers: ([\d,]+) new", said)[2].replace(",", ""))
    assert found == len(ada.offers()) > 0


def test_a_directory_is_walked(ada, alert, tmp_path):
    box = tmp_path / "box" / "deep"
    box.mkdir(parents=True)
    alert.rename(box / "alert.eml")
    ada.import_mail(tmp_path / "box")
    assert len(ada.offers()) == 2


def test_skills_decide_the_score(ada, alert):
    ada.import_mail(alert)
    ada.run("skills", "set", "--user", ADA, "Welding")
    welder = {offer["title"]: offer["match_score"] for offer in ada.offers()}
    ada.run("skills", "set", "--user", ADA, "Python", "SQL", "Data Engineering")
    data = {offer["title"]: offer["match_score"] for offer in ada.offers()}
    assert data["Senior Data Engineer"] >= welder["Senior Data Engineer"]


def test_skills_are_spelled_as_they_are_known(ada):
    done = ada.run("skills", "set", "--user", ADA, "postgres", "c++", "Pyhton", "Falconry")
    assert done.stdout.splitlines() == sorted(["PostgreSQL", "C++", "Pyhton", "Falconry"], key=str.lower)
    assert 'Did you mean "Python"?' in done.stderr
    assert '"Falconry" is not in the list' in done.stderr
    assert ada.run("skills", "list", "--user", ADA).stdout == done.stdout
    assert "PostgreSQL\n" in ada.run("skills", "list").stdout


@pytest.mark.parametrize("command", [["import"], ["digest"], ["skills", "set"]])
def test_an_unknown_user_is_told_how_to_be_added(nextjob, alert, command):
    more = [str(alert)] if command != ["digest"] else []
    done = nextjob.run(*command, "--user", "nobody@example.org", *more, status=1)
    assert "there is no user nobody@example.org" in done.stderr
    assert "nextjob user add --email nobody@example.org" in done.stderr


def test_users_are_apart(ada, alert):
    ada.add_user("bo@example.org")
    ada.import_mail(alert)
    assert ada.offers("bo@example.org") == []
    assert "no offers for bo@example.org" in ada.run("digest", "--user", "bo@example.org").stderr


@pytest.mark.parametrize("columns", [40, 60, 80, 120, 200])
def test_the_table_fits_the_terminal(ada, mailbox, columns):
    ada.import_mail(mailbox(300))
    table = ada.run("digest", "--user", ADA, env={"COLUMNS": str(columns)}).stdout
    lines = [line for line in table.splitlines() if "https://" not in line and "nextjob digest" not in line]
    assert max(map(width, lines)) <= max(columns, 40)
    assert re.search(r"20 of [\d,]+ offers", table)


def test_the_digest_is_ordered_and_limited(ada, mailbox):
    ada.import_mail(mailbox(300))
    scores = [offer["match_score"] for offer in ada.offers()]
    assert scores == sorted(scores, reverse=True)
    limited = json.loads(ada.run("digest", "--user", ADA, "--json", "--limit", "7").stdout)["offers"]
    assert limited == ada.offers()[:7]


def test_csv_has_a_line_an_offer(ada, alert):
    ada.import_mail(alert)
    rows = list(csv.DictReader(io.StringIO(ada.run("digest", "--user", ADA, "--csv").stdout)))
    assert {row["title"] for row in rows} == {"Senior Data Engineer", "Welder"}
    assert all(row["apply_link"].startswith("https://") for row in rows)


def catches(pid, number):
    """Whether the process has a handler for the signal by now."""
    caught = pathlib.Path(f"/proc/{pid}/status").read_text().split("SigCgt:")[1].split()[0]
    return int(caught, 16) >> (number - 1) & 1 == 1


def test_an_interrupt_stops_in_order_and_the_next_run_goes_on(ada, mailbox):
    import signal
    import subprocess
    import time
    process = ada.start("import", "--user", ADA, mailbox(3000), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not catches(process.pid, signal.SIGINT):
        time.sleep(0.01)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=60)
    if process.returncode == 0:  # a machine so fast that it was done
        return
    assert process.returncode == 1 and "give the same command again" in error
    done = ada.import_mail(mailbox(3000))
    assert "interrupted" in done.stderr
    assert "Read 3,000 messages" in done.stdout
