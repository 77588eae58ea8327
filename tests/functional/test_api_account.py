"""Accounts whole: preferences, export and erasure, administration by superusers."""
import json
import subprocess
import threading

import pytest
from api_server import PASSWORD, Server, User, problems, until
from conftest import ALERT, Nextjob


@pytest.fixture(scope="module")
def program_with_root(program, tmp_path_factory):
    nextjob = Nextjob(program, tmp_path_factory.mktemp("account"))
    nextjob.run("user", "add", "--email", "root@example.org", "--superuser", "--password-stdin", input=PASSWORD + "\n")
    return nextjob


@pytest.fixture(scope="module")
def server(program_with_root):
    running = Server(program_with_root)
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def root(server):
    user = User.__new__(User)
    user.server, user.email = server, "root@example.org"
    user.sign_in()
    user.id = user.get("/users/me")["id"]
    return user


WISHES = {"places": ["Berlin", "Oslo"], "work_modes": ["remote", "hybrid"],
          "salary_floor": {"amount": 60000, "currency": "EUR", "period": "year"}, "seniorities": ["senior", "lead"],
          "languages": ["en", "de"], "hidden_companies": ["Acme"]}
EMPTY = {"places": [], "work_modes": [], "salary_floor": None, "seniorities": [], "languages": [], "hidden_companies": [],
         "updated_at": None}


def test_preferences_are_said_anew_and_changed(server):
    user = server.user()
    assert user.get("/preferences") == EMPTY
    put = user.call("PUT", "/preferences", WISHES)
    assert put.status == 200 and put.json | {"updated_at": None} == WISHES | {"updated_at": None}
    assert user.get("/preferences") == put.json and put.json["updated_at"]
    patched = user.call("PATCH", "/preferences", {"salary_floor": None, "places": ["Paris"]}).json
    assert patched | {"updated_at": None} == WISHES | {"salary_floor": None, "places": ["Paris"], "updated_at": None}
    emptied = user.call("PUT", "/preferences", {}).json
    assert emptied | {"updated_at": None} == EMPTY


def test_changes_of_different_preferences_at_one_moment_all_count(server):
    user = server.user()

    def change(field, values):
        for value in values:
            assert user.call("PATCH", "/preferences", {field: value}).status == 200

    changes = {"languages": [["en"], ["de"]] * 10, "places": [[f"Town {n}"] for n in range(20)],
               "hidden_companies": [[f"Company {n}"] for n in range(20)]}
    clients = [threading.Thread(target=change, args=each) for each in changes.items()]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    kept = user.get("/preferences")
    assert {field: kept[field] for field in changes} == {field: values[-1] for field, values in changes.items()}


@pytest.mark.parametrize("body, found", [
    ({"places": "Berlin"}, [("body.places", "list_type")]), ({"places": [1]}, [("body.places.0", "string_type")]),
    ({"places": [""]}, [("body.places.0", "string_too_short")]), ({"places": ["x"] * 101}, [("body.places", "too_long")]),
    ({"places": ["   "]}, [("body", "value_error")]),
    ({"work_modes": ["remote", "moon"]}, [("body.work_modes.1", "literal_error")]),
    ({"salary_floor": {"amount": -1, "currency": "eur"}},
     [("body.salary_floor.amount", "greater_than"), ("body.salary_floor.currency", "value_error")]),
    ({"salary_floor": 5}, [("body.salary_floor", "model_attributes_type")]),
    ({"salary_floor": {}}, [("body.salary_floor.amount", "missing"), ("body.salary_floor.currency", "missing")]),
    ({"seniorities": ["king"], "languages": ["english"]}, [("body.seniorities.0", "literal_error")]),
    ({"languages": ["english"]}, [("body.languages.0", "value_error")]),
])
def test_preferences_that_are_wrong_change_nothing(server, body, found):
    user = server.user()
    before = user.call("PUT", "/preferences", WISHES).json
    for method in ("PUT", "PATCH"):
        assert problems(user.call(method, "/preferences", body)) == found
    assert user.get("/preferences") == before


def test_preferences_have_offers_judged_anew(server):
    user = server.user()
    user.import_mail(ALERT.encode(), kind="message/rfc822")
    def welder():
        return next(offer for offer in user.offers() if offer["title"] == "Welder")
    before = welder()
    user.call("PUT", "/preferences", {"places": ["Oslo"]})
    until(welder, lambda offer: offer["criteria"] != before["criteria"])
    assert any(criterion["name"] for criterion in welder()["criteria"])


