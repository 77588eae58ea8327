"""What goes wrong on command: rules that are set beforehand and hit requests as they come."""
import random
import threading

# What each kind does to a request. All but the last five replace the reply.
KINDS = ("401", "403", "429", "500", "503", "slow", "cut", "garbage", "huge", "vanish", "duplicates", "disorder", "expired")


class Rule:
    """`kind` befalls requests whose path contains `path`: the next `times` of them (None: all), each with a chance of
    `probability`; only those of the account `user`, if one is given. `seconds` is for slow and for Retry-After."""

    def __init__(self, kind, path="", times=1, probability=1.0, user=None, seconds=None):
        if kind not in KINDS:
            raise ValueError(f"{kind} is none of {', '.join(KINDS)}")
        self.kind, self.path, self.times, self.probability = kind, path, times, probability
        self.user, self.seconds = user, seconds


class Faults:
    def __init__(self, seed=1):
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._rules = []
        self.hits = {}

    def add(self, **rule):
        with self._lock:
            self._rules.append(Rule(**rule))

    def clear(self):
        with self._lock:
            self._rules = []

    def strike(self, path, user=None, kinds=KINDS):
        """The rule of one of these kinds that hits this request, or None. Uses it up by one."""
        with self._lock:
            for rule in self._rules:
                if rule.kind not in kinds or rule.path not in path or (rule.user and rule.user != user):
                    continue
                if rule.times == 0 or self._random.random() >= rule.probability:
                    continue
                if rule.times is not None:
                    rule.times -= 1
                self.hits[rule.kind] = self.hits.get(rule.kind, 0) + 1
                return rule
        return None
