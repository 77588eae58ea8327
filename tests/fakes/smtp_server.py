"""An SMTP server (RFC 5321) for tests: takes mail over a real socket, with the faults that it is told to have."""
import email
import email.policy
import socketserver
import threading


class SmtpServer:
    """`letters` are the messages that arrived. `refuse` makes the next recipients fail with these replies, such as 451.
    With `tls`, an ssl.SSLContext, it speaks TLS from the first byte."""

    def __init__(self, address="127.0.0.1", tls=None):
        self.letters = []
        self.refuse = []
        self._address = address
        self._scheme = "smtps" if tls else "smtp"
        self._arrived = threading.Condition()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                outer._serve(self.rfile, self.wfile)

        self._server = socketserver.ThreadingTCPServer((address, 0), Handler)
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"{self._scheme}://{self._address}:{self.port}"

    def wait_for(self, count, seconds=30):
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.letters) >= count, seconds), f"only {len(self.letters)} letters"
            return self.letters[count - 1]

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, lines, out):
        def say(text):
            out.write(text.encode() + b"\r\n")

        recipients = []
        say("220 fake.example ESMTP")
        while line := lines.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"EHLO":
                say("250-fake.example\r\n250 8BITMIME")
            elif verb == b"RCPT" and self.refuse:
                say(f"{self.refuse.pop(0)} no")
            elif verb == b"RCPT":
                recipients.append(line.decode().split(":", 1)[1].strip().strip("<>"))
                say("250 ok")
            elif verb == b"DATA":
                say("354 go on")
                body = b""
                while (text := lines.readline()) not in (b".\r\n", b""):
                    body += text[1:] if text.startswith(b".") else text
                with self._arrived:
                    letter = email.message_from_bytes(body, policy=email.policy.default)
                    letter.recipients = recipients
                    self.letters.append(letter)
                    self._arrived.notify_all()
                recipients = []
                say("250 taken")
            elif verb == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")
