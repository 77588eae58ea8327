"""Signing in with Google, connecting a mailbox and disconnecting it, against a Google of the tests' own."""
import base64
import hashlib
import secrets
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from api_server import PASSWORD, Server, User, problems
from conftest import Nextjob, sqlite_only

sys.path.append(str(Path(__file__).parents[1] / "fakes" / "google"))
from google_server import CLIENT, GoogleServer  # noqa: E402
from keys import Key  # noqa: E402
from oauth import GMAIL  # noqa: E402

REDIRECT = "http://127.0.0.1:9/back"
names = (f"ada{number}@gmail.com" for number in range(1000))


@pytest.fixture(scope="module")
def google():
    server = GoogleServer()
    server.oauth.add_client("telephone", redirects=["app.nextjob:/back"])
    server.oauth.add_client("stranger", "x")
    yield server
    server.close()


@pytest.fixture(scope="module")
def nextjob(program, tmp_path_factory):
    return Nextjob(program, tmp_path_factory.mktemp("google"))


@pytest.fixture(scope="module")
def server(nextjob, google):
    running = Server(nextjob, GOOGLE_APP_CLIENT_IDS="telephone", **google.environment())
    yield running
    assert running.stop() == 0


@pytest.fixture
def ada(google):
    """The address of a new Google account, whose owner sits at the browser."""
    address = next(names)
    google.add_account(address)
    google.oauth.signed_in, google.oauth.consents = address, None
    google.faults.clear()
    return address


class Browser:
    """A sign-in by code, as an app does it."""

    def __init__(self, google, nonce=None, redirect=REDIRECT, client=CLIENT):
        self.verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {"client_id": client, "redirect_uri": redirect, "response_type": "code", "scope": f"openid email {GMAIL}",
                 "access_type": "offline", "state": "s", "code_challenge": challenge, "code_challenge_method": "S256"}
        back = google.oauth.authorize(query | ({"nonce": nonce} if nonce else {}))
        self.code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))["code"]
        self.body = {"code": self.code, "code_verifier": self.verifier, "redirect_uri": redirect}


def tokens_of(google, address, client=CLIENT, scopes=("openid", "email", GMAIL)):
    """What an app gets from Google itself."""
    grant = google.oauth.grant(address, client, scopes)
    return {"id_token": google.oauth.id_token(address, client), "accessToken": google.oauth.access_token(grant),
            "refreshToken": grant.refresh}


def login(server, body, token=None):
    return server.call("POST", "/auth/google-login", body, token=token)


def exchange(server, body, token=None):
    return server.call("POST", "/auth/google/exchange-code", body, token=token)


def call(server, reply, path, method="GET"):
    return server.call(method, path, token=reply.json["access"])


def refused(reply, word):
    assert reply.status == 400 and word in reply.json["detail"], reply


def test_a_new_person_signs_in_and_their_mailbox_is_connected(server, google, ada):
    reply = login(server, tokens_of(google, ada))
    assert reply.status == 200, reply
    assert reply.json["user"]["email"] == ada and reply.json["user"]["is_verified"] is True
    (gmail,) = call(server, reply, "/integrations").json["integrations"]
    assert (gmail["source"], gmail["state"], gmail["email"], gmail["what_to_do"]) == ("gmail", "connected", ada, None)
    (mailbox,) = call(server, reply, "/users/me/export").json["mailboxes"]
    assert (mailbox["source"], mailbox["settings"], mailbox["next_run_at"] is None) == ("gmail", {}, False)
    again = login(server, tokens_of(google, ada))
    assert again.json["user"]["id"] == reply.json["user"]["id"]
    assert server.call("POST", "/auth/jwt/refresh", {"refresh": reply.json["refresh"]}).status == 200


def test_the_same_by_the_code_of_a_browser(server, google, ada):
    reply = exchange(server, Browser(google, nonce="n1").body | {"nonce": "n1"})
    assert reply.status == 200 and reply.json["user"]["email"] == ada
    assert google.oauth.alive(ada) == 1


