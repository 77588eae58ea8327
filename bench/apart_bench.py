#!/usr/bin/env python3
"""Measures a worker without a database beside one in the backend's own process: mails a second from upload to the last offer.

  apart_bench.py [N]        N is 5000 when it is not given

Client, backend, worker and SQLite share the machine. Prints a line of JSON to standard output.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).parent.parent
PROGRAM = ROOT / "build/release/nextjob"
SECRET = {"SERVICE_SECRET_DIGEST_GENERATOR": "the secret of the benchmark"}


def call(url, body=None, token=None, kind="application/json"):
    headers = {"Content-Type": kind} | ({"Authorization": "Bearer " + token} if token else {})
    with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as reply:
        return json.loads(reply.read())


def measure(directory, mailbox, count, apart):
    environment = os.environ | SECRET | {"NEXTJOB_DATA_DIR": str(directory / ("apart" if apart else "beside")), "PORT": "0"}
    roles = ["--roles", "api" if apart else "api,analyse"]
    processes = [subprocess.Popen([PROGRAM, "serve", *roles], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)]
    try:
        url = re.search(rb"http://\S+", processes[0].stdout.readline())[0].decode()
        if apart:
            known = os.environ | SECRET | {"BACKEND_BASE_URL": url, "NEXTJOB_DATA_DIR": str(directory / "none"), "PORT": "0"}
            processes.append(subprocess.Popen([PROGRAM, "serve", "--roles", "analyse"], env=known, stdout=subprocess.DEVNULL,
                                              stderr=subprocess.DEVNULL))
        account = {"email": "ada@example.org", "password": "correct horse battery"}
        call(url + "/auth/register", json.dumps(account).encode())
        form = urllib.parse.urlencode({"username": account["email"], "password": account["password"]}).encode()
        token = call(url + "/auth/jwt/login", form, kind="application/x-www-form-urlencoded")["access"]
        begin = time.monotonic()
        number = call(url + "/import?file_name=mail.mbox", mailbox.read_bytes(), token, "application/mbox")["id"]
        while call(f"{url}/import/{number}", token=token)["state"] != "done":
            time.sleep(0.05)
        return count / (time.monotonic() - begin)
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        mailbox = directory / "mail.mbox"
        with open(mailbox, "wb") as out:
            subprocess.run(["/usr/bin/python3", ROOT / "tests/tools/make_mailbox.py", str(count)], stdout=out, check=True)
        beside, apart = (measure(directory, mailbox, count, where) for where in (False, True))
    print(json.dumps({"mails": count, "beside_mails_per_second": round(beside), "apart_mails_per_second": round(apart),
                      "ratio": round(apart / beside, 2)}))


if __name__ == "__main__":
    main()
