#!/usr/bin/python3
"""A Google for tests: OAuth, Gmail and Pub/Sub push over real sockets, as they are documented, with faults on command.

In a test: `server = GoogleServer()`, then `server.environment()` for the product. From elsewhere: run this file, which
prints its URL, and POST JSON to /_control/NAME, with the arguments of the method control_NAME below.
"""
import argparse
import base64
import email.utils
import gzip
import http.server
import json
import pathlib
import sys
import threading
import time
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import gmail as gmail_api  # noqa: E402
import oauth as oauth_api  # noqa: E402
from faults import Faults  # noqa: E402
from keys import Clock, Key, KeyRing  # noqa: E402

CLIENT, SECRET = "nextjob.apps.googleusercontent.example", "the client's secret"
MAILS = pathlib.Path(__file__).parents[2] / "golden" / "mails"


class GoogleServer:
    def __init__(self, port=0, seed=1):
        self.ring, self.clock, self.faults = KeyRing(), Clock(), Faults(seed)
        self.oauth = oauth_api.OAuth(self.ring, self.clock)
        self.gmail = gmail_api.Gmail(self.oauth, self.faults, self.clock)
        self.gmail.on_change = self._push_change
        self.push = None  # where a Pub/Sub subscription delivers: {"url", "audience", "email"}
        self.pushed = []  # (status) of each delivery
        self.requests = []
        self.oauth.add_client(CLIENT, SECRET)
        outer = self

        class Handler(_Handler):
            google = outer

        self._server = _Server(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def environment(self):
        """What points the product at this Google."""
        return {"GOOGLE_CLIENT_ID": CLIENT, "GOOGLE_CLIENT_SECRET": SECRET, "GOOGLE_ACCOUNTS_URL": self.url,
                "GOOGLE_OAUTH_URL": self.url, "GOOGLE_CERTS_URL": self.url + "/oauth2/v3/certs", "GOOGLE_GMAIL_URL": self.url}

    def add_account(self, address, **more):
        self.oauth.accounts[address] = oauth_api.Account(address, **more)
        return self.oauth.accounts[address]

    def load(self, address, files, received=None):
        """Puts mails of tests/golden/mails, or files anywhere, into a mailbox."""
        return [self.gmail.deliver(address, (MAILS / file).read_bytes(), received).id for file in files]

    def send_push(self, address, history=None, key=None, message_id=None, **claims):
        """Delivers one notification as Pub/Sub does, with a signed token of the subscription's; the reply's status."""
        data = {"emailAddress": address, "historyId": history or self.gmail.box(address).history}
        now = int(self.clock.now())
        token = (key or self.ring.current).sign(
            {"iss": "https://accounts.google.com", "aud": self.push["audience"], "azp": "1", "sub": "1",
             "email": self.push["email"], "email_verified": True, "iat": now, "exp": now + 3600} | claims)
        body = {"message": {"data": base64.b64encode(json.dumps(data).encode()).decode(),
                            "messageId": message_id or str(time.time_ns()),
                            "publishTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))},
                "subscription": "projects/test/subscriptions/gmail"}
        request = urllib.request.Request(self.push["url"], json.dumps(body).encode(),
                                         {"Content-Type": "application/json", "Authorization": "Bearer " + token})
        try:
            with urllib.request.urlopen(request, timeout=10) as reply:
                status = reply.status
        except urllib.error.HTTPError as refused:
            status = refused.code
        except OSError:
            status = 0
        self.pushed.append(status)
        return status

    def _push_change(self, box):
        if self.push and box.watch and box.watch["until"] > self.clock.now():
            threading.Thread(target=self.send_push, args=(box.email,), daemon=True).start()

    # What POST /_control/NAME does; arguments and results are JSON.

    def control_client(self, client_id, secret=None, redirects=None):
        self.oauth.add_client(client_id, secret, redirects)

    def control_account(self, email, **more):
        return {"sub": self.add_account(email, **more).sub}

    def control_sign_in(self, email, consents=None):
        self.oauth.signed_in, self.oauth.consents = email, consents

    def control_grant(self, email, client_id=CLIENT, scopes=("openid", "email", oauth_api.GMAIL)):
        grant = self.oauth.grant(email, client_id, scopes)
        return {"refresh_token": grant.refresh, "access_token": self.oauth.access_token(grant),
                "id_token": self.oauth.id_token(email, client_id)}

    def control_end_grants(self, email):
        self.oauth.end_grants(email)

    def control_end_access_tokens(self):
        self.oauth.end_access_tokens()

    def control_load(self, email, files):
        return {"ids": self.load(email, files)}

    def control_deliver(self, email, raw, received=None):
        """`raw` is base64."""
        return {"id": self.gmail.deliver(email, base64.b64decode(raw), received).id}

    def control_deliver_many(self, email, raws):
        return {"ids": [self.gmail.deliver(email, base64.b64decode(raw)).id for raw in raws]}

    def control_ids(self, email):
        """Of the messages that are in the mailbox now."""
        return {"ids": list(self.gmail.box(email).messages)}

    def control_about(self):
        return {"client": {"id": CLIENT, "secret": SECRET}}

    def control_remove(self, email, id):
        self.gmail.box(email).remove(id)

    def control_expire_history(self, email):
        self.gmail.box(email).expire_history()

    def control_page_size(self, size):
        self.gmail.page_size = size

    def control_fault(self, **rule):
        self.faults.add(**rule)

    def control_no_faults(self):
        self.faults.clear()

    def control_clock(self, skew):
        self.clock.skew = skew

    def control_rotate_keys(self, keep=1, max_age=None):
        self.ring.rotate(keep)
        self.ring.max_age = max_age if max_age is not None else self.ring.max_age

    def control_push(self, url, audience, email):
        self.push = {"url": url, "audience": audience, "email": email}

    def control_send_push(self, email, forged=False, **claims):
        return {"status": self.send_push(email, key=Key("forged") if forged else None, **claims)}

    def control_state(self):
        return {"calls": self.gmail.calls, "faults": self.faults.hits, "refreshes": self.oauth.refreshes, "pushed": self.pushed,
                "watched": [box.email for box in self.gmail.boxes.values() if box.watch]}


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        """A client that goes away is no news; other faults are."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # a reply leaves at once
    disable_nagle_algorithm = True
    google = None

    def log_message(self, *_):
        pass

    def date_time_string(self, timestamp=None):
        return email.utils.formatdate(timestamp or self.google.clock.now(), usegmt=True)

    def do_GET(self):
        self._answer(b"")

    def do_POST(self):
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, body):
        url = urllib.parse.urlsplit(self.path)
        self.google.requests.append((self.command, url.path))
        bearer = (self.headers["Authorization"] or "").removeprefix("Bearer ")
        if url.path.startswith("/_control/"):
            return self._control(url.path.removeprefix("/_control/"), body)
        rule = self.google.faults.strike(url.path, kinds=("slow", "cut", "garbage", "huge"))
        if rule and rule.kind == "slow":
            time.sleep(rule.seconds or 5)
        if not url.path.startswith(gmail_api.PREFIX):
            outer = self.google.faults.strike(url.path, kinds=("401", "403", "429", "500", "503"))
            if outer:
                refused = gmail_api.struck(outer)
                return self._send(refused.status, refused.body, headers=refused.headers)
        try:
            self._route(url, bearer, body, rule)
        except oauth_api.Refused as refused:
            self._send(refused.status, refused.body, rule)
        except gmail_api.Refused as refused:
            self._send(refused.status, refused.body, rule, refused.headers)

    def _route(self, url, bearer, body, rule):
        google, query = self.google, dict(urllib.parse.parse_qsl(url.query))
        form = dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace"))) if self.command == "POST" else {}
        if url.path.startswith(gmail_api.PREFIX):
            status, headers, reply = google.gmail.answer(self.command, self.path, bearer, body)
            self._send(status, reply, rule, headers)
        elif url.path == gmail_api.BATCH:
            kind, content = google.gmail.batch(self.headers["Content-Type"], body, bearer)
            self._send_bytes(200, content, rule, {"Content-Type": kind})
        elif url.path == "/o/oauth2/v2/auth":
            self._send_bytes(302, b"", rule, {"Location": google.oauth.authorize(query)})
        elif url.path == "/token":
            self._send(200, google.oauth.token(form), rule, {"Cache-Control": "no-store"})
        elif url.path == "/tokeninfo":
            self._send(200, google.oauth.token_info((query | form).get("access_token")), rule)
        elif url.path == "/revoke":
            google.oauth.revoke((query | form).get("token"))
            self._send(200, {}, rule)
        elif url.path == "/oauth2/v3/certs":
            self._send(200, google.ring.as_json(), rule, {"Cache-Control": f"public, max-age={google.ring.max_age}, must-revalidate"})
        else:
            raise gmail_api.Refused(404, "notFound")

    def _control(self, name, body):
        try:
            result = getattr(self.google, "control_" + name)(**json.loads(body or b"{}"))
            self._send(200, result if result is not None else {})
        except Exception as wrong:  # what a test got wrong is for its eyes
            self._send(400, {"error": repr(wrong)})

    def _send(self, status, reply, rule=None, headers=None):
        self._send_bytes(status, json.dumps(reply).encode(), rule, {"Content-Type": "application/json; charset=UTF-8"} | (headers or {}))

    def _send_bytes(self, status, content, rule=None, headers=None):
        kind = rule.kind if rule else None
        if kind == "garbage":
            content = b"<html>{\"messages\": [" + content[:20]
        if kind == "huge":
            content = b'{"filler": "' + b"x" * (80 << 20) + b'"}'
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if len(content) > 1000 and "gzip" in self.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content, 1)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        try:
            self.wfile.write(content[:len(content) // 2] if kind == "cut" else content)
        except OSError:
            self.close_connection = True
        if kind == "cut":
            self.close_connection = True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    server = GoogleServer(parser.parse_args().port)
    print(server.url, flush=True)
    sys.stdin.read()  # until whoever started it is gone


if __name__ == "__main__":
    main()
