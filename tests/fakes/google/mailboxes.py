"""Mailboxes: messages, the history of what happened to them, and searches."""
import re
import shlex
import threading
import time
import zlib

from payload import tree_of, words_of

FIRST_HISTORY = 1000


class Message:
    def __init__(self, number, thread, history, raw, received):
        self.id, self.thread = f"{number:016x}", f"{thread:016x}"
        self.history, self.raw, self.received = history, raw, received
        self.labels = ["INBOX", "UNREAD"]
        self.words = words_of(raw)

    def ids(self):
        return {"id": self.id, "threadId": self.thread}

    def resource(self, form):
        base = self.ids() | {"labelIds": self.labels, "snippet": "", "historyId": str(self.history),
                             "internalDate": str(int(self.received * 1000)), "sizeEstimate": len(self.raw)}
        return base if form == "minimal" else base | {"payload": tree_of(self.raw)}


class Mailbox:
    """One account's mail. History is numbered upwards with gaps, as Google's is; what is older than `oldest` is gone."""

    def __init__(self, email):
        self.email = email
        self.lock = threading.RLock()
        self.messages = {}
        self.records = []
        self.history = FIRST_HISTORY
        self.oldest = FIRST_HISTORY
        self.watch = None
        self._numbers = 0

    def deliver(self, raw, received=None):
        with self.lock:
            self._numbers += 1
            self.history += 7
            number = 0x18 << 56 | (zlib.crc32(self.email.encode()) & 0xFFFFFF) << 32 | self._numbers
            message = Message(number, number, self.history, raw, received or time.time())
            self.messages[message.id] = message
            added = {"message": message.ids() | {"labelIds": message.labels}}
            self.records.append((self.history, {"messagesAdded": [added]}, message.ids()))
            return message

    def remove(self, message_id):
        with self.lock:
            gone = self.messages.pop(message_id)
            self.history += 7
            self.records.append((self.history, {"messagesDeleted": [{"message": gone.ids()}]}, gone.ids()))

    def expire_history(self):
        """Whatever clients remember is too old now."""
        with self.lock:
            self.history += 7
            self.oldest = self.history
            self.records = []

    def search(self, query):
        """The messages that a query finds, the newest first."""
        test = _query(query or "")
        with self.lock:
            found = [one for one in self.messages.values() if test(one)]
        return sorted(found, key=lambda one: (one.received, one.id), reverse=True)

    def since(self, start):
        """Records after a history id; None when it is too old."""
        with self.lock:
            if start < self.oldest:
                return None
            return [{"id": str(number), "messages": [ids]} | what for number, what, ids in self.records if number > start]


def _query(text):
    """A search of Gmail's: words, from:, subject:, after:, before:, newer_than:, -not, "phrases", {any of} and (a OR b)."""
    tests, rest = [], text

    def group(found):
        inner = [_term(word) for word in shlex.split(found[1] or found[2]) if word != "OR"]
        tests.append(lambda message: any(test(message) for test in inner))
        return " "

    rest = re.sub(r"\{([^}]*)\}|\(([^)]*)\)", group, rest)
    tests += [_term(word) for word in shlex.split(rest)]
    return lambda message: all(test(message) for test in tests)


def _moment(value):
    if re.fullmatch(r"\d+", value):
        return int(value)
    return time.mktime(time.strptime(value.replace("-", "/"), "%Y/%m/%d"))


def _term(word):
    if word.startswith("-"):
        inner = _term(word[1:])
        return lambda message: not inner(message)
    name, _, value = word.partition(":")
    value = value.lower()
    if name in ("from", "subject"):
        return lambda message: value in message.words[name]
    if name == "after":
        return lambda message: message.received >= _moment(value)
    if name == "before":
        return lambda message: message.received < _moment(value)
    if name == "newer_than":
        seconds = int(value[:-1]) * {"d": 86400, "m": 30 * 86400, "y": 365 * 86400}[value[-1]]
        return lambda message: message.received >= time.time() - seconds
    if name in ("in", "label", "category"):
        return lambda message: True
    return lambda message: any(word.lower() in part for part in message.words.values())
