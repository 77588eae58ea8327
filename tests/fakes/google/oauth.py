"""Sign-in with Google: authorize, token, tokeninfo, revoke and the keys (OAuth 2, OpenID Connect, PKCE)."""
import hashlib
import secrets
import threading
import urllib.parse

from keys import ISSUER, base64url

GMAIL = "https://www.googleapis.com/auth/gmail.readonly"
ACCESS_SECONDS = 3599


class Account:
    def __init__(self, email, **more):
        self.email = email
        self.sub = more.get("sub") or str(int(hashlib.sha256(email.encode()).hexdigest()[:17], 16))
        self.verified = more.get("email_verified", True)
        self.name = more.get("name", email.partition("@")[0].title())
        self.hosted_domain = more.get("hd")


class Grant:
    """What an account lets a client do, from consent to revocation."""

    def __init__(self, account, client, scopes):
        self.account, self.client, self.scopes = account, client, scopes
        self.alive = True
        self.refresh = "1//" + secrets.token_urlsafe(40)


class Refused(Exception):
    """A reply of OAuth's kind (RFC 6749, 5.2)."""

    def __init__(self, error, description, status=400):
        super().__init__(error)
        self.status, self.body = status, {"error": error, "error_description": description}


class OAuth:
    def __init__(self, ring, clock):
        self.lock = threading.RLock()
        self.ring, self.clock = ring, clock
        self.accounts, self.clients = {}, {}
        self.signed_in = None  # the address whose owner sits at the browser
        self.consents = None   # the scopes to which they agree; None: to all
        self.access_seconds = ACCESS_SECONDS
        self.refreshes = 0
        self._codes, self._access, self._grants = {}, {}, {}

    def add_client(self, client_id, secret=None, redirects=None):
        """Without redirects, any loopback address will do, as for a desktop client (RFC 8252)."""
        self.clients[client_id] = {"secret": secret, "redirects": redirects}

    # What browsers ask.

    def authorize(self, query):
        """Where the browser is sent to."""
        client = self.clients.get(query.get("client_id"))
        redirect = query.get("redirect_uri", "")
        if client is None or not self._may_redirect(client, redirect):
            raise Refused("invalid_request", "unknown client or redirect")
        back = {"state": query["state"]} if "state" in query else {}
        if self.signed_in is None:
            return self._to(redirect, back | {"error": "access_denied"})
        if query.get("response_type") != "code" or query.get("code_challenge_method", "S256") != "S256":
            return self._to(redirect, back | {"error": "invalid_request"})
        asked = query.get("scope", "").split()
        scopes = [scope for scope in asked if self.consents is None or scope in self.consents or scope in ("openid", "email", "profile")]
        code = "4/0" + secrets.token_urlsafe(30)
        with self.lock:
            self._codes[code] = {"account": self.accounts[self.signed_in], "client": query["client_id"], "redirect": redirect,
                                 "challenge": query.get("code_challenge"), "nonce": query.get("nonce"), "scopes": scopes,
                                 "offline": query.get("access_type") == "offline", "until": self.clock.now() + 600}
        return self._to(redirect, back | {"code": code, "scope": " ".join(scopes)})

    @staticmethod
    def _may_redirect(client, redirect):
        if client["redirects"] is not None:
            return redirect in client["redirects"]
        return urllib.parse.urlsplit(redirect).hostname in ("127.0.0.1", "localhost", "::1")

    @staticmethod
    def _to(redirect, fields):
        return redirect + ("&" if "?" in redirect else "?") + urllib.parse.urlencode(fields)

    # What clients ask.

    def token(self, form):
        client = self.clients.get(form.get("client_id"))
        if client is None or (client["secret"] and form.get("client_secret") != client["secret"]):
            raise Refused("invalid_client", "unknown client or wrong secret", 401)
        if form.get("grant_type") == "authorization_code":
            return self._exchange(form)
        if form.get("grant_type") == "refresh_token":
            return self._renew(form)
        raise Refused("unsupported_grant_type", "no such grant")

    def _exchange(self, form):
        with self.lock:
            code = self._codes.pop(form.get("code"), None)
        if code is None or code["client"] != form["client_id"] or code["until"] < self.clock.now():
            raise Refused("invalid_grant", "malformed or used code")
        if code["redirect"] != form.get("redirect_uri"):
            raise Refused("redirect_uri_mismatch", "not where the code was sent")
        if code["challenge"]:
            given = base64url(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
            if given != code["challenge"]:
                raise Refused("invalid_grant", "wrong code verifier")
        grant = self.grant(code["account"].email, code["client"], code["scopes"])
        reply = self._access_reply(grant) | {"id_token": self.id_token(grant.account.email, grant.client, nonce=code["nonce"])}
        return reply | ({"refresh_token": grant.refresh} if code["offline"] else {})

    def _renew(self, form):
        with self.lock:
            grant = self._grants.get(form.get("refresh_token"))
            self.refreshes += 1
        if grant is None or not grant.alive or grant.client != form["client_id"]:
            raise Refused("invalid_grant", "expired or revoked")
        return self._access_reply(grant)

    def _access_reply(self, grant):
        return {"access_token": self.access_token(grant), "expires_in": self.access_seconds, "token_type": "Bearer",
                "scope": " ".join(grant.scopes)}

    def token_info(self, access):
        grant = self.grant_of(access)
        if grant is None:
            raise Refused("invalid_token", "no such token")
        until = self._access[access][1]
        return {"azp": grant.client, "aud": grant.client, "sub": grant.account.sub, "scope": " ".join(grant.scopes),
                "exp": str(int(until)), "expires_in": str(int(until - self.clock.now())), "email": grant.account.email,
                "email_verified": str(grant.account.verified).lower(), "access_type": "offline"}

    def revoke(self, token):
        with self.lock:
            grant = self._grants.get(token) or self._access.get(token, (None,))[0]
        if grant is None or not grant.alive:
            raise Refused("invalid_token", "expired or revoked")
        grant.alive = False

    # What tests ask.

    def grant(self, email, client, scopes=("openid", "email", GMAIL)):
        grant = Grant(self.accounts[email], client, list(scopes))
        with self.lock:
            self._grants[grant.refresh] = grant
        return grant

    def access_token(self, grant):
        token = "ya29." + secrets.token_urlsafe(60)
        with self.lock:
            self._access[token] = (grant, self.clock.now() + self.access_seconds)
        return token

    def grant_of(self, access):
        """The live grant of an access token in force."""
        with self.lock:
            grant, until = self._access.get(access, (None, 0))
        return grant if grant is not None and grant.alive and until > self.clock.now() else None

    def end_grants(self, email):
        with self.lock:
            for grant in self._grants.values():
                if grant.account.email == email:
                    grant.alive = False

    def end_access_tokens(self):
        """Every access token runs out; refresh tokens stay good."""
        with self.lock:
            self._access.clear()

    def alive(self, email):
        with self.lock:
            return sum(grant.alive for grant in self._grants.values() if grant.account.email == email)

    def id_token(self, email, client, nonce=None, key=None, header=None, **other):
        account, now = self.accounts[email], int(self.clock.now())
        claims = {"iss": ISSUER, "azp": client, "aud": client, "sub": account.sub, "email": account.email,
                  "email_verified": account.verified, "name": account.name, "iat": now, "exp": now + 3600}
        if account.hosted_domain:
            claims["hd"] = account.hosted_domain
        if nonce:
            claims["nonce"] = nonce
        claims |= other
        return (key or self.ring.current).sign({name: value for name, value in claims.items() if value is not None}, header)