def test_the_skills_of_a_user_are_that_users_alone(server):
    user, stranger = server.user(), server.user()
    assert user.call("PUT", f"/user_skills/user/{user.id}", {"names": ["python", "k8s"]}).status == 200
    mine = user.get(f"/user_skills/user/{user.id}")
    assert [skill["name"] for skill in mine["skills"]] == ["Kubernetes", "Python"]
    assert stranger.call("GET", f"/user_skills/user/{user.id}").status == 404
    assert stranger.call("PUT", f"/user_skills/user/{user.id}", {"names": []}).status == 404
    assert user.get(f"/user_skills/user/{user.id}") == mine


def test_an_export_has_everything(server, mailbox):
    user = server.user()
    user.call("PUT", "/user_skills", {"names": ["Python"]})
    user.call("PUT", "/preferences", WISHES)
    user.import_mail(ALERT.encode(), kind="message/rfc822")
    user.import_mail(mailbox(200).read_bytes())
    count = user.get("/job-offers")["count"]
    hidden = user.offers()[0]["id"]
    user.call("PATCH", f"/job-offers/{hidden}", {"status": "hidden", "note": "Not for me."})
    reply = user.call("GET", "/users/me/export")
    assert reply.status == 200 and "nextjob-export.json" in reply.headers["content-disposition"]
    whole = reply.json
    assert whole["user"]["email"] == user.email
    assert [skill["name"] for skill in whole["skills"]] == ["Python"]
    assert whole["preferences"]["places"] == ["Berlin", "Oslo"]
    assert len(whole["sessions"]) == 1 and len(whole["imports"]) == 2
    assert len(whole["messages"]) == 201
    assert (whole["imap_account"], whole["mailboxes"], whole["sender_rules"]) == (None, [], [])
    assert len(whole["job_offers"]) == count, "hidden ones too"
    entry = next(entry for entry in whole["job_offers"] if entry["offer"]["id"] == hidden)
    assert [step["note"] for step in entry["history"]] == ["Not for me."]
    for entry in whole["job_offers"]:
        assert len(entry["sightings"]) == entry["offer"]["sightings"] >= 1
    assert user.access not in reply.body.decode() and "argon2" not in reply.body.decode()


def test_who_erases_the_account_is_gone(program_with_root, server):
    user = server.user()
    user.import_mail(ALERT.encode(), kind="message/rfc822")
    assert user.call("DELETE", "/users/me").status == 204
    assert user.call("GET", "/users/me").status == 401
    assert server.call("POST", "/auth/jwt/login", form={"username": user.email, "password": PASSWORD}).status == 400
    assert list((program_with_root.data / "spool").iterdir()) == []


def test_superusers_see_to_all_users(server, root):
    assert root.get("/users/me")["is_superuser"] is True
    user = server.user()
    found = root.get("/users?search=" + user.email.upper())
    assert (found["count"], found["results"][0]["id"]) == (1, user.id)
    assert root.get("/users?limit=1")["next"] == "/users?limit=1&offset=1"
    assert root.get(f"/users/{user.id}")["email"] == user.email
    changed = root.call("PATCH", f"/users/{user.id}", {"full_name": "New Name", "is_verified": True})
    assert (changed.json["full_name"], changed.json["is_verified"]) == ("New Name", True)
    assert root.call("PATCH", f"/users/{user.id}", {"email": root.email}).json == {"detail": "UPDATE_USER_EMAIL_ALREADY_EXISTS"}
    assert root.call("PATCH", f"/users/{user.id}", {"is_active": False}).status == 200
    assert user.call("GET", "/users/me").status == 401, "barred at once"
    assert root.call("DELETE", f"/users/{user.id}").status == 204
    for method, body in (("GET", None), ("PATCH", {"full_name": "x"}), ("DELETE", None)):
        assert root.call(method, f"/users/{user.id}", body).status == 404


def test_others_do_not(server, root):
    user = server.user()
    for method, path, body in (("GET", "/users", None), ("GET", f"/users/{root.id}", None), ("GET", f"/users/{user.id}", None),
                               ("PATCH", f"/users/{user.id}", {"is_superuser": True}), ("DELETE", f"/users/{root.id}", None)):
        assert user.call(method, path, body).status == 403, path
    assert user.call("PATCH", "/users/me", {"is_superuser": True}).json["is_superuser"] is False


def test_the_description_is_served(server):
    described = server.call("GET", "/openapi.json")
    assert described.json["openapi"] == "3.1.0"
    page = server.call("GET", "/docs")
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy and b"openapi.json" in page.body
    assert b"<script>" not in page.body and b"http://" not in page.body and b"https://" not in page.body
    if b"swagger-ui-bundle.js" in page.body:
        assert server.call("GET", "/docs/swagger-ui-bundle.js").headers["content-type"].startswith("text/javascript")
        assert server.call("GET", "/docs/start.js").status == 200
    assert server.call("GET", "/docs/../../etc/passwd").status == 404
    assert server.call("GET", "/docs/nothing.js").status == 404
