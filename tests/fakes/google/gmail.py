"""The Gmail API as its clients see it: pages of ids, messages, history, watch, and batches of these."""
import email
import email.policy
import json
import re
import threading
import time
import urllib.parse

from mailboxes import Mailbox

PREFIX = "/gmail/v1/users/"
BATCH = "/batch/gmail/v1"
MOST_IN_BATCH = 100
WATCH_SECONDS = 7 * 24 * 3600  # that a watch lasts


class Refused(Exception):
    """A reply of the Google APIs' kind."""

    STATES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
              429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}

    def __init__(self, status, reason, message="No.", domain="global", retry_after=None):
        super().__init__(reason)
        self.status = status
        self.headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self.body = {"error": {"code": status, "message": message, "status": self.STATES.get(status, "UNKNOWN"),
                               "errors": [{"message": message, "domain": domain, "reason": reason}]}}


def struck(rule):
    """What a fault answers in the place of the reply."""
    limits = {"domain": "usageLimits", "retry_after": rule.seconds}
    return {"401": lambda: Refused(401, "authError"), "403": lambda: Refused(403, "rateLimitExceeded", **limits),
            "429": lambda: Refused(429, "rateLimitExceeded", **limits), "500": lambda: Refused(500, "backendError"),
            "503": lambda: Refused(503, "backendError", retry_after=rule.seconds)}[rule.kind]()