def test_an_app_with_a_client_id_of_its_own(server, google, ada):
    body = Browser(google, redirect="app.nextjob:/back", client="telephone").body
    assert exchange(server, body | {"client_id": "telephone"}).status == 200
    refused(exchange(server, Browser(google).body | {"client_id": "stranger"}), "client_id")


def test_a_signed_in_user_connects_any_account_of_theirs(server, google, ada):
    user = server.user()
    reply = exchange(server, Browser(google).body, token=user.access)
    assert reply.status == 200 and (reply.json["email"], reply.json["state"]) == (ada, "connected")
    assert user.get("/users/me")["email"] == user.email
    assert login(server, tokens_of(google, ada)).json["user"]["id"] == user.id, "it is a way in now"
    eve = server.user()
    assert login(server, tokens_of(google, ada), token=eve.access).status == 409, "it is another user's"
    assert login(server, tokens_of(google, ada), token="forged").status == 401


def test_a_code_is_good_once_and_with_its_verifier_only(server, google, ada):
    browser = Browser(google)
    refused(exchange(server, browser.body | {"code_verifier": "x" * 43}), "was used")
    refused(exchange(server, browser.body), "was used")
    browser = Browser(google)
    assert exchange(server, browser.body).status == 200
    refused(exchange(server, browser.body), "was used")
    refused(exchange(server, Browser(google).body | {"redirect_uri": "http://127.0.0.1:9/other"}), "another address")


def test_the_nonce_is_the_one_of_the_beginning(server, google, ada):
    refused(exchange(server, Browser(google, nonce="mine").body | {"nonce": "another"}), "nonce")
    refused(exchange(server, Browser(google, nonce="mine").body), "nonce")
    refused(exchange(server, Browser(google).body | {"nonce": "mine"}), "nonce")


def test_tokens_of_others_are_no_proof(server, google, ada):
    good = tokens_of(google, ada)
    now = int(google.clock.now())
    for words, changed in [("another program", {"aud": "stranger", "azp": "stranger"}), ("run out", {"exp": now - 120}),
                           ("Google's making", {"iss": "https://evil.example"}), ("clock", {"iat": now + 600}),
                           ("not confirmed", {"email_verified": False})]:
        refused(login(server, good | {"id_token": google.oauth.id_token(ada, CLIENT, **changed)}), words)
    forged = google.oauth.id_token(ada, CLIENT, key=Key(google.ring.current.kid))
    refused(login(server, good | {"id_token": forged}), "not signed by Google")
    refused(login(server, good | {"id_token": google.oauth.id_token(ada, CLIENT, header={"alg": "none"})}), "not signed by Google")
    refused(login(server, good | {"accessToken": "ya29.nonsense"}), "does not take it")
    other = next(names)
    google.add_account(other)
    refused(login(server, good | {"accessToken": tokens_of(google, other)["accessToken"]}), "another account's")
    refused(login(server, good | {"accessToken": tokens_of(google, ada, client="stranger")["accessToken"]}), "another program's")


def test_keys_that_google_changes(program, tmp_path):
    google = GoogleServer()
    google.add_account("ada@gmail.com")
    google.ring.rotate(keep=1)
    server = Server(Nextjob(program, tmp_path), **google.environment())
    former = google.oauth.id_token("ada@gmail.com", CLIENT, key=google.ring.published[1])
    assert login(server, tokens_of(google, "ada@gmail.com") | {"id_token": former}).status == 200, "still published"
    for _ in range(5):
        unknown = google.oauth.id_token("ada@gmail.com", CLIENT, key=Key("unknown"))
        refused(login(server, tokens_of(google, "ada@gmail.com") | {"id_token": unknown}), "not Google's")
    assert [path for _, path in google.requests].count("/oauth2/v3/certs") == 1, "strangers do not make us ask"
    assert server.stop() == 0
    google.close()


