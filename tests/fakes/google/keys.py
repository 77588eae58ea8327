"""The keys that the fake Google signs with (RS256), and their public half as a JSON Web Key Set (RFC 7517)."""
import base64
import json
import threading
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

ISSUER = "https://accounts.google.com"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value):
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Key:
    def __init__(self, kid):
        self.kid = kid
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def public(self):
        numbers = self._private.public_key().public_numbers()
        return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": _number(numbers.n), "e": _number(numbers.e)}

    def sign(self, claims, header=None):
        head = {"alg": "RS256", "kid": self.kid, "typ": "JWT"} | (header or {})
        signed = ".".join(base64url(json.dumps(part).encode()) for part in (head, claims))
        return signed + "." + base64url(self._private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))


class KeyRing:
    """The first signs. `published` are those that clients are told of."""

    def __init__(self):
        self._lock = threading.Lock()
        self._made = 0
        self.max_age = 3600
        self.published = []
        self.rotate(keep=0)

    def rotate(self, keep=1):
        """A new key signs; the `keep` newest of the others stay published."""
        with self._lock:
            self._made += 1
            self.published = [Key(f"key-{self._made}")] + self.published[:keep]

    @property
    def current(self):
        return self.published[0]

    def as_json(self):
        return {"keys": [key.public() for key in self.published]}


class Clock:
    """Google's clock, which may be wrong by `skew` seconds."""

    def __init__(self):
        self.skew = 0

    def now(self):
        return time.time() + self.skew
