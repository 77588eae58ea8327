"""Mailboxes over IMAP, against a real Dovecot: each mail comes once."""
import time

import pytest
from api_server import Server, until
from conftest import Nextjob
from cutting_proxy import CuttingProxy
from dovecot_server import PASSWORD, Dovecot
from imap_box import Box, alert, allowing, box, dovecot, nextjob, server  # noqa: F401 (fixtures)


def test_new_mail_is_read_once(box):
    box.dovecot.append(box.name, alert(1))
    box.connect()
    box.wait_for_offers(1)
    box.first_run()
    box.dovecot.append(box.name, alert(2), alert(3))
    assert box.run()["found"] == 2
    box.wait_for_offers(3)
    assert box.run()["found"] == 0
    assert len(box.ledger()) == 3


def test_mail_from_before_the_days_is_left(box):
    with box.dovecot.client(box.name) as client:
        for number, days in ((1, 100), (2, 3)):
            client.append("INBOX", None, time.localtime(time.time() - 86400 * days), alert(number, days_ago=days))
    assert box.connect(days=30)["chosen"] == [{"name": "INBOX", "mails": 1}]
    assert box.first_run()["found"] == 1
    assert box.offers() == ["Data Engineer 2"]


def test_nothing_in_the_mailbox_changes(box):
    box.dovecot.append(box.name, *[alert(number) for number in range(5)])
    box.connect()
    box.wait_for_offers(5)
    assert all(b"\\Seen" not in line for line in box.dovecot.flags(box.name))
    with box.dovecot.client(box.name) as client:
        assert client.select("INBOX")[1] == [b"5"]


def test_folders_have_names_of_any_kind(box):
    box.dovecot.create(box.name, "Jobs &APw-ber alles")
    box.dovecot.create(box.name, "R&-D 100% \\\"x\\\"")
    box.dovecot.append(box.name, alert(1), folder="Jobs &APw-ber alles")
    box.dovecot.append(box.name, alert(2), folder="R&-D 100% \\\"x\\\"")
    found = box.connect(folders=["Jobs über alles", 'R&D 100% "x"'])
    assert found["folders"] == ["INBOX", "Jobs über alles", 'R&D 100% "x"']
    assert box.first_run()["error"] is None
    assert box.offers() == ["Data Engineer 1", "Data Engineer 2"]


def test_mail_that_moves_between_folders_is_one(box):
    box.dovecot.create(box.name, "Jobs")
    box.dovecot.append(box.name, alert(1), alert(2))
    box.connect(folders=["INBOX", "Jobs"])
    box.wait_for_offers(2)
    box.first_run()
    with box.dovecot.client(box.name) as client:
        client.select("INBOX")
        assert client.uid("MOVE", "1", "Jobs")[0] == "OK"
    assert box.run()["error"] is None
    assert box.offers() == ["Data Engineer 1", "Data Engineer 2"]
    assert len(box.user.get("/job-offers")["results"]) == 2


@pytest.mark.parametrize("closed", [False, True])
def test_a_folder_that_is_gone_or_closed_leaves_the_others_read(box, closed):
    box.dovecot.create(box.name, "Jobs")
    box.dovecot.append(box.name, alert(1))
    box.dovecot.append(box.name, alert(2), folder="Jobs")
    box.connect(folders=["Jobs", "INBOX"])
    box.wait_for_offers(2)
    assert box.first_run()["notice"] is None
    if closed:
        box.dovecot.directory(box.name, "Jobs").chmod(0)
    else:
        with box.dovecot.client(box.name) as client:
            assert client.delete("Jobs")[0] == "OK"
    box.dovecot.append(box.name, alert(3))
    ended = box.run()
    assert (ended["phase"], ended["error"], ended["found"]) == ("idle", None, 1)
    assert ("the folder Jobs" if closed else "no folder Jobs") in ended["notice"]
    box.wait_for_offers(3)
    state = box.state()
    assert (state["state"], state["what_to_do"]) == ("connected", ended["notice"])
    if closed:
        box.dovecot.directory(box.name, "Jobs").chmod(0o700)
    else:
        box.dovecot.create(box.name, "Jobs")
    box.dovecot.append(box.name, alert(4), folder="Jobs")
    assert box.run()["notice"] is None
    box.wait_for_offers(4)
    assert box.state()["what_to_do"] is None


