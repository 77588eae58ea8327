#!/usr/bin/python3
"""Breaks everything that can break while mail is read, and then counts what arrived.

A hundred mailboxes with 20,000 mails, half of them there before the accounts are connected, half arriving meanwhile; a Google
that fails in every way it is known to; three workers of which one is killed at each stroke, PostgreSQL, Redis and the
backend taken down in between. When it is over, each mail must have ended in the ledger, and each offer be there once. The
last line is JSON.
"""
import argparse
import json
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mails  # noqa: E402
from world import World  # noqa: E402

# What each request to Google meets, by chance. `expired` is rare: it makes a mailbox be listed anew.
FAULTS = [("401", "/gmail/", 0.005, None), ("403", "/gmail/", 0.005, 1), ("429", "/gmail/", 0.005, 1), ("500", "/gmail/", 0.01, None),
          ("503", "/gmail/", 0.005, None), ("slow", "/gmail/", 0.005, 2), ("cut", "/gmail/", 0.005, None),
          ("garbage", "/gmail/", 0.005, None), ("vanish", "messages/", 0.001, None), ("duplicates", "", 0.05, None),
          ("disorder", "history", 0.1, None), ("expired", "history", 0.005, None), ("500", "/token", 0.02, None)]
CLOCK_SKEW = 45  # seconds that Google's clock is ahead


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


class Chaos:
    def __init__(self, world, plan):
        self.world, self.plan = world, plan
        self.random = random.Random(plan.seed)
        self.boxes = [f"box{number}@gmail.com" for number in range(plan.mailboxes)]
        self.per_box = plan.messages // plan.mailboxes
        self.tokens, self.ids = {}, {address: [] for address in self.boxes}
        self.delivered = threading.Event()
        self.downs = {"postgres": 0, "redis": 0, "backend": 0}

    def run(self):
        self.fill()
        for kind, path, chance, seconds in FAULTS:
            self.world.google.tell("fault", kind=kind, path=path, times=None, probability=chance, seconds=seconds)
        self.world.google.tell("clock", skew=CLOCK_SKEW)
        for worker in self.world.workers:
            worker.start()
        deliveries = threading.Thread(target=self.deliver_rest)
        deliveries.start()
        self.strike()
        deliveries.join()
        self.faults = self.world.google.tell("state")["faults"]
        self.world.google.tell("no_faults")
        self.settle()
        return self.count()

    def fill(self):
        """Half of the mails, and the accounts connected."""
        say(f"{self.plan.mailboxes} mailboxes of {self.per_box} mails")
        for number, address in enumerate(self.boxes):
            self.world.google.tell("account", email=address)
            self.deliver(number, range(self.per_box // 2))
            self.tokens[address] = token = self.world.connect(address, number)
            # All of it, so that each mail must be found; without, the first look asks Gmail for job mail only.
            self.world.call("PUT", "/integrations/gmail/settings", {"query": "in:anywhere"}, token=token)

    def deliver(self, box, numbers):
        address = self.boxes[box]
        self.ids[address] += self.world.google.deliver(address, [mails.mail(box, number, address) for number in numbers])

    def deliver_rest(self):
        pace = self.plan.kills * self.plan.pause / max(1, self.per_box - self.per_box // 2)
        for number in range(self.per_box // 2, self.per_box):
            began = time.monotonic()
            for box in range(len(self.boxes)):
                self.deliver(box, [number])
            time.sleep(max(0.0, pace - (time.monotonic() - began)))

    def strike(self):
        """Kills workers; in between, evenly, the servers are taken down."""
        downs = {}
        for kind, times in (("postgres", self.plan.restarts), ("redis", self.plan.restarts), ("backend", self.plan.restarts)):
            for one in range(times):
                downs.setdefault(self.random.randrange(self.plan.kills), []).append(kind)
        for stroke in range(self.plan.kills):
            time.sleep(self.random.uniform(0.2, 2 * self.plan.pause - 0.2))
            for kind in downs.get(stroke, ()):
                self.take_down(kind)
            worker = self.random.choice(self.world.workers)
            worker.kill()
            worker.start()
            if stroke % 10 == 9:
                say(f"{stroke + 1} kills, {self.downs}")

    def take_down(self, kind):
        self.downs[kind] += 1
        if kind == "backend":
            self.world.restart_backend()
            return
        server = getattr(self.world, kind)
        server.stop()
        time.sleep(self.random.uniform(0, 3))
        server.start()

    def settle(self):
        """Until nothing is on its way any more."""
        end, last = time.monotonic() + self.plan.patience, None
        while time.monotonic() < end:
            states = {}
            for _, _, state, _ in self.world.ledger():
                states[state] = states.get(state, 0) + 1
            if states != last:
                say(f"ledger: {states}")
            arrived = sum(states.values()) >= self.plan.mailboxes * self.per_box - self.faults.get("vanish", 0)
            if arrived and states == last and not states.get("seen") and not states.get("queued"):
                return
            last = states
            time.sleep(2)
        say("it does not come to rest")

    def count(self):
        ended = {}
        for address, message, state, reason in self.world.ledger():
            ended.setdefault(address, {})[message] = (state, reason)
        lost, doubled, accounted, found, dead, vanished = [], 0, 0, 0, 0, 0
        for box, address in enumerate(self.boxes):
            offers = self.world.offers(self.tokens[address])
            there = {offer["apply_link"] for offer in offers}
            found += len(offers)
            doubled += len(offers) - len(there)
            left = set(self.world.google.tell("ids", email=address)["ids"])
            for number, message in enumerate(self.ids[address]):
                state, reason = ended.get(address, {}).get(message, ("never seen", ""))
                gone = message not in left
                vanished += gone
                dead += state == "dead"
                accounted += state in ("done", "skipped", "dead") or gone
                whole = all(mails.link(box, one) in there for one in mails.offers_of(number))
                if not gone and (state not in ("done", "skipped") or not whole):
                    lost.append(f"{address} {message} ({number}): {state} {reason}")
        for line in lost[:20]:
            say("lost: " + line)
        return {"messages": sum(len(ids) for ids in self.ids.values()), "accounted": accounted, "lost": len(lost),
                "doubled": doubled, "kills": sum(worker.kills for worker in self.world.workers), "offers": found,
                "dead": dead, "deleted_meanwhile": vanished, "restarts": self.downs, "faults": self.faults}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--mailboxes", type=int, default=100)
    parser.add_argument("--messages", type=int, default=20000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--restarts", type=int, default=5, help="of PostgreSQL, of Redis and of the backend")
    parser.add_argument("--pause", type=float, default=3, help="seconds between two kills, on average")
    parser.add_argument("--patience", type=float, default=900, help="seconds to wait for the rest at the end")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", action="store_true", help="leave the logs where they are")
    plan = parser.parse_args()
    say(f"seed {plan.seed}")
    began = time.monotonic()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="nextjob-chaos-"))
    world = World(plan.program, folder)
    try:
        result = Chaos(world, plan).run()
    finally:
        world.close()
    good = result["lost"] == 0 and result["doubled"] == 0 and result["accounted"] == result["messages"]
    if plan.keep or not good:
        say(f"logs: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(result | {"seconds": round(time.monotonic() - began), "seed": plan.seed}))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
