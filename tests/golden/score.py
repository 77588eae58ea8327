#!/usr/bin/env python3
"""Compares what `nextjob extract` finds in the sample mails with what they hold.

  score.py PROGRAM [--samples DIR] [--only REGEX] [--allow N] [--misses]
  score.py --labels [--samples DIR]     checks that every label stands in its mail; needs no program

A sample is mails/NAME.eml or mails/NAME.json (a Gmail API message) and what it holds, expected/NAME.json:

  {"kind": ..., "announced": N or null, "about": {"title", "company"},
   "offers": [{"title", "company", "location", "apply_link", "salary", "work_mode", "employment_type",
               "seniority", "also": {FIELD: [other right answers]}}], "note": why the mail is here}

Only what the mail states is labelled. Kind, announced, the number of offers, and each offer's title, company,
location, apply_link (absent in the label means absent in the answer) must agree; the other fields are compared
where they are labelled. Text is compared without regard to case, spaces and bordering punctuation; a link must have
the parameters that its label has and may have more. The last line is a summary; exit status 0 when at most --allow mails differ.
"""
import argparse
import email
import email.policy
import html.parser
import json
import pathlib
import re
import subprocess
import sys
import unicodedata
import urllib.parse

STRICT = ("title", "company", "location", "apply_link")
OPTIONAL = ("salary", "work_mode", "employment_type", "seniority")


def folded(value):
    text = unicodedata.normalize("NFKC", str(value or ""))
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return re.sub(r"\s+", " ", text).strip(" \t·•|-–—,").casefold()


def same_link(label, answer):
    """The answer leads where the label does. Labels have only the parameters that name the job; others may follow."""
    def parsed(url):
        parts = urllib.parse.urlsplit(str(url or "").strip())
        path = urllib.parse.unquote(parts.path).rstrip("/").replace("/comm/", "/")
        query = urllib.parse.parse_qsl(parts.query, keep_blank_values=True)
        return parts.netloc.lower().removeprefix("www.") + path, set(query), parts.fragment

    (want, needed, fragment), (got, query, got_fragment) = parsed(label), parsed(answer)
    return want == got and needed <= query and fragment in ("", got_fragment)


def verbatim(value):
    """The comparable text of a field as the program prints it: a salary may be an object."""
    return folded(value.get("verbatim") if isinstance(value, dict) else value)


def same_pay(label, answer):
    """The same amounts, and one's words within the other's: '(est.)' or 'gross' may be part of it or not."""
    return bool(answer) and re.findall(r"\d+", label) == re.findall(r"\d+", answer) and (label in answer or answer in label)


def agrees(field, label, answer):
    want, got = label.get(field), answer.get(field)
    if field == "apply_link" and want and got:
        return same_link(want, got)
    accepted = [folded(a) for a in [want, *label.get("also", {}).get(field, [])]]
    return verbatim(got) in accepted or (field == "salary" and any(same_pay(a, verbatim(got)) for a in accepted))


def compared_fields(label):
    return [*STRICT, *(f for f in OPTIONAL if f in label)]


def paired(labels, answers):
    """Each label with the unused answer of the same title that agrees in most fields, or None."""
    left, pairs = list(answers), []
    for label in labels:
        same = [a for a in left if agrees("title", label, a)]
        best = max(same, key=lambda a: sum(agrees(f, label, a) for f in STRICT), default=None)
        if best is not None:
            left.remove(best)
        pairs.append((label, best))
    return pairs, left


def differences(expected, answer, tally):
    """What is wrong with one mail's answer, a sentence each; counts fields in `tally`."""
    def count(field, good):
        right, total = tally.get(field, (0, 0))
        tally[field] = (right + good, total + 1)
        return good

    wrong = []
    if not count("kind", answer.get("kind") == expected["kind"]):
        wrong.append(f"kind: want {expected['kind']}, got {answer.get('kind')}")
    if not count("announced", answer.get("announced") == expected.get("announced")):
        wrong.append(f"announced: want {expected.get('announced')}, got {answer.get('announced')}")
    for field, want in (expected.get("about") or {}).items():
        got = (answer.get("about") or {}).get(field)
        if not count("about " + field, folded(want) == folded(got)):
            wrong.append(f"about {field}: want {want!r}, got {got!r}")
    pairs, extra = paired(expected["offers"], answer.get("offers") or [])
    for label, offer in pairs:
        if not count("found", offer is not None):
            wrong.append(f"missing offer: {label['title']!r}")
            continue
        for field in compared_fields(label):
            if not count(field, agrees(field, label, offer)):
                wrong.append(f"{label['title']!r} {field}: want {label.get(field)!r}, got {offer.get(field)!r}")
    for offer in extra:
        count("not made up", False)
        wrong.append(f"no such offer: {offer.get('title')!r}")
    return wrong