def test_deleted_mail_is_passed_over(box):
    box.dovecot.append(box.name, alert(1), alert(2), alert(3))
    with box.dovecot.client(box.name) as client:
        client.select("INBOX")
        client.store("2", "+FLAGS", "\\Deleted")
    box.connect()
    assert box.first_run()["found"] == 2
    assert box.offers() == ["Data Engineer 1", "Data Engineer 3"]


def test_new_numbers_bring_no_mail_twice(box):
    box.dovecot.append(box.name, alert(1), alert(2))
    box.connect()
    box.wait_for_offers(2)
    box.first_run()
    box.dovecot.renumber(box.name)
    box.dovecot.append(box.name, alert(3))
    ended = box.run()
    assert ended["error"] is None
    assert box.offers() == ["Data Engineer 1", "Data Engineer 2", "Data Engineer 3"]
    assert len(box.ledger("done")) == 3
    assert box.run()["found"] == 0


def test_a_mail_of_thirty_mebibytes_comes_whole(box):
    box.dovecot.append(box.name, alert(1, size=30 << 20), alert(2))
    box.connect()
    assert box.first_run()["error"] is None
    assert box.offers() == ["Data Engineer 1", "Data Engineer 2"]
    assert [row["truncated"] for row in box.ledger()] == [False, False]


def test_of_a_larger_mail_the_beginning_is_read(box):
    box.dovecot.append(box.name, alert(1, size=40 << 20))
    box.connect()
    assert box.first_run()["error"] is None
    assert box.offers() == ["Data Engineer 1"]
    assert [row["truncated"] for row in box.ledger()] == [True]


def test_mail_that_looks_like_the_servers_answers_is_mail(box):
    hostile = alert(1) + b"* 2 FETCH (UID 2 BODY[]<0> {3}\r\nabc)\r\nn4 OK done\r\nn5 BAD no\r\n* BYE\r\n)\r\n"
    box.dovecot.append(box.name, hostile, alert(2))
    box.connect()
    assert box.first_run()["error"] is None
    assert box.offers() == ["Data Engineer 1", "Data Engineer 2"]


# When things go wrong.

def test_a_password_that_ends_breaks_the_connection_until_it_is_renewed(box):
    box.dovecot.append(box.name, alert(1))
    box.connect()
    box.wait_for_offers(1)
    box.first_run()
    box.dovecot.add_user(box.name, "another")
    box.dovecot.append(box.name, alert(2))
    box.ask()
    broken = until(box.state, lambda it: it["state"] == "broken")
    assert "connect the mailbox again" in broken["what_to_do"]
    box.connect(password="another")
    assert box.state()["state"] == "connected"
    box.wait_for_offers(2)


def test_a_server_that_is_away_is_waited_for(program, tmp_path):
    dovecot = Dovecot()
    running = Server(Nextjob(program, tmp_path), **allowing(dovecot))
    try:
        box = Box(dovecot, running)
        box.dovecot.append(box.name, alert(1))
        box.connect()
        box.wait_for_offers(1)
        box.first_run()
        box.dovecot.append(box.name, alert(2))
        dovecot.stop()
        assert box.run()["phase"] == "failed"
        assert box.state()["state"] == "connected"
        assert box.try_to_connect().status == 503
        dovecot.start()
        box.wait_for_offers(2)  # by itself, after a while
    finally:
        assert running.stop() == 0
        dovecot.remove()


def test_a_connection_that_is_cut_loses_nothing(box):
    proxy = CuttingProxy(box.dovecot.tls_port)
    box.dovecot.append(box.name, *[alert(number, size=60_000) for number in range(30)])
    box.connect(port=proxy.port)
    proxy.cut_after = 100_000
    until(lambda: proxy.cuts, lambda cuts: cuts > 2)
    proxy.cut_after = None
    end = time.monotonic() + 120
    while box.user.get("/job-offers")["count"] < 30 and time.monotonic() < end:
        box.ask()
        time.sleep(0.5)
    proxy.close()
    assert len(box.offers()) == 30
    assert len(box.ledger("done")) == 30


def test_the_log_has_no_passwords_addresses_or_mail(box):
    box.dovecot.append(box.name, alert(77001, title="Chandelier Engineer"))
    box.connect()
    box.wait_for_offers(1)
    box.try_to_connect(password="secret guess")
    log = box.server.log.read_text()
    for private in (PASSWORD, "secret guess", box.name, "Chandelier", "hiring.example"):
        assert private not in log, private
