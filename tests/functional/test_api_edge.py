"""What stands between the API and the open internet: TLS, proxies, limits, compression, caches, pages of other origins."""
import gzip
import http.client
import itertools
import socket
import ssl
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from api_server import PASSWORD, Server
from conftest import Nextjob


@pytest.fixture(scope="module")
def server(program, tmp_path_factory):
    running = Server(Nextjob(program, tmp_path_factory.mktemp("edge")), ALLOWED_ORIGINS="https://app.example.org")
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def ada(server, mailbox):
    user = server.user()
    assert user.import_mail(mailbox(60).read_bytes())["state"] == "done"
    return user


def certificate(directory, name):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", directory / "key.pem", "-out", directory / "cert.pem"], check=True, capture_output=True)
    return {"TLS_CERT_FILE": str(directory / "cert.pem"), "TLS_KEY_FILE": str(directory / "key.pem")}


def test_tls_by_certificate_files(program, tmp_path):
    files = certificate(tmp_path, "first.example")
    server = Server(Nextjob(program, tmp_path), **files)
    trust = ssl.create_default_context(cafile=files["TLS_CERT_FILE"])
    trust.set_alpn_protocols(["h2", "http/1.1"])
    connection = http.client.HTTPSConnection(server.host, server.port, context=trust)
    for _ in range(3):
        connection.request("GET", "/health")
        reply = connection.getresponse()
        assert reply.status == 200 and reply.read()
        assert "max-age=" in reply.headers["Strict-Transport-Security"]
    assert connection.sock.selected_alpn_protocol() == "http/1.1"
    connection.close()

    old = ssl.create_default_context(cafile=files["TLS_CERT_FILE"])
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        http.client.HTTPSConnection(server.host, server.port, context=old).request("GET", "/health")
    with socket.create_connection((server.host, server.port)) as plain:
        plain.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200" not in plain.recv(1000), "plain HTTP on the TLS port"
    assert server.stop() == 0