def test_mail_must_have_been_granted(server, google, ada):
    google.oauth.consents = ["openid", "email"]
    refused(exchange(server, Browser(google).body), "permission to read mail")
    refused(login(server, tokens_of(google, ada, scopes=("openid", "email"))), "permission to read mail")
    assert server.call("POST", "/auth/jwt/login", form={"username": ada, "password": PASSWORD}).status == 400, "no such user yet"


def test_who_registered_someone_elses_address_is_out_when_its_owner_comes(server, google, ada):
    squatter = User(server, email=ada)
    evil = next(names)
    google.add_account(evil)
    assert login(server, tokens_of(google, evil), token=squatter.access).status == 200
    owner = login(server, tokens_of(google, ada))
    assert owner.status == 200 and owner.json["user"]["is_verified"] is True
    assert squatter.call("GET", "/users/me").status == 401
    assert server.call("POST", "/auth/jwt/refresh", {"refresh": squatter.refresh}).status == 401
    assert server.call("POST", "/auth/jwt/login", form={"username": ada, "password": PASSWORD}).status == 400
    back = login(server, tokens_of(google, evil))
    assert back.json["user"]["id"] != owner.json["user"]["id"], "their own Google account is no way in either"


def test_a_strangers_account_with_an_address_that_google_does_not_give_out(server, google, ada):
    for verified in (False, True):
        user = server.user()
        if verified:
            server.nextjob.sql(f"update users set is_verified = true where id = {user.id}")
        google.add_account(user.email)
        reply = login(server, tokens_of(google, user.email))
        assert reply.status == 409 and "password" in reply.json["detail"], reply
        assert user.get("/users/me")["id"] == user.id
        assert login(server, tokens_of(google, user.email), token=user.access).status == 200, "with the password it is theirs"
    unconfirmed = server.user()
    google.add_account(unconfirmed.email, email_verified=False)
    refused(login(server, tokens_of(google, unconfirmed.email)), "not confirmed")


def test_a_domain_that_google_hosts_is_its_owners(server, google, ada):
    user = server.user()
    server.nextjob.sql(f"update users set is_verified = true where id = {user.id}")
    google.add_account(user.email, hd="example.org")
    assert login(server, tokens_of(google, user.email)).json["user"]["id"] == user.id
    assert user.get("/users/me")["id"] == user.id, "who had confirmed the address stays signed in"


def test_disconnecting_ends_it_at_google_too(server, google, ada):
    reply = login(server, tokens_of(google, ada))
    assert google.oauth.alive(ada) == 1
    gone = call(server, reply, "/integrations/gmail", "DELETE")
    assert (gone.status, gone.json) == (200, {"revoked": True, "what_to_do": None})
    assert google.oauth.alive(ada) == 0
    assert call(server, reply, "/integrations").json == {"integrations": []}
    assert call(server, reply, "/integrations/gmail", "DELETE").status == 404


def test_disconnecting_erases_even_when_google_is_down(server, google, ada):
    reply = login(server, tokens_of(google, ada))
    google.faults.add(kind="500", path="/revoke", times=None)
    gone = call(server, reply, "/integrations/gmail", "DELETE")
    assert gone.json["revoked"] is False and "myaccount.google.com" in gone.json["what_to_do"]
    assert call(server, reply, "/integrations").json == {"integrations": []}


def test_who_leaves_is_disconnected(server, google, ada):
    reply = login(server, tokens_of(google, ada))
    assert call(server, reply, "/users/me", "DELETE").status == 204
    assert google.oauth.alive(ada) == 0


@pytest.mark.parametrize("kind", ["500", "429", "cut", "garbage"])
def test_when_google_fails_nothing_is_half_done(server, google, ada, kind):
    body = tokens_of(google, ada)
    google.faults.add(kind=kind, path="/tokeninfo", times=None)
    assert login(server, body).status in (400, 503)
    google.faults.clear()
    assert login(server, body).status == 200


