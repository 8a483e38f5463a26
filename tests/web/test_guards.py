"""Where people are sent, and that nobody can send them elsewhere."""

import pytest
from flask import Flask

from impact.accounts.permissions import Action
from impact.request_scope import admission
from impact.web.guards import needs, public, safe_next, signed_in
from tests.people import NOW, make_people, signed_in_client

ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "/a\\b",
    "/a b",
    "/\x00/evil.example",
    "/\x7f/evil.example",
    "/\u2028/evil.example",
    "/a\u202eb",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http://localhost@evil.example",
    "HTTPS://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "evil.example",
    "evil.example/path",
    ".evil.example",
    "@evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "",
    None,
    "mailto:x@evil.example",
    "ftp://evil.example",
    "//[::1",
    "//evil.example/%2f..",
    "//%65vil.example",
    "/\\/evil.example",
    "/\\\\evil.example",
    "\x01//evil.example",
    "\u00a0//evil.example",
    "//localhost:8000@evil.example",
    "//localhost.evil.example",
    "/\\/\\evil.example",
    "/./\\evil.example",
    "/%5c%5cevil.example\\",
    "////evil.example",
    "/ //evil.example",
    "/\x0b/evil.example",
    "/\x0c/evil.example",
    "/\x1f/evil.example",
    "/\u2029/evil.example",
    "/\ufeff/evil.example\u200b",
    "/\u0085/evil.example",
    "\ufeff//evil.example",
    "\u3000//evil.example",
    "\u200e//evil.example",
    "/\u00ad\u202e/evil.example",
    "https:///evil.example",
    "https:\\\\evil.example",
    "///\\evil.example",
    "file:///etc/passwd",
    "blob:https://evil.example/x",
]
OWN = [
    "/",
    "/projects",
    "/projects?category=living&page=2",
    "/indicators/7#values",
    "/a/%2F/b",
    "/%09/x",
    "/å",
]


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_goes_to_the_start_when_next_leads_elsewhere(wanted):
    """Whatever leads out of these pages leads to the start page."""
    assert safe_next(wanted) == "/"


@pytest.fixture
def made_apps():
    """None is kept, for addresses are added to them."""
    return {}


@pytest.mark.parametrize("wanted", OWN)
def test_goes_on_when_next_is_a_page_of_ours(wanted):
    """A path with its query is kept as it is."""
    assert safe_next(wanted) == wanted


def test_refuses_to_start_when_an_endpoint_says_nothing():
    """An app with a silent endpoint is not made at all."""
    app = Flask("trial", static_folder=None)
    app.add_url_rule("/silent", "silent", lambda: "open to all")
    with pytest.raises(RuntimeError, match="/silent does not say who may come in"):
        admission.guard(app)


def test_denies_when_an_endpoint_was_added_silently_after_the_start(sqlite_app):
    """An endpoint that slipped past the start is not served."""
    sqlite_app.add_url_rule("/silent", "silent", lambda: "open to all")
    response = sqlite_app.test_client().get("/silent")
    assert response.status_code == 500
    assert "open to all" not in response.text


@pytest.fixture
def guarded(sqlite_app):
    """An app with one page for each requirement there is."""
    sqlite_app.add_url_rule("/for-all", "for_all", public(lambda: "seen"))
    sqlite_app.add_url_rule("/for-people", "for_people", signed_in(lambda: "seen"), methods=["GET", "POST"])
    for action in Action:
        sqlite_app.add_url_rule(f"/{action}", action.value, needs(action)(lambda: "seen"))
    sqlite_app.config["WTF_CSRF_ENABLED"] = False
    return sqlite_app


def test_sends_to_the_sign_in_page_and_back_when_nobody_is_signed_in(guarded):
    """A page asks to sign in first, and is opened afterwards."""
    response = guarded.test_client().get("/for-people?page=2")
    assert response.status_code == 303
    assert response.headers["Location"] == "/sign-in?next=%2Ffor-people%3Fpage%3D2"


def test_sends_a_form_back_to_its_page_when_the_sign_in_has_ended(guarded):
    """After signing in one is on the page of the form again, not at the form's address."""
    headers = {"Referer": "http://localhost/indicators/7"}
    response = guarded.test_client().post("/for-people", headers=headers)
    assert response.headers["Location"] == "/sign-in?next=%2Findicators%2F7"


@pytest.mark.parametrize(
    "referrer", ["https://evil.example/x", "http://localhost.evil.example/", "//x", "http://[", ""]
)
def test_goes_to_the_start_when_a_form_came_from_elsewhere(guarded, referrer):
    """The page before is believed only where it is ours."""
    response = guarded.test_client().post("/for-people", headers={"Referer": referrer})
    assert response.headers["Location"] == "/sign-in"


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("administrator", set(Action)),
        ("manager", set(Action) - {Action.ADMINISTER}),
        ("analyst", {Action.SEE, Action.SUBSCRIBE, Action.RECORD}),
        ("viewer", {Action.SEE, Action.SUBSCRIBE}),
        ("outsider", set(Action) - {Action.ADMINISTER}),
    ],
)
def test_opens_a_page_when_the_role_allows_its_action_somewhere(guarded, who, seen):
    """Each role opens the pages of its actions and gets 403 for the others."""
    people = make_people(guarded.extensions["impact"].database, now=NOW)
    client = signed_in_client(guarded, getattr(people, who))
    statuses = {action: client.get(f"/{action}").status_code for action in Action}
    assert statuses == {action: 200 if action in seen else 403 for action in Action}


def test_asks_nothing_of_anybody_when_a_page_is_public(guarded):
    """A public page opens without a sign-in."""
    assert guarded.test_client().get("/for-all").text == "seen"


def test_leads_off_to_nowhere_when_somebody_is_signed_in_already(sqlite_app):
    """What the sign-in page answers to each of these addresses is a page of ours."""
    people = make_people(sqlite_app.extensions["impact"].database, now=NOW)
    client = signed_in_client(sqlite_app, people.viewer)
    assert len(ELSEWHERE) >= 60
    for wanted in ELSEWHERE:
        answer = client.get("/sign-in", query_string={"next": wanted} if wanted is not None else {})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/"), wanted
    for wanted in OWN:
        assert client.get("/sign-in", query_string={"next": wanted}).headers["Location"].startswith("/")