@pytest.mark.parametrize("change, said", [
    ({"TLS_KEY_FILE": None}, "TLS needs both"),
    ({"TLS_CERT_FILE": "/nowhere/cert.pem"}, "TLS_CERT_FILE is /nowhere/cert.pem, which can't be used"),
    ({"TLS_KEY_FILE": "KEY OF ANOTHER"}, "does not belong to the certificate"),
    ({"TRUSTED_PROXIES": "example.org"}, "\"example.org\" is neither an address nor a network"),
    ({"SMTP_URL": "mail.example.org"}, "SMTP_URL must be"),
    ({"SMTP_URL": "smtps://mail.example.org"}, "MAIL_FROM"),
    ({"PUBLIC_URL": "jobs.example.org"}, "PUBLIC_URL is"),
    ({"SECRET_KEY_PREVIOUS": "short"}, "SECRET_KEY_PREVIOUS has a key of 5 characters"),
])
def test_settings_that_are_wrong_stop_the_start_and_say_so(program, tmp_path, change, said):
    settings = certificate(tmp_path, "a.example")
    if change.get("TLS_KEY_FILE") == "KEY OF ANOTHER":
        (tmp_path / "other").mkdir()
        change = {"TLS_KEY_FILE": certificate(tmp_path / "other", "b.example")["TLS_KEY_FILE"]}
    settings.update(change)
    settings = {name: value for name, value in settings.items() if value is not None}
    nextjob = Nextjob(program, tmp_path)
    process = nextjob.start("serve", env={"PORT": "0"} | settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, error = process.communicate(timeout=60)
    assert process.returncode != 0 and out == b""
    assert said in error.decode()


def test_lists_are_compressed_for_those_who_read_it(ada):
    plain = ada.call("GET", "/job-offers?limit=50")
    packed = ada.call("GET", "/job-offers?limit=50", headers={"Accept-Encoding": "br;q=1.0, gzip;q=0.8"})
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2
    assert "Accept-Encoding" in packed.headers["vary"] and "Accept-Encoding" in plain.headers["vary"]
    assert "content-encoding" not in ada.call("GET", "/users/me", headers={"Accept-Encoding": "gzip"}).headers


def test_a_list_that_has_not_changed_is_not_sent_again(ada):
    first = ada.call("GET", "/job-offers")
    tag = first.headers["etag"]
    again = ada.call("GET", "/job-offers", headers={"If-None-Match": tag, "Accept-Encoding": "gzip"})
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert first.headers["cache-control"] == "private, no-cache"
    gone = first.json["results"][0]["id"]
    assert ada.call("DELETE", f"/job-offers/{gone}").status == 204
    changed = ada.call("GET", "/job-offers", headers={"If-None-Match": tag})
    assert changed.status == 200 and changed.headers["etag"] != tag


def test_only_named_origins_may_read_replies(server):
    def asked(origin):
        return server.call("GET", "/health", headers={"Origin": origin}).headers.get("access-control-allow-origin")
    assert asked("https://app.example.org") == "https://app.example.org"
    assert asked("https://evil.example") is None
    preflight = server.call("OPTIONS", "/job-offers", headers={"Origin": "https://app.example.org",
                                                               "Access-Control-Request-Method": "GET"})
    assert preflight.status == 204 and "GET" in preflight.headers["access-control-allow-methods"]


def failures(server, address, count):
    return [server.call("POST", "/auth/jwt/login", form={"username": f"{uuid.uuid4().hex}@example.org", "password": "wrong"},
                        headers={"X-Forwarded-For": address}).status for i in range(count)]


def refused_in_time(server, addresses):
    """Whether one is told to wait before long. Eight at once: the allowance refills while passwords are looked at, and
    on a slow machine they would never use it up one after the other."""
    with ThreadPoolExecutor(8) as clients:
        while some := list(itertools.islice(addresses, 8)):
            if any(429 in statuses for statuses in clients.map(lambda address: failures(server, address, 10), some)):
                return True
    return False


def test_a_client_does_not_choose_its_own_address(program, tmp_path):
    server = Server(Nextjob(program, tmp_path))
    assert refused_in_time(server, (f"198.51.100.{i}" for i in range(100))), "the limit counts the peer, whatever it says"
    assert server.stop() == 0


def test_behind_a_trusted_proxy_the_client_is_counted(program, tmp_path):
    server = Server(Nextjob(program, tmp_path), TRUSTED_PROXIES="127.0.0.0/8")
    statuses = [failures(server, f"198.51.100.{i}", 10) for i in range(13)]
    assert all(status == 400 for group in statuses for status in group)
    assert refused_in_time(server, itertools.repeat("192.0.2.66, 198.51.100.200", 100))
    assert failures(server, "192.0.2.66", 1) == [400], "what the client put before its address does not count"
    assert server.stop() == 0


def test_one_client_does_not_take_all_connections(program, tmp_path):
    server = Server(Nextjob(program, tmp_path))
    held = [socket.create_connection((server.host, server.port)) for _ in range(256)]
    with socket.create_connection((server.host, server.port)) as more:
        assert b" 503 " in more.recv(1000).split(b"\r\n")[0] + b" "
    with socket.create_connection((server.host, server.port), source_address=("127.0.0.9", 0)) as other:
        other.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b" 200 " in other.recv(1000), "another client has room"
    for one in held:
        one.close()
    assert server.stop() == 0


def test_memory_follows_what_is_sent_not_what_is_announced(program, tmp_path):
    server = Server(Nextjob(program, tmp_path))
    head = (b"POST /auth/register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000000\r\n\r\n{")
    before = server.memory_peak()
    held = []
    for _ in range(200):
        held.append(socket.create_connection((server.host, server.port)))
        held[-1].sendall(head)
    assert server.call("GET", "/health").status == 200
    assert server.memory_peak() - before < 40_000_000
    for one in held:
        one.close()
    assert server.stop() == 0


def test_nobody_keeps_an_owner_out_by_guessing(program, tmp_path):
    server = Server(Nextjob(program, tmp_path), TRUSTED_PROXIES="127.0.0.1")
    owner = server.user()

    def sign_in(password, address):
        return server.call("POST", "/auth/jwt/login", form={"username": owner.email, "password": password},
                           headers={"X-Forwarded-For": address}).status

    assert [sign_in("wrong", "198.51.100.7") for _ in range(12)][-1] == 429
    assert sign_in(PASSWORD, "192.0.2.1") == 200
    assert server.stop() == 0
