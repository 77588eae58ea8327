#!/usr/bin/env python3
"""Writes an mbox of invented job mail to standard output: the same bytes for the same arguments.

  make_mailbox.py COUNT [--seed N] [--plain-only]

Alerts in three layouts, recruiter mails, confirmations, rejections and newsletters. About every fifth offer
of an alert was in an earlier mail too, as real alerts repeat themselves.
"""
import argparse
import base64
import email.utils
import html
import quopri
import random
import sys

ROLES = ["Software Engineer", "Data Engineer", "Site Reliability Engineer", "Product Designer", "Welder",
         "Registered Nurse", "Accountant", "Frontend Developer", "Backend Developer", "Machine Learning Engineer",
         "Warehouse Supervisor", "Security Analyst", "Technical Writer", "Project Manager", "QA Engineer"]
LEVELS = ["Junior", "Senior", "Lead", "Staff", "Principal", ""]
SKILLS = ["Python", "C++", "PostgreSQL", "Kubernetes", "React", "TypeScript", "Go", "Terraform", "Excel", "SQL",
          "Docker", "Kafka", "Java", "AWS", "Linux"]
FIRST = ["Amber", "Birch", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Indigo", "Juniper", "Kestrel",
         "Lumen", "Meridian", "Nimbus", "Orchard", "Pinnacle", "Quarry", "Ridge", "Summit", "Tidal"]
SECOND = ["Analytics", "Foods", "Labs", "Logistics", "Machines", "Media", "Mobility", "Networks", "Systems", "Works"]
PLACES = ["Berlin, Germany", "Lisbon, Portugal", "Toronto, Canada", "Austin, TX", "Warsaw, Poland", "Lyon, France",
          "Dublin, Ireland", "Remote", "Oslo, Norway", "Seattle, WA"]


# Real alerts carry their styles on every element.
INLINE = ("margin:0;padding:0;border:0;font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;"
          "font-size:14px;line-height:20px;color:#1b1f24;mso-line-height-rule:exactly;-webkit-text-size-adjust:100%")


class Offer:
    def __init__(self, rng, number):
        self.title = f"{rng.choice(LEVELS)} {rng.choice(ROLES)}".strip() + f" {number}"
        self.company = f"{rng.choice(FIRST)} {rng.choice(SECOND)}"
        self.place = rng.choice(PLACES)
        self.link = f"https://jobs.hiring.example/view/{100000 + number}"
        low = rng.randrange(40, 120) * 1000
        self.salary = f"€{low:,} – €{low + 15000:,} a year" if rng.random() < 0.5 else ""
        self.skills = ", ".join(rng.sample(SKILLS, 4))


def cards(offers):
    rows = "".join(
        f'<tr><td style="{INLINE}"><table style="{INLINE}"><tr><td style="{INLINE}">'
        f'<a href="{o.link}?utm_source=alert" style="{INLINE};font-weight:bold">{html.escape(o.title)}</a>'
        f'<div style="{INLINE}">{html.escape(o.company)}</div><div style="{INLINE}">{html.escape(o.place)}</div>'
        + (f'<div style="{INLINE}">{o.salary}</div>' if o.salary else "")
        + f'<div style="{INLINE}">Skills: {o.skills}</div></td></tr></table></td></tr>' for o in offers)
    return f'<table width="100%" style="{INLINE}">{rows}</table>'


def items(offers):
    return "<ul>" + "".join(
        f'<li style="{INLINE}"><p style="{INLINE}"><strong><a href="{o.link}" style="{INLINE}">{html.escape(o.title)}'
        f'</a></strong><br>{html.escape(o.company)} · {html.escape(o.place)}</p><p style="{INLINE}">{o.skills}</p></li>'
        for o in offers) + "</ul>"


def plain(offers):
    return "\n".join(f"{o.title}\n{o.company}\n{o.place}\n{o.salary + chr(10) if o.salary else ''}"
                     f"View job: {o.link}\n\n---------------------------------------\n" for o in offers)


STYLE = "<style>" + "".join(f".c{i}{{padding:{i}px;color:#333333;font-family:Arial,sans-serif}}" for i in range(120)) + "</style>"


