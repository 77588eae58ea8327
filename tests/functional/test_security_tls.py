"""Whom the server speaks to in secret, and how: its own TLS, and that of the mail server."""
import json
import socket
import ssl
import sys
from pathlib import Path

import pytest
from api_server import Server, until
from conftest import Nextjob
from test_api_edge import certificate

sys.path.append(str(Path(__file__).parents[1] / "fakes"))
from smtp_server import SmtpServer  # noqa: E402


@pytest.fixture(scope="module")
def server(program, tmp_path_factory):
    directory = tmp_path_factory.mktemp("tls")
    files = certificate(directory, "tls.example")
    running = Server(Nextjob(program, directory), **files)
    running.trust = files["TLS_CERT_FILE"]
    yield running
    assert running.stop() == 0


def handshake(server, **options):
    """The protocol and cipher that a client with these options comes to."""
    context = ssl.create_default_context(cafile=server.trust)
    for name, value in options.items():
        if name == "ciphers":
            context.set_ciphers(value)
        else:
            setattr(context, name, value)
    with socket.create_connection((server.host, server.port), timeout=30) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            return secure.version(), secure.cipher()[0]


def test_the_newest_protocol_is_taken(server):
    assert handshake(server)[0] == "TLSv1.3"


@pytest.mark.parametrize("cipher", ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"])
def test_ciphers_that_are_sound(server, cipher):
    assert handshake(server, maximum_version=ssl.TLSVersion.TLSv1_2, ciphers=cipher) == ("TLSv1.2", cipher)


@pytest.mark.parametrize("ciphers", ["ECDHE-ECDSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256",
                                     "AES256-GCM-SHA384:AES128-SHA", "NULL:@SECLEVEL=0"])
def test_ciphers_that_are_not(server, ciphers):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(server, maximum_version=ssl.TLSVersion.TLSv1_2, ciphers=ciphers)


def first_failure(server):
    """What the log says of the first letter that could not be delivered."""
    def found():
        lines = [json.loads(line) for line in server.log.read_text().splitlines()]
        return [line for line in lines if line["event"] in ("mail_waits", "mail_given_up", "mail_sent")]
    return until(found, bool)[0]


def test_a_mail_server_with_a_false_certificate_gets_no_letter(program, tmp_path):
    files = certificate(tmp_path, "mail.example")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files["TLS_CERT_FILE"], files["TLS_KEY_FILE"])
    mail = SmtpServer(tls=context)
    server = Server(Nextjob(program, tmp_path), SMTP_URL=mail.url, MAIL_FROM="jobs@example.org")
    server.user()
    failure = first_failure(server)
    assert failure["event"] != "mail_sent" and "certificate" in failure["reason"]
    assert server.stop() == 0
    assert not mail.letters
    mail.close()


def test_a_mail_server_elsewhere_gets_no_letter_without_tls(program, tmp_path):
    mail = SmtpServer(address="127.0.0.2")  # not one of the names of this machine that the program knows
    server = Server(Nextjob(program, tmp_path), SMTP_URL=mail.url, MAIL_FROM="jobs@example.org")
    server.user()
    failure = first_failure(server)
    assert failure["event"] != "mail_sent" and "SSL" in failure["reason"]
    assert server.stop() == 0
    assert not mail.letters
    mail.close()
