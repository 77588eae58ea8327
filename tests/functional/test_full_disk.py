"""A disk that is full: nothing half-written, reads go on, and service returns by itself when there is room."""
import resource

import pytest

from api_server import Server
from conftest import ALERT, sqlite_only

pytestmark = sqlite_only
NO_LIMIT = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def test_what_was_acknowledged_stays_and_the_rest_is_refused(nextjob, mailbox):
    server = Server(nextjob)
    user = server.user()
    assert user.import_mail(ALERT.encode(), name="alert.eml", kind="message/rfc822")["state"] == "done"
    offer = user.offers()[0]["id"]

    def step(number):
        return user.call("PATCH", f"/job-offers/{offer}", {"status": "saved", "note": f"{number} " + "x" * 900})

    # No file may grow beyond this: to the program it is a disk without room.
    room = max(file.stat().st_size for file in nextjob.data.glob("nextjob.db*")) + 400_000
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    done = 0
    while (reply := step(done)).status == 200:
        done += 1
        assert done < 20_000, "the disk never filled"
    assert reply.status == 503 and "retry-after" in reply.headers
    # There may be room for something small again: what is taken is read, now or when there is more room.
    upload = user.upload(ALERT.encode(), name="alert.eml", kind="message/rfc822")
    assert upload.status in (202, 503)
    if upload.status == 503:
        assert list((nextjob.data / "spool").iterdir()) == [], "what was not taken is not kept"
    assert [found["id"] for found in user.offers()].count(offer) == 1
    assert len(user.get(f"/job-offers/{offer}/history")["history"]) == done
    assert server.call("GET", "/health").status == 200

    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, NO_LIMIT)
    if upload.status == 202:
        assert user.wait_for_import(upload.json["id"])["state"] == "done"
    assert step(done).status == 200
    assert len(user.get(f"/job-offers/{offer}/history")["history"]) == done + 1
    assert user.import_mail(mailbox(50).read_bytes())["done"] == 50
    assert server.stop() == 0
    nextjob.run("doctor")


@pytest.mark.parametrize("kind, opening", [("application/mbox", b""), (
    "multipart/form-data; boundary=cut",
    b'--cut\r\nContent-Disposition: form-data; name="file"; filename="mail.mbox"\r\n\r\n')])
def test_an_upload_that_finds_no_room_is_answered_at_once(nextjob, kind, opening):
    server = Server(nextjob)
    user = server.user()
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1 << 20, resource.RLIM_INFINITY))
    connection = server.connect()
    connection.putrequest("POST", "/import?file_name=mail.mbox")
    for name, value in {"Authorization": f"Bearer {user.access}", "Content-Type": kind, "Content-Length": 1 << 30}.items():
        connection.putheader(name, str(value))
    connection.endheaders()
    connection.send(opening + b"x" * (2 << 20))  # and no more: the rest of the gigabyte is never sent
    reply = connection.getresponse()
    assert (reply.status, reply.getheader("connection")) == (507, "close")
    assert b"no room" in reply.read()
    connection.close()
    assert list((nextjob.data / "spool").iterdir()) == []
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, NO_LIMIT)
    assert server.stop() == 0
