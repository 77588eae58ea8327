"""Puts the figures of mail_bench and mail_peer.py side by side. Takes their two outputs as files."""
import json
import sys

ours = {run["name"]: run for run in json.load(open(sys.argv[1]))["benchmarks"]}
peer = json.load(open(sys.argv[2]))
mails, size = peer["mails"], peer["bytes"]


def milliseconds(name):
    return ours[name]["cpu_time"]


def row(label, seconds):
    ratio = peer["seconds"] / seconds
    print(f"{label:<38} {mails / seconds:>10,.0f} mails/s {size / seconds / 1e6:>8,.1f} MB/s {ratio:>7.1f} x")


print(f"{mails} mails of {size / mails / 1000:.1f} KB; CPU time on one core, the same messages in one run")
row("Python email + BeautifulSoup (lxml)", peer["seconds"])
row("MIME and HTML", milliseconds("parse") / 1e3)
row("whole mails: MIME, HTML, extraction", milliseconds("extract") / 1e3)
whole = milliseconds("extract")
for label, part in (
    ("headers found", milliseconds("headersOnly")),
    ("MIME: values, parts, encodings, charsets", milliseconds("mimeOnly") - milliseconds("headersOnly")),
    ("HTML: tree, text, hidden text", milliseconds("parse") - milliseconds("mimeOnly")),
    ("extraction", whole - milliseconds("parse")),
):
    print(f"  {label:<42} {part / mails * 1e3:>8.1f} µs a mail {part / whole:>6.0%}")
