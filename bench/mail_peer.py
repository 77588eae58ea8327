"""The usual way in Python: the email package, and BeautifulSoup with lxml for the text of HTML. Prints one JSON line.

Only the text is taken: no tree, no offsets, no hidden text, no offers. mail_bench reads the same messages.
"""
import email
import json
import mailbox
import pathlib
import sys
import time

import bs4


def load(path):
    if path.is_file():
        return [message.as_bytes() for message in mailbox.mbox(path)]
    return [file.read_bytes() for file in sorted(path.rglob("*.eml"))]


def text_of(data):
    message = email.message_from_bytes(data)
    found = []
    for part in message.walk():
        if part.get_content_type() not in ("text/plain", "text/html"):
            continue
        payload = part.get_payload(decode=True)
        try:
            words = payload.decode(part.get_content_charset() or "utf-8", "replace")
        except LookupError:
            words = payload.decode("utf-8", "replace")
        if part.get_content_type() == "text/html":
            words = bs4.BeautifulSoup(words, "lxml").get_text(" ", strip=True)
        found.append(words)
    return "\n".join(found)


messages = load(pathlib.Path(sys.argv[1]))
best = float("inf")
for _ in range(3):
    start = time.process_time()
    for data in messages:
        text_of(data)
    best = min(best, time.process_time() - start)
size = sum(map(len, messages))
print(json.dumps({"mails": len(messages), "bytes": size, "seconds": best}))
