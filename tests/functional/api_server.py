"""A running `nextjob serve` and its clients, for the tests of the HTTP API."""
import http.client
import json
import re
import signal
import subprocess
import time
import urllib.parse
import uuid

import openapi

PASSWORD = "correct horse battery"


class Reply:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = {name.lower(): ", ".join(response.headers.get_all(name)) for name in response.headers.keys()}
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:500]!r}"


class Listening:
    """A process of `nextjob serve` that has been started, whatever it serves. `stop` ends it as an operator would; its status
    is 0 when that goes well."""

    def __init__(self, process, log):
        self.process, self.log = process, log
        line = process.stdout.readline().decode()
        found = re.search(r"https?://([^:/]+):(\d+)", line)
        assert found, f"serve said {line!r}: {log.read_text()}"
        self.host, self.port = found[1], int(found[2])

    def connect(self, timeout=60):
        return http.client.HTTPConnection(self.host, self.port, timeout=timeout)

    def call(self, method, path, body=None, token=None, form=None, headers=None):
        """One request on a connection of its own. A body that is not bytes is sent as JSON. The reply is one that the
        API's description has, or the test fails."""
        headers = dict(headers or {})
        if form is not None:
            body = urllib.parse.urlencode(form).encode()
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        elif body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection = self.connect()
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            reply = Reply(response, response.read())
        finally:
            connection.close()
        openapi.check(method, path, reply)
        return reply

    def events(self, name):
        """The lines of the log that tell of this event."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line for line in lines if line.get("event") == name]

    def memory_peak(self):
        """The most memory that the process has had resident, in bytes."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) * 1024

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.wait()

    def wait(self):
        status = self.process.wait(timeout=60)
        self.process.stdout.close()
        return status


class Server(Listening):
    """`nextjob serve` on a port of its own."""

    def __init__(self, nextjob, arguments=(), **environment):
        self.nextjob = nextjob
        log = nextjob.directory / "serve.log"
        super().__init__(nextjob.start("serve", *arguments, env={"PORT": "0"} | environment, stdout=subprocess.PIPE,
                                       stderr=open(log, "ab")), log)

    def user(self):
        """A new user, signed in."""
        return User(self)

    def service(self, name="gmail_service", secret=None):
        """A service with its token, as SERVICES gives the server its secret."""
        return Service(self, name, secret or SECRETS[name])


# For the server's environment: services and what they prove themselves with.
SECRETS = {"gmail_service": "the secret of the mail reader", "digest_generator": "the secret of the digest generator"}
SERVICES = {"SERVICE_SECRET_" + name.upper(): secret for name, secret in SECRETS.items()}


class Service:
    def __init__(self, server, name, secret):
        self.server = server
        reply = server.call("POST", "/auth/token", {"service_name": name, "service_secret": secret})
        assert reply.status == 200, reply
        assert reply.json["token_type"] == "bearer"
        self.token = reply.json["access_token"]

    def call(self, method, path, body=None, **more):
        return self.server.call(method, path, body, token=self.token, **more)


class User:
    def __init__(self, server, email=None):
        self.server = server
        self.email = email or f"user-{uuid.uuid4().hex}@example.org"
        registered = server.call("POST", "/auth/register", {"email": self.email, "password": PASSWORD})
        assert registered.status == 201, registered
        self.id = registered.json["id"]
        self.sign_in()

    def sign_in(self):
        reply = self.server.call("POST", "/auth/jwt/login", form={"username": self.email, "password": PASSWORD})
        assert reply.status == 200, reply
        self.access, self.refresh = reply.json["access"], reply.json["refresh"]
        return reply

    def call(self, method, path, body=None, **more):
        return self.server.call(method, path, body, token=self.access, **more)

    def get(self, path, status=200):
        reply = self.call("GET", path)
        assert reply.status == status, reply
        return reply.json

    def upload(self, content, name="mail.mbox", kind="application/mbox"):
        path = "/import?" + urllib.parse.urlencode({"file_name": name})
        return self.call("POST", path, content, headers={"Content-Type": kind})

    def import_mail(self, content, **more):
        """Uploads a file and waits until all of its messages are analysed."""
        reply = self.upload(content, **more)
        assert reply.status == 202, reply
        return self.wait_for_import(reply.json["id"])

    def wait_for_import(self, number):
        return until(lambda: self.get(f"/import/{number}"), lambda it: it["state"] in ("done", "failed"))

    def offers(self, query=""):
        return self.get("/job-offers" + query)["results"]


def until(ask, good, seconds=120):
    """Asks again and again until the answer is good."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if good(answer):
            return answer
        assert time.monotonic() < end, f"still {answer}"
        time.sleep(0.05)


def problems(reply):
    """The fields that a 422 finds fault with: [("body.email", "missing")]."""
    assert reply.status == 422, reply
    assert all(set(problem) == {"loc", "msg", "type"} for problem in reply.json["detail"])
    return [(".".join(map(str, problem["loc"])), problem["type"]) for problem in reply.json["detail"]]