def page(body):
    return (f"<!DOCTYPE html><html><head><meta charset=utf-8>{STYLE}</head><body><div style=\"display:none\">preview"
            f"</div><h1>New jobs for you</h1>{body}<p><a href=\"https://jobs.hiring.example/settings\">Manage alerts</a> "
            f"<a href=\"https://jobs.hiring.example/unsubscribe\">Unsubscribe</a></p></body></html>")


def encoded(text, kind, rng):
    data = text.encode()
    if rng.random() < 0.5:
        return kind, "quoted-printable", quopri.encodestring(data).decode()
    return kind, "base64", base64.encodebytes(data).decode()


def message(rng, number, state):
    """The sender, the subject and the body parts of one mail."""
    draw = rng.random()
    if draw < 0.70:
        offers = []
        for _ in range(rng.randrange(2, 11)):
            if state["offers"] and rng.random() < 0.2:
                offers.append(rng.choice(state["offers"]))
            else:
                state["count"] += 1
                offers.append(Offer(rng, state["count"]))
        offers = list({o.link: o for o in offers}.values())
        state["offers"] = (state["offers"] + offers)[-200:]
        layout = rng.randrange(3)
        text = f"Your job alert\n{len(offers)} new jobs match your search\n\n" + plain(offers)
        subject = f"{len(offers)} new jobs for {rng.choice(ROLES)}"
        if layout == 2 or state["plain_only"]:
            return "Job Alerts <alerts@hiring.example>", subject, [encoded(text, "text/plain", rng)]
        body = page(cards(offers) if layout == 0 else items(offers))
        return ("Job Alerts <alerts@hiring.example>", subject,
                [encoded(text, "text/plain", rng), encoded(body, "text/html", rng)])
    name = f"{rng.choice(FIRST)} {rng.choice(SECOND)}"
    role = f"{rng.choice(LEVELS)} {rng.choice(ROLES)}".strip()
    if draw < 0.80:
        text = (f"Hello,\n\nI am hiring a {role} at {name} in {rng.choice(PLACES)} and your profile fits. "
                f"We work with {', '.join(rng.sample(SKILLS, 3))}.\n\nWould you like to talk?\n\nKind regards\nSam")
        return f"Sam Reed <sam@{name.split()[0].lower()}.example>", f"{role} at {name}", [encoded(text, "text/plain", rng)]
    if draw < 0.87:
        text = f"Thank you for applying to the position of {role} at {name}. We have received your application."
        return f"{name} <jobs@hiring.example>", f"Your application to {name}", [encoded(text, "text/plain", rng)]
    if draw < 0.93:
        text = (f"Thank you for your interest in the {role} position at {name}. Unfortunately, we have decided to move "
                "forward with other candidates.")
        return f"{name} <jobs@hiring.example>", f"Update on your application at {name}", [encoded(text, "text/plain", rng)]
    text = "This week: how to season cast iron, three soups for cold days, and a reader's letter about sourdough. " * 30
    return "Kitchen Letters <letters@soup.example>", "Soups for cold days", [encoded(page(f"<p>{text}</p>"), "text/html", rng)]


def write(out, rng, number, state):
    sender, subject, parts = message(rng, number, state)
    date = email.utils.formatdate(1767225600 + number * 600, usegmt=True)
    lines = [f"From alerts@hiring.example {date}", f"From: {sender}", "To: ada@example.org", f"Subject: {subject}",
             f"Date: {date}", f"Message-ID: <{number}.{rng.getrandbits(48):x}@hiring.example>", "MIME-Version: 1.0"]
    if len(parts) == 1:
        kind, encoding, body = parts[0]
        lines += [f"Content-Type: {kind}; charset=utf-8", f"Content-Transfer-Encoding: {encoding}", "", body]
    else:
        boundary = f"=_part_{number}"
        lines += [f'Content-Type: multipart/alternative; boundary="{boundary}"', ""]
        for kind, encoding, body in parts:
            lines += [f"--{boundary}", f"Content-Type: {kind}; charset=utf-8",
                      f"Content-Transfer-Encoding: {encoding}", "", body]
        lines.append(f"--{boundary}--")
    text = "\n".join(lines).replace("\nFrom ", "\n>From ")
    out.write(text.encode() + b"\n\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plain-only", action="store_true", help="no HTML, which makes small mails")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    state = {"offers": [], "count": 0, "plain_only": args.plain_only}
    for number in range(args.count):
        write(sys.stdout.buffer, rng, number, state)


if __name__ == "__main__":
    main()