def test_a_short_failure_is_not_noticed(server, google, ada):
    google.faults.add(kind="503", path="/tokeninfo", times=1)
    assert login(server, tokens_of(google, ada)).status == 200


def test_bodies_that_are_wrong(server):
    assert problems(login(server, {})) == [("body.id_token", "missing"), ("body.accessToken", "missing")]
    assert problems(login(server, {"id_token": 7, "accessToken": ""}))[0] == ("body.id_token", "string_type")
    assert len(problems(exchange(server, {}))) == 3
    short = {"code": "c", "code_verifier": "short", "redirect_uri": "r"}
    assert problems(exchange(server, short)) == [("body.code_verifier", "string_too_short")]
    assert problems(exchange(server, short | {"code_verifier": "é" * 43})) == [("body.code_verifier", "value_error")]


def test_services_get_the_accounts_that_work(program, tmp_path, google, ada):
    from api_server import SERVICES
    server = Server(Nextjob(program, tmp_path), **google.environment(), **SERVICES)
    body = tokens_of(google, ada)
    user = login(server, body).json["user"]
    service = server.service()
    assert service.call("GET", "/service/google-creds/all").json == {
        ada: {"access_token": body["accessToken"], "refresh_token": body["refreshToken"], "user_id": user["id"]}}
    server.nextjob.sql("update google_credentials set token_expiry = 1")
    (renewed,) = service.call("GET", "/service/google-creds/all").json.values()
    assert renewed["access_token"] != body["accessToken"], "one that has run out is of no use"
    assert renewed["refresh_token"] == body["refreshToken"] and renewed["user_id"] == user["id"]
    assert service.call("GET", "/service/google-creds/all").json == {ada: renewed}, "renewed once"
    google.faults.add(kind="500", path="/token", times=None)
    server.nextjob.sql("update google_credentials set token_expiry = 1")
    assert service.call("GET", "/service/google-creds/all").json == {ada: renewed}, "as it is, while Google is away"
    google.faults.clear()
    google.control_end_grants(ada)
    assert service.call("GET", "/service/google-creds/all").json == {}, "who took the permission back is left out"
    server.nextjob.sql("update google_credentials set broken_at = 1")
    assert service.call("GET", "/service/google-creds/all").json == {}
    assert server.stop() == 0


def test_a_broken_connection_says_what_to_do(server, google, ada):
    reply = login(server, tokens_of(google, ada))
    server.nextjob.sql("update google_credentials set broken_at = 1772438400000, broken_reason = 'Connect it again.' "
                       f"where user_id = {reply.json['user']['id']}")
    (gmail,) = call(server, reply, "/integrations").json["integrations"]
    assert (gmail["state"], gmail["since"], gmail["what_to_do"]) == ("broken", "2026-03-02T08:00:00.000Z", "Connect it again.")
    assert login(server, tokens_of(google, ada)).status == 200
    assert call(server, reply, "/integrations").json["integrations"][0]["state"] == "connected"


def test_without_a_client_id_there_is_no_google(program, tmp_path):
    server = Server(Nextjob(program, tmp_path))
    reply = login(server, {"id_token": "x", "accessToken": "x"})
    assert reply.status == 501 and "GOOGLE_CLIENT_ID" in reply.json["detail"]
    user = server.user()
    assert user.get("/integrations") == {"integrations": []}
    assert server.stop() == 0


@sqlite_only
def test_no_token_is_in_the_database_or_the_log(program, tmp_path, google, ada):
    server = Server(Nextjob(program, tmp_path), **google.environment())
    browser, tokens = Browser(google, nonce="a-nonce-to-keep"), tokens_of(google, ada)
    assert exchange(server, browser.body | {"nonce": "a-nonce-to-keep"}).status == 200
    assert login(server, tokens).status == 200
    google.faults.add(kind="500", path="/tokeninfo", times=None)
    login(server, tokens_of(google, ada))
    google.faults.clear()
    refused(exchange(server, browser.body), "was used")
    private = [browser.code, browser.verifier, "a-nonce-to-keep", google.environment()["GOOGLE_CLIENT_SECRET"], *tokens.values(),
               *google.oauth._grants, *google.oauth._access]
    assert server.stop() == 0
    log = server.log.read_text()
    kept = b"".join(path.read_bytes() for path in server.nextjob.data.glob("nextjob.db*"))
    assert '"event":"google_connected"' in log
    for secret in [*private, ada]:
        assert secret not in log
    for secret in private:
        assert secret.encode() not in kept


