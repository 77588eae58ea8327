"""A mail as the Gmail API shows it: the tree of its parts, from the bytes of the message (RFC 822)."""
import email
import email.policy

from keys import base64url


def _text(value):
    return str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _part(part, number):
    name = _text(part.get_filename() or "")
    shown = {"partId": number, "mimeType": part.get_content_type(), "filename": name,
             "headers": [{"name": key, "value": _text(value)} for key, value in part.raw_items()]}
    if part.is_multipart():
        below = part.get_payload()
        prefix = number + "." if number else ""
        return shown | {"body": {"size": 0}, "parts": [_part(one, f"{prefix}{place}") for place, one in enumerate(below)]}
    content = part.get_payload(decode=True) or b""
    if name:
        return shown | {"body": {"attachmentId": f"attachment-{number or 0}", "size": len(content)}}
    return shown | {"body": {"size": len(content), "data": base64url(content)}}


def tree_of(raw):
    return _part(email.message_from_bytes(raw, policy=email.policy.compat32), "")


def words_of(raw):
    """What a search looks through, in lower case: sender, subject and text."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    texts = [part.get_payload(decode=True) or b"" for part in message.walk() if part.get_content_maintype() == "text"]
    return {"from": _text(message["from"]).lower(), "subject": _text(message["subject"]).lower(),
            "text": b" ".join(texts).decode("utf-8", "replace").lower()}