class Visible(html.parser.HTMLParser):
    """All text and all links of an HTML part, hidden text too: labels are checked, not found."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.words, self.links = [], []

    def handle_starttag(self, tag, attributes):
        self.words.append(" " if tag in ("br", "td", "p", "div", "li", "tr") else "")
        self.links += [v for k, v in attributes if k in ("href", "itemid", "content") and v]

    def handle_data(self, data):
        self.words.append(data)


def words_and_links(path):
    """Everything a mail says, through Python's own parsers, as one folded text."""
    words, data = [], path.read_bytes()
    if path.suffix == ".json":
        def strings(node):
            if isinstance(node, dict):
                for key, value in node.items():
                    if key in ("data", "raw") and isinstance(value, str):
                        import base64
                        yield base64.urlsafe_b64decode(value + "===").decode("utf-8", "replace")
                    else:
                        yield from strings(value)
            elif isinstance(node, list):
                for value in node:
                    yield from strings(value)
            elif isinstance(node, str):
                yield node
        json_strings = list(strings(json.loads(data)))
        raws = [s for s in json_strings if s.startswith(("Return-Path:", "Received:"))]
        words += json_strings
        messages = [email.message_from_string(raw, policy=email.policy.default) for raw in raws]
    else:
        messages = [email.message_from_bytes(data, policy=email.policy.default)]
    for message in messages:
        words += [str(message.get("Subject", "")), str(message.get("From", ""))]
        for part in message.walk():
            if part.get_content_maintype() != "text":
                continue
            payload = part.get_payload(decode=True) or b""
            words += [payload.decode(c, "replace") for c in {part.get_content_charset("utf-8"), "utf-8", "cp1252", "cp1251"}
                      if is_charset(c)]
    parser = Visible()
    links = []
    for text in list(words):
        if "<" in text:
            parser = Visible()
            parser.feed(text)
            words.append("".join(parser.words))
            links += parser.links
        links += re.findall(r"https?://[^\s<>\"'\])]+", text)
    return folded(" ".join(words)), links


def is_charset(name):
    try:
        "".encode(name)
        return True
    except LookupError:
        return False


def label_faults(path, expected):
    """Labels that their mail does not say."""
    text, links = words_and_links(path)
    inner = [urllib.parse.unquote(u) for link in links for u in re.findall(r"https?(?::|%3A)(?:/|%2F).*?(?=&|$)", link[8:], re.I)]
    faults = []
    for offer in expected["offers"]:
        for field in ("title", "company", "location", "salary"):
            if offer.get(field) and folded(offer[field]) not in text:
                faults.append(f"{field} {offer[field]!r} is not in the mail")
        link = offer.get("apply_link")
        if link and not any(same_link(link, known) for known in links + inner):
            faults.append(f"link {link!r} is not in the mail")
    for field, value in (expected.get("about") or {}).items():
        if folded(value) not in text:
            faults.append(f"about {field} {value!r} is not in the mail")
    return faults


def samples(folder, only):
    for mail in sorted((folder / "mails").iterdir()):
        if re.search(only, mail.stem):
            yield mail.stem, mail, json.loads((folder / "expected" / (mail.stem + ".json")).read_text("utf-8"))


def check_labels(chosen):
    faults = [f"{name}: {fault}" for name, mail, expected in chosen for fault in label_faults(mail, expected)]
    print("\n".join(faults + [f"{len(chosen)} mails, {len(faults)} labels without their words"]))
    return 1 if faults else 0


def compare(program, chosen, allowed, misses):
    run = subprocess.run([program, "extract", *(str(mail) for _, mail, _ in chosen)], capture_output=True, text=True)
    if run.returncode not in (0, 1) or not run.stdout:
        print(run.stderr[-2000:])
        print(f"{program} extract ended with status {run.returncode}")
        return 1
    answers = {row["file"]: row for row in map(json.loads, filter(str.strip, run.stdout.splitlines()))}
    tally, differing = {}, 0
    for name, mail, expected in chosen:
        wrong = differences(expected, answers.get(str(mail), {}), tally)
        differing += bool(wrong)
        if wrong and misses:
            print(name, *wrong, sep="\n    ")
    for field, (right, total) in tally.items():
        print(f"{field:18} {right:4} of {total}")
    print(f"{len(chosen)} mails, {len(chosen) - differing} exact, {differing} differ (allowed: {allowed})")
    return 0 if differing <= allowed else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", help="the nextjob program")
    parser.add_argument("--samples", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    parser.add_argument("--only", default="", help="regular expression on the samples' names")
    parser.add_argument("--allow", type=int, default=0, help="how many mails may differ")
    parser.add_argument("--misses", action="store_true", help="say what differs")
    parser.add_argument("--labels", action="store_true", help="check the labels against the mails instead")
    args = parser.parse_args()
    chosen = list(samples(args.samples, args.only))
    if not chosen:
        parser.error(f"no sample in {args.samples} matches {args.only!r}")
    if args.labels:
        return check_labels(chosen)
    if not args.program:
        parser.error("name the program, or use --labels")
    return compare(args.program, chosen, args.allow, args.misses)


if __name__ == "__main__":
    sys.exit(main())