class Gmail:
    def __init__(self, oauth, faults, clock):
        self.oauth, self.faults, self.clock = oauth, faults, clock
        self.lock = threading.Lock()
        self.boxes = {}
        self.calls = {}  # by method's name
        self.page_size = 100
        self.on_change = None  # called with the mailbox when mail arrives

    def box(self, address):
        with self.lock:
            return self.boxes.setdefault(address, Mailbox(address))

    def deliver(self, address, raw, received=None):
        message = self.box(address).deliver(raw, received)
        if self.on_change:
            self.on_change(self.box(address))
        return message

    def answer(self, method, target, token, body=b""):
        """(status, headers, body as JSON) of a request to PREFIX."""
        try:
            return 200, {}, self._route(method, urllib.parse.urlsplit(target), token, body)
        except Refused as refused:
            return refused.status, refused.headers, refused.body

    def _route(self, method, url, token, body):
        grant = self.oauth.grant_of(token)
        address = grant.account.email if grant else None
        if rule := self.faults.strike(url.path, address, ("401", "403", "429", "500", "503")):
            raise struck(rule)
        if grant is None:
            raise Refused(401, "authError", "The credentials are not valid.")
        if not any("gmail" in scope for scope in grant.scopes):
            raise Refused(403, "insufficientPermissions", "The scopes do not suffice.")
        user, _, rest = urllib.parse.unquote(url.path[len(PREFIX):]).partition("/")
        if user not in ("me", address):
            raise Refused(403, "delegationDenied", "Not this account's.")
        query = dict(urllib.parse.parse_qsl(url.query))
        handlers = {("GET", "profile"): self._profile, ("GET", "messages"): self._list, ("GET", "history"): self._history,
                    ("POST", "watch"): self._watch, ("POST", "stop"): self._stop}
        name, box = rest, self.box(address)
        if method == "GET" and re.fullmatch("messages/[^/]+", rest):
            name, query["id"] = "messages/{id}", rest.partition("/")[2]
            handler = self._get
        else:
            handler = handlers.get((method, rest))
        if handler is None:
            raise Refused(404, "notFound")
        with self.lock:
            self.calls[name] = self.calls.get(name, 0) + 1
        with box.lock:
            return handler(box, query, body)

    def _profile(self, box, query, body):
        return {"emailAddress": box.email, "messagesTotal": len(box.messages), "threadsTotal": len(box.messages),
                "historyId": str(box.history)}

    def _page(self, items, query, name, most):
        start = int(query.get("pageToken", "0"))
        size = min(int(query.get("maxResults", self.page_size)), self.page_size, most)
        reply = {name: items[start:start + size]} if items else {}
        return reply | ({"nextPageToken": str(start + size)} if start + size < len(items) else {})

    def _list(self, box, query, body):
        found = box.search(query.get("q"))
        # A page begins behind the last message of the one before, whatever has come or gone meanwhile.
        received, _, last = query.pop("pageToken", "").partition("/")
        rest = [one for one in found if not last or (one.received, one.id) < (float(received), last)]
        page = self._page([one.ids() for one in rest], query, "messages", 500)
        if "nextPageToken" in page:
            end = rest[len(page["messages"]) - 1]
            page["nextPageToken"] = f"{end.received!r}/{end.id}"
        if "messages" in page and self.faults.strike("messages", box.email, ("duplicates",)):
            page["messages"] = [one for one in page["messages"] for _ in range(2)]
        return page | {"resultSizeEstimate": len(found)}

    def _get(self, box, query, body):
        message = box.messages.get(query["id"])
        if message is not None and self.faults.strike("messages/" + message.id, box.email, ("vanish",)):
            box.remove(message.id)
            message = None
        if message is None:
            raise Refused(404, "notFound", "There is no such message.")
        return message.resource(query.get("format", "full"))

    def _history(self, box, query, body):
        if not query.get("startHistoryId", "").isdigit():
            raise Refused(400, "invalidArgument", "startHistoryId is missing or no number.")
        if self.faults.strike("history", box.email, ("expired",)):
            box.expire_history()
        records = box.since(int(query["startHistoryId"]))
        if records is None:
            raise Refused(404, "notFound", "The history id is too old.")
        if query.get("historyTypes") == "messageAdded":
            records = [one for one in records if "messagesAdded" in one]
        page = self._page(records, query, "history", 500)
        if "history" in page and self.faults.strike("history", box.email, ("duplicates",)):
            page["history"] = [one for one in page["history"] for _ in range(2)]
        if "history" in page and self.faults.strike("history", box.email, ("disorder",)):
            page["history"].reverse()
        return page | {"historyId": str(box.history)}

    def _watch(self, box, query, body):
        asked = json.loads(body or b"{}")
        if not asked.get("topicName"):
            raise Refused(400, "invalidArgument", "topicName is missing.")
        box.watch = {"topic": asked["topicName"], "until": self.clock.now() + WATCH_SECONDS}
        return {"historyId": str(box.history), "expiration": str(int(box.watch["until"] * 1000))}

    def _stop(self, box, query, body):
        box.watch = None
        return {}

    def batch(self, content_type, body, token):
        """(content type, body) of the reply to a batch: each part a request, each part of the reply its answer."""
        head = f"Content-Type: {content_type}\r\n\r\n".encode()
        message = email.message_from_bytes(head + body, policy=email.policy.HTTP)
        parts = list(message.iter_parts())
        if not parts or len(parts) > MOST_IN_BATCH:
            raise Refused(400, "badRequest", f"A batch has 1 to {MOST_IN_BATCH} parts.")
        mark = f"batch_{time.time_ns():x}"
        out = b"".join(self._batch_part(part, mark, token) for part in parts)
        return f"multipart/mixed; boundary={mark}", out + f"--{mark}--\r\n".encode()

    def _batch_part(self, part, mark, token):
        text = part.get_payload(decode=True).decode()
        line = text.splitlines()[0].split()
        own = re.search(r"(?im)^authorization:\s*bearer\s+(\S+)", text)
        status, headers, reply = self.answer(line[0], line[1], own[1] if own else token)
        content = json.dumps(reply).encode()
        lines = [f"--{mark}", "Content-Type: application/http", f"Content-ID: <response-{(part['Content-ID'] or '').strip('<>')}>", "",
                 f"HTTP/1.1 {status} Said", "Content-Type: application/json; charset=UTF-8", f"Content-Length: {len(content)}",
                 *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        return "\r\n".join(lines).encode() + content + b"\r\n"