class Connect:
    """`nextjob connect google`, and the browser that it sends someone to."""

    def __init__(self, nextjob, google, email, *more):
        self.process = nextjob.start("connect", "google", "--user", email, "--no-browser", *more, env=google.environment(),
                                     stdin=-1, stdout=-1, stderr=-1, text=True)
        self.url = self.process.stdout.readline().strip()

    def browse(self, google, **changes):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.url).query)) | changes
        return google.oauth.authorize(query)

    def end(self, status=0):
        out, said = self.process.communicate(timeout=60)
        assert self.process.returncode == status, said
        return said


@pytest.fixture
def home(program, tmp_path):
    """A machine at home with one user."""
    nextjob = Nextjob(program, tmp_path)
    nextjob.add_user()
    return nextjob


def test_connecting_from_the_command_line(home, google, ada):
    connect = Connect(home, google, "ada@example.org")
    back = connect.browse(google)
    assert back.startswith("http://127.0.0.1:")
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(urllib.parse.urljoin(back, "/favicon.ico"))
    assert b"close this page" in urllib.request.urlopen(back).read()
    assert f"Connected {ada} for ada@example.org" in connect.end()
    assert google.oauth.alive(ada) == 1


def test_connecting_with_a_browser_elsewhere(home, google, ada):
    connect = Connect(home, google, "ada@example.org")
    connect.process.stdin.write(connect.browse(google) + "\n")
    connect.process.stdin.flush()
    assert f"Connected {ada}" in connect.end()


def test_an_answer_that_nobody_asked_for(home, google, ada):
    connect = Connect(home, google, "ada@example.org")
    urllib.request.urlopen(connect.browse(google, state="forged"))
    assert "state" in connect.end(status=1)
    connect = Connect(home, google, "ada@example.org")
    urllib.request.urlopen(connect.browse(google, nonce="forged"))
    assert "nonce" in connect.end(status=1)
    assert google.oauth.alive(ada) == 1, "the second was granted by Google and not kept here"


def test_connecting_says_what_is_missing(home, google, ada):
    google.oauth.consents = ["openid", "email"]
    connect = Connect(home, google, "ada@example.org")
    urllib.request.urlopen(connect.browse(google))
    assert "allow reading mail" in connect.end(status=1)
    google.oauth.signed_in = None
    connect = Connect(home, google, "ada@example.org")
    urllib.request.urlopen(connect.browse(google))
    assert "access_denied" in connect.end(status=1)
    said = home.run("connect", "google", "--user", "ada@example.org", status=1).stderr
    assert "GOOGLE_CLIENT_ID" in said and "docs/google.md" in said
    assert "no user" in home.run("connect", "google", "--user", "nobody@example.org", status=1, env=google.environment()).stderr


def test_a_replaced_key_is_freed_by_resealing(home, google, ada):
    old, new = "o" * 40, "n" * 40
    keys = {"SECRET_KEY": old} | google.environment()
    server = Server(home, **keys)
    reply = login(server, tokens_of(google, ada))
    assert reply.status == 200 and server.stop() == 0
    said = home.run("reseal", env={"SECRET_KEY": new, "SECRET_KEY_PREVIOUS": old}).stderr
    assert "Sealed 1 " in said
    assert "Sealed 0 " in home.run("reseal", env={"SECRET_KEY": new}).stderr
    assert "SECRET_KEY_PREVIOUS" in home.run("reseal", env={"SECRET_KEY": old}, status=1).stderr
