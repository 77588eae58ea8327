#!/usr/bin/python3
"""From a mail's arrival at Gmail to its offers in the API, with push: `push_bench.py [MAILS]`.

A Google of the tests on this machine tells the server of each mail by push, as Pub/Sub does; `nextjob serve` on SQLite does all
the rest. The clock runs from the delivery until `GET /job-offers` has the mail's offers, asked every 5 ms.
"""
import pathlib
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
for folder in ("tests/functional", "tests/fakes/google", "tests/chaos", "tests/support"):
    sys.path.append(str(ROOT / folder))
import mails  # noqa: E402
from api_server import Server, until  # noqa: E402
from conftest import Nextjob  # noqa: E402
from google_server import GoogleServer  # noqa: E402

PUSHER, AUDIENCE, ADDRESS = "push@project.iam.gserviceaccount.example", "https://jobs.example.org/push", "ada@gmail.com"


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    google = GoogleServer()
    with tempfile.TemporaryDirectory() as folder:
        nextjob = Nextjob(str(ROOT / "build/release/nextjob"), pathlib.Path(folder))
        server = Server(nextjob, GOOGLE_PUSH_ACCOUNT=PUSHER, GOOGLE_PUSH_AUDIENCE=AUDIENCE,
                        GOOGLE_PUBSUB_TOPIC="projects/bench/topics/gmail", **google.environment())
        google.push = {"url": f"http://{server.host}:{server.port}/integrations/gmail/push", "audience": AUDIENCE, "email": PUSHER}
        google.add_account(ADDRESS)
        user = server.user()
        grant = google.control_grant(ADDRESS)
        user.call("POST", "/auth/google-login", {"id_token": grant["id_token"], "accessToken": grant["access_token"],
                                                 "refreshToken": grant["refresh_token"]})
        until(lambda: user.get("/integrations/gmail/sync"), lambda it: it["phase"] == "idle" and not it["asked"])
        seconds, offers = [], 0
        for number in range(count):
            if not mails.offers_of(number):
                continue
            offers += 2
            began = time.perf_counter()
            google.gmail.deliver(ADDRESS, mails.mail(1, number, ADDRESS))
            while user.get("/job-offers?limit=1")["count"] < offers:
                time.sleep(0.005)
            seconds.append(time.perf_counter() - began)
        server.stop()
    google.close()
    print(f"{len(seconds)} mails: median {statistics.median(seconds) * 1000:.0f} ms, at most {max(seconds) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
