"""The server under load: large uploads, and the end of its life."""
import http.client
import signal
import threading

from api_server import Server
from conftest import ALERT, Nextjob

MEGABYTE = 1 << 20


def test_a_large_upload_passes_through_little_memory(program, tmp_path):
    server = Server(Nextjob(program, tmp_path))
    user = server.user()
    user.upload(b"From x\n\nhello\n")
    before = server.memory_peak()
    connection = server.connect()
    connection.putrequest("POST", "/import")
    connection.putheader("Authorization", f"Bearer {user.access}")
    connection.putheader("Content-Type", "multipart/form-data; boundary=b")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    piece = b"0123456789abcde\n" * (MEGABYTE // 16)

    def send(data):
        connection.send(b"%x\r\n%s\r\n" % (len(data), data))

    # The last boundary never comes, so that the file is received, refused and gone, and nothing reads it.
    send(b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"big.mbox\"\r\n\r\n")
    for _ in range(100):
        send(piece)
    connection.send(b"0\r\n\r\n")
    assert connection.getresponse().status == 400
    assert server.memory_peak() - before < 40 * MEGABYTE
    assert server.stop() == 0
    assert list((tmp_path / "data" / "spool").iterdir()) == []


class Visitor(threading.Thread):
    """Asks on one connection until the server says that it closes it. A request without reply is a loss."""

    def __init__(self, server, token):
        super().__init__()
        self.connection, self.token = server.connect(), token
        self.answered, self.lost = 0, None

    def run(self):
        closing = False
        while not closing:
            try:
                self.connection.request("GET", "/job-offers", headers={"Authorization": f"Bearer {self.token}"})
                response = self.connection.getresponse()
                response.read()
                closing = response.getheader("Connection") == "close"
                assert response.status == 200
                self.answered += 1
            except (http.client.HTTPException, OSError, AssertionError) as error:
                self.lost = error
                return


def test_a_server_that_stops_loses_no_request(program, tmp_path):
    server = Server(Nextjob(program, tmp_path))
    user = server.user()
    visitors = [Visitor(server, user.access) for _ in range(8)]
    # An upload that is half here when the signal comes.
    upload = server.connect()
    upload.putrequest("POST", "/import")
    upload.putheader("Authorization", f"Bearer {user.access}")
    upload.putheader("Content-Type", "message/rfc822")
    upload.putheader("Content-Length", str(len(ALERT)))
    upload.putheader("Expect", "100-continue")
    upload.endheaders()
    with upload.sock.makefile("rb") as reader:
        assert reader.readline().startswith(b"HTTP/1.1 100")
        assert reader.readline() == b"\r\n"
    for visitor in visitors:
        visitor.start()
    while sum(visitor.answered for visitor in visitors) < 200:
        assert not any(visitor.lost for visitor in visitors)
    server.process.send_signal(signal.SIGTERM)
    for visitor in visitors:
        visitor.join()
    upload.send(ALERT.encode())
    accepted = upload.getresponse()
    assert accepted.status == 202
    assert accepted.getheader("Connection") == "close"
    assert server.wait() == 0
    assert [visitor.lost for visitor in visitors] == [None] * 8

    # The accepted upload is worked on when the server starts again.
    second = Server(Nextjob(program, tmp_path))
    user.server = second
    number = user.get("/imports")["results"][0]["id"]
    assert user.wait_for_import(number)["offers_new"] == 2
    assert second.stop() == 0


def test_a_second_server_on_the_port_says_why_it_does_not_start(program, tmp_path):
    first = Server(Nextjob(program, tmp_path))
    other = tmp_path / "other"
    other.mkdir()
    done = Nextjob(program, other).run("serve", env={"PORT": str(first.port)}, status=1)
    assert f"Another program listens on 127.0.0.1:{first.port}" in done.stderr
    assert "PORT" in done.stderr and "terminate" not in done.stderr
    assert first.stop() == 0
