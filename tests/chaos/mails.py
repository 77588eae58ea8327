"""Mailboxes of invented mail, of which one can say what must be found in them."""
import email.utils
import random

ROLES = ["Data Engineer", "Welder", "Registered Nurse", "Backend Developer", "Site Reliability Engineer", "Accountant",
         "Technical Writer", "Security Analyst", "Warehouse Supervisor", "Product Designer"]
COMPANIES = ["Amber Analytics", "Fjord Machines", "Harbor Foods", "Quarry Systems", "Summit Mobility", "Tidal Networks"]
PLACES = ["Berlin, Germany", "Oslo, Norway", "Lisbon, Portugal", "Toronto, Canada", "Dublin, Ireland", "Lyon, France"]
BEGAN = 1767225600  # of the first mail


def link(box, number):
    return f"https://jobs.hiring.example/view/{1 + box * 1000000 + number}"


def offer(box, number):
    draw = random.Random(box * 1000003 + number)
    return (f"{draw.choice(ROLES)} {number}\n{draw.choice(COMPANIES)}\n{draw.choice(PLACES)}\nView job: {link(box, number)}\n\n"
            "---------------------------------------\n")


def offers_of(number):
    """The offers of a mailbox's mail: two new ones and one of the mail before, since real alerts repeat themselves. Each
    tenth mail is none of jobs."""
    if number % 10 == 9:
        return []
    before = [2 * (number - 1)] if number % 10 else []
    return before + [2 * number, 2 * number + 1]


def mail(box, number, address):
    """One mail, as it arrives."""
    offers = offers_of(number)
    if offers:
        sender, subject = "Job Alerts <alerts@hiring.example>", f"{len(offers)} new jobs for you"
        body = f"Your job alert\n{len(offers)} new jobs match your search\n\n" + "\n".join(offer(box, one) for one in offers)
    else:
        sender, subject = "Kitchen Letters <letters@soup.example>", "Three soups for cold days"
        body = "How to season cast iron, and a reader's letter about sourdough.\n" * 8
    head = [f"From: {sender}", f"To: {address}", f"Subject: {subject}",
            f"Date: {email.utils.formatdate(BEGAN + number * 600, usegmt=True)}", f"Message-ID: <{box}.{number}@hiring.example>",
            "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"]
    return ("\n".join(head) + "\n\n" + body).encode()
