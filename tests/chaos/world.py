"""Everything that a distributed NextJob AI is made of, on one machine: PostgreSQL, Redis, a Google, a backend, workers."""
import base64
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TESTS / "support"))
from postgres_server import Postgres  # noqa: E402
from redis_server import Redis  # noqa: E402

SECRETS = {"SERVICE_SECRET_GMAIL_SERVICE": "the secret of the mail reader",
           "SERVICE_SECRET_DIGEST_GENERATOR": "the secret of the digest generator"}
PUSH_ACCOUNT = "push@project.iam.gserviceaccount.example"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Google:
    """The Google of the tests, in a process of its own."""

    def __init__(self):
        program = [sys.executable, TESTS / "fakes" / "google" / "google_server.py"]
        self.process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        self.client = self.tell("about")["client"]

    def tell(self, name, **arguments):
        request = urllib.request.Request(f"{self.url}/_control/{name}", json.dumps(arguments).encode())
        with urllib.request.urlopen(request, timeout=120) as reply:
            return json.load(reply)

    def deliver(self, address, mails):
        mails = [base64.b64encode(mail).decode() for mail in mails]
        return self.tell("deliver_many", email=address, raws=mails)["ids"]

    def environment(self):
        return {"GOOGLE_CLIENT_ID": self.client["id"], "GOOGLE_CLIENT_SECRET": self.client["secret"],
                "GOOGLE_ACCOUNTS_URL": self.url, "GOOGLE_OAUTH_URL": self.url, "GOOGLE_GMAIL_URL": self.url,
                "GOOGLE_CERTS_URL": self.url + "/oauth2/v3/certs"}

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Program:
    """One process of `nextjob serve`, which may be killed and started again."""

    def __init__(self, program, name, folder, roles, environment):
        self.command = [program, "serve", "--roles", roles]
        self.folder = folder / name
        self.folder.mkdir()
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder),
                            "NEXTJOB_DATA_DIR": str(self.folder / "data")} | environment
        self.name, self.process, self.kills = name, None, 0

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(self.command, env=self.environment, stdout=subprocess.PIPE, stderr=log)

    def await_listening(self):
        line = self.process.stdout.readline().decode()
        if not re.search(r"listens on", line):
            raise SystemExit(f"{self.name} does not start: {(self.folder / 'log').read_text()[-2000:]}")

    def kill(self):
        if self.process.poll() is not None:
            raise SystemExit(f"{self.name} ended by itself: {(self.folder / 'log').read_text()[-2000:]}")
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        self.kills += 1

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        self.process.stdout.close()
        return status


class World:
    def __init__(self, program, folder):
        self.postgres, self.redis, self.google = Postgres(), Redis(), Google()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        redis = {"REDIS_URL": self.redis.fresh_url()}
        shared = SECRETS | self.google.environment()
        self.backend = Program(program, "backend", folder, "api", shared | redis | {
            "DATABASE_URL": self.postgres.create("chaos"), "SECRET_KEY": "k" * 32, "SERVICE_JWT_SECRET": "s" * 32,
            "PORT": str(self.port), "PUBLIC_URL": self.url, "TRUSTED_PROXIES": "127.0.0.1",
            "ACCESS_TOKEN_LIFETIME_MINUTES": "1440", "GOOGLE_PUSH_ACCOUNT": PUSH_ACCOUNT,
            "GOOGLE_PUBSUB_TOPIC": "projects/chaos/topics/gmail"})
        workers = {"ingest-1": "ingest", "ingest-2": "ingest,analyse", "analyse-1": "analyse"}
        self.workers = [Program(program, name, folder, roles, shared | redis | {
            "PORT": "0", "BACKEND_BASE_URL": self.url, "GOOGLE_PUBSUB_TOPIC": "projects/chaos/topics/gmail"}) for name, roles in workers.items()]
        self.backend.start()
        self.backend.await_listening()
        self.google.tell("push", url=self.url + "/integrations/gmail/push", audience=self.url + "/integrations/gmail/push",
                         email=PUSH_ACCOUNT)

    def restart_backend(self):
        self.backend.kill()
        self.backend.start()
        self.backend.await_listening()

    def call(self, method, path, body=None, token=None, client=None):
        """The reply as JSON. Comes back when the backend does."""
        headers = {"Content-Type": "application/json"} | ({"X-Forwarded-For": client} if client else {})
        if token:
            headers["Authorization"] = f"Bearer {token}"
        end = time.monotonic() + 120
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                connection.request(method, path, json.dumps(body).encode() if body is not None else None, headers)
                reply = connection.getresponse()
                content = reply.read()
                if reply.status < 400:
                    return json.loads(content) if content else None
                if reply.status not in (429, 503):
                    raise SystemExit(f"{method} {path}: {reply.status} {content[:500]!r}")
            except OSError as gone:
                content = repr(gone)
            finally:
                connection.close()
            if time.monotonic() > end:
                raise SystemExit(f"{method} {path} is not answered: {content[:500]!r}")
            time.sleep(0.2)

    def connect(self, address, number):
        """Connects a Google account, which makes its user; the user's access token."""
        grant = self.google.tell("grant", email=address)
        body = {"id_token": grant["id_token"], "accessToken": grant["access_token"], "refreshToken": grant["refresh_token"]}
        return self.call("POST", "/auth/google-login", body, client=f"10.9.{number // 200}.{number % 200 + 1}")["access"]

    def ledger(self):
        """(address, source id, state, reason) of each message that the ledger has."""
        rows = self.postgres.psql("chaos", "select json_build_array(g.email, m.source_id, m.state, m.reason) from messages m "
                                           "join google_credentials g using (user_id) where m.source = 'gmail'")
        return [json.loads(row) for row in rows.splitlines()]

    def offers(self, token):
        found, path = [], "/job-offers?limit=100&cursor="
        while path:
            page = self.call("GET", path, token=token)
            found += page["results"]
            path = page["next"]
        return found

    def close(self):
        for program in (*self.workers, self.backend):
            if program.process and program.process.poll() is None:
                program.process.kill()
                program.process.wait()
        self.google.close()
        self.redis.remove()
        self.postgres.remove()
