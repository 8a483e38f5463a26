"""Every address with every method, called by everybody: only those get in who should."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from impact.accounts import members
from impact.accounts.permissions import Action
from impact.accounts.tables import Role, TokenScope
from impact.app import create_app
from impact.request_scope.admission import MARK
from impact.request_scope.identity import API_PREFIX
from impact.settings import Settings
from impact.web import health_pages
from impact.web.guards import needs
from tests.people import (
    NOW,
    PASSWORD,
    People,
    Person,
    add_person,
    bearer,
    form_token,
    make_people,
    signed_in_client,
)
from tests.trust.places import address, names_a_thing, names_something_personal, routes
from tests.web.ground import Placed, place_project

PUBLIC, SIGNED_IN = "public", "signed in"
# Everybody where the project is public; that of these trials is not (tests/trust/test_public_site.py).
PUBLISHED = "published"
VIEWER, ANALYST, MANAGER, ADMINISTRATOR = (str(role) for role in Role)
MANAGER_OF_ALL = "manager of everything"

# Who may come in: everybody, whoever is signed in, or the least role that it takes; a role
# for everything where the thing belongs to no project.
# A new page needs one line here. HEAD is as GET.
TABLE = {
    "GET board.show": VIEWER,
    "GET portfolio.show_all": VIEWER,
    "GET comparing.show": VIEWER,
    "GET projects.show": VIEWER,
    "GET impact_reports.show": VIEWER,
    "GET impact_reports.show_pdf": VIEWER,
    "GET impact_reports.show_all": VIEWER,
    "GET impact_reports.show_all_pdf": VIEWER,
    "GET project_editing.new": MANAGER_OF_ALL,
    "POST project_editing.make": MANAGER_OF_ALL,
    "GET project_editing.show": MANAGER,
    "POST project_editing.change": MANAGER,
    "POST project_editing.archive": MANAGER,
    "GET planning.show": MANAGER,
    "POST planning.move": MANAGER,
    "GET planning.download": VIEWER,
    "GET planned.new": MANAGER,
    "POST planned.make": MANAGER,
    "GET planned.show": MANAGER,
    "POST planned.change": MANAGER,
    "POST planned.withdraw": MANAGER,
    "GET copying.ask": MANAGER,
    "POST copying.copy": MANAGER,
    "GET withdrawn.show": MANAGER,
    "POST withdrawn.bring_back": MANAGER,
    "GET withdrawn.show_all": MANAGER_OF_ALL,
    "POST withdrawn.bring_back_shared": MANAGER_OF_ALL,
    "GET shared_plans.show_all": MANAGER_OF_ALL,
    "GET shared_plans.new": MANAGER_OF_ALL,
    "POST shared_plans.make": MANAGER_OF_ALL,
    "GET shared_plans.show": MANAGER_OF_ALL,
    "POST shared_plans.change": MANAGER_OF_ALL,
    "POST shared_plans.withdraw": MANAGER_OF_ALL,
    "GET indicators.show": VIEWER,
    "GET indicators.chart": VIEWER,
    "GET pictures.of_project": VIEWER,
    "GET pictures.of_portfolio": VIEWER,
    "GET pictures.of_definition": VIEWER,
    "GET pictures.of_sexes": VIEWER,
    "GET indicator_making.new_of_goal": MANAGER,
    "POST indicator_making.make_of_goal": MANAGER,
    "GET indicator_making.new_of_area": MANAGER,
    "POST indicator_making.make_of_area": MANAGER,
    "GET indicator_making.edit": MANAGER,
    "POST indicator_making.change": MANAGER,
    "GET indicator_plans.show": MANAGER,
    "POST indicator_plans.split": MANAGER,
    "POST indicator_plans.set_in_use": MANAGER,
    "GET indicator_plan_rows.new": MANAGER,
    "POST indicator_plan_rows.make": MANAGER,
    "GET indicator_plan_rows.show": MANAGER,
    "POST indicator_plan_rows.change": MANAGER,
    "POST indicator_plan_rows.set_in_use": MANAGER,
    "GET definitions.show_all": VIEWER,
    "GET definitions.new": MANAGER,
    "POST definitions.make": MANAGER,
    "GET definitions.show": VIEWER,
    "GET definitions.edit": MANAGER,
    "POST definitions.change": MANAGER,
    "POST definitions.set_in_use": MANAGER,
    "GET past.show": VIEWER,
    "GET entry.overview": ANALYST,
    "GET imports.show": ANALYST,
    "POST imports.upload": ANALYST,
    "GET imports.look": ANALYST,
    "POST imports.correct": ANALYST,
    "POST imports.apply": ANALYST,
    "POST imports.undo": ANALYST,
    "GET workbooks.show": ANALYST,
    "GET workbooks.file": ANALYST,
    "POST workbooks.upload": ANALYST,
    "GET workbooks.look": ANALYST,
    "POST workbooks.apply": ANALYST,
    "GET entry.enter": ANALYST,
    "POST entry.save": ANALYST,
    "GET entry.evidence": VIEWER,
    "GET sheet.show": ANALYST,
    "POST sheet.save": ANALYST,
    "POST entry.approve": MANAGER,
    "GET history.of_project": VIEWER,
    "GET history.of_indicator": VIEWER,
    "GET history.of_row": VIEWER,
    "GET search.show": VIEWER,
    "GET exports.show": VIEWER,
    "GET exports.report": VIEWER,
    "GET exports.report_of_all": VIEWER,
    "GET exports.file": VIEWER,
    "GET rounds.show_all": VIEWER,
    "GET rounds.show": VIEWER,
    "POST rounds.move": ANALYST,
    "GET owing.show": ANALYST,
    "GET reminders.show": MANAGER,
    "POST reminders.save": MANAGER,
    "POST reminders.choose": SIGNED_IN,
    "GET curves.show": VIEWER,
    "POST curves.add_note": ANALYST,
    "GET flags.show": VIEWER,
    "POST flags.decide": MANAGER,
    "GET subscriptions.show_all": VIEWER,
    "GET subscriptions.new": VIEWER,
    "POST subscriptions.make": VIEWER,
    "GET subscriptions.show": VIEWER,
    "POST subscriptions.change": VIEWER,
    "POST subscriptions.set_paused": VIEWER,
    "GET trying_out.show": VIEWER,
    "GET trying_out.as_received": VIEWER,
    "POST trying_out.send": VIEWER,
    "GET mails.show_all": VIEWER,
    "GET mails.show": VIEWER,
    "GET mails.as_received": VIEWER,
    "GET mails.show_file": VIEWER,
    "GET running.show": ADMINISTRATOR,
    "POST running.try_again": ADMINISTRATOR,
    "GET running.show_senders": ADMINISTRATOR,
    "POST running.set_one": ADMINISTRATOR,
    "GET unsubscribe.ask": PUBLIC,
    "POST unsubscribe.stop": PUBLIC,
    "GET sign_in.form": PUBLIC,
    "GET provider.go": PUBLIC,
    "GET provider.come_back": PUBLIC,
    "POST sign_in.sign_in": PUBLIC,
    "POST sign_in.sign_out": PUBLIC,
    "POST language.choose": PUBLIC,
    "GET help.show": PUBLIC,
    "GET open.show_all": PUBLIC,
    "GET open.show": PUBLISHED,
    "GET open.data": PUBLISHED,
    "GET open.indicator": PUBLISHED,
    "GET open.chart": PUBLISHED,
    "GET open.charts": PUBLISHED,
    "GET embedded.show": PUBLISHED,
    "GET links.open_link": PUBLIC,
    "POST links.choose_password": PUBLIC,
    "GET links.ask_for_link": PUBLIC,
    "POST links.send_link": PUBLIC,
    "GET profile.show": SIGNED_IN,
    "POST profile.change": SIGNED_IN,
    "POST profile.choose_notices": SIGNED_IN,
    "GET profile.password_form": SIGNED_IN,
    "POST profile.change_password": SIGNED_IN,
    "POST profile.end_others": SIGNED_IN,
    "POST profile.end_one": SIGNED_IN,
    "GET tokens.show_all": SIGNED_IN,
    "POST tokens.make": SIGNED_IN,
    "POST tokens.revoke": SIGNED_IN,
    "GET people.show_all": ADMINISTRATOR,
    "GET people.new": ADMINISTRATOR,
    "POST people.invite": ADMINISTRATOR,
    "GET person.show": ADMINISTRATOR,
    "POST person.change": ADMINISTRATOR,
    "POST person.give_role": ADMINISTRATOR,
    "POST person.withdraw_role": ADMINISTRATOR,
    "POST person.give_link": ADMINISTRATOR,
    "POST person.set_access": ADMINISTRATOR,
    "POST person.end_all_sign_ins": ADMINISTRATOR,
    "GET person.ask_to_erase": ADMINISTRATOR,
    "POST person.erase": ADMINISTRATOR,
    "GET health.alive": PUBLIC,
    "GET health.ready": PUBLIC,
    "GET admin.show": ADMINISTRATOR,
    "GET admin.show_settings": ADMINISTRATOR,
    "GET admin.show_database": ADMINISTRATOR,
    "POST admin.send_test_mail": ADMINISTRATOR,
    "GET audit.show_trail": ADMINISTRATOR,
    "GET audit.show_attempts": ADMINISTRATOR,
    "GET sample.ask": ADMINISTRATOR,
    "POST sample.remove": ADMINISTRATOR,
    # These trials call from the machine itself; tests/web/test_watching.py calls from elsewhere.
    "GET watching.show": PUBLIC,
    "GET api_pages.show": PUBLIC,
    "GET static_files.static_file": PUBLIC,
    "GET static_files.typeface": PUBLIC,
    "GET api-docs.openapi_json": PUBLIC,
    "GET Projects.list_projects": VIEWER,
    "GET Projects.read_project": VIEWER,
    "POST Planning projects.make_project": MANAGER_OF_ALL,
    "GET Planning projects.read_facts": VIEWER,
    "PATCH Planning projects.change_project": MANAGER,
    "POST Planning projects.withdraw_project": MANAGER,
    "POST Planning projects.restore_project": MANAGER,
    "POST Planning projects.copy": MANAGER,
    "GET Shared plans.list_rows": VIEWER,
    "POST Shared plans.make_row": MANAGER_OF_ALL,
    "GET Shared plans.read_row": VIEWER,
    "PATCH Shared plans.change_row": MANAGER_OF_ALL,
    "POST Shared plans.withdraw_shared_row": MANAGER_OF_ALL,
    "POST Shared plans.restore_shared_row": MANAGER_OF_ALL,
    "GET Definitions.list_definitions": VIEWER,
    "POST Definitions.make_definition": MANAGER,
    "GET Definitions.read_definition": VIEWER,
    "GET Definitions.list_versions": VIEWER,
    "POST Definitions.withdraw_definition": MANAGER,
    "POST Definitions.restore_definition": MANAGER,
    "POST Definition versions.change_definition": MANAGER,
    "GET Definition versions.read_version": VIEWER,
    "GET Series plans.list_rows": VIEWER,
    "POST Series plans.add_row": MANAGER,
    "GET Series plans.read_row": VIEWER,
    "PATCH Series plans.change_row": MANAGER,
    "POST Series plans.withdraw_series_plan_row": MANAGER,
    "POST Series plans.restore_series_plan_row": MANAGER,
    "POST Planning indicators.make_indicator": MANAGER,
    "GET Planning indicators.read_facts": VIEWER,
    "PATCH Planning indicators.change_indicator": MANAGER,
    "POST Planning indicators.withdraw_indicator": MANAGER,
    "POST Planning indicators.restore_indicator": MANAGER,
    "POST Planning indicators.split_indicator": MANAGER,
    "POST Planning indicators.declare_break": MANAGER,
    "GET Rounds.list_rounds": VIEWER,
    "GET Rounds.read_round": VIEWER,
    "POST Rounds.act_on_round": ANALYST,
    "GET Search.look_for": VIEWER,
    "GET History.of_project": VIEWER,
    "GET History.of_indicator": VIEWER,
    "GET History.of_row": VIEWER,
    "GET Plans.list_rows": VIEWER,
    "POST Plans.make_row": MANAGER,
    "GET Plans.read_row": VIEWER,
    "PATCH Plans.change_row": MANAGER,
    "POST Plans.withdraw_plan_row": MANAGER,
    "POST Plans.restore_plan_row": MANAGER,
    "GET Many indicators.list_indicators": VIEWER,
    "GET Indicators.read_indicator": VIEWER,
    "GET Many series.list_series": VIEWER,
    "GET Series.read_series": VIEWER,
    "GET Series.read_analyses": VIEWER,
    "GET Measurements.read_measurement": VIEWER,
    "PUT Measurements.put_measurement": ANALYST,
    "GET Evidence.read_evidence": VIEWER,
    "PUT Evidence.attach": ANALYST,
    "DELETE Evidence.detach": ANALYST,
    "POST Many measurements.record_measurements": ANALYST,
    "GET Measurement files.export_measurements": VIEWER,
    "GET Flags.list_flags": VIEWER,
    "GET Flags.read_flag": VIEWER,
    "POST Flags.decide_on_flag": MANAGER,
    "GET Subscriptions.list_subscriptions": VIEWER,
    "POST Subscriptions.make_subscription": VIEWER,
    "GET Subscriptions.read_subscription": VIEWER,
    "PATCH Subscriptions.change_subscription": VIEWER,
    "POST Subscriptions.set_paused": VIEWER,
    "GET People.list_people": ADMINISTRATOR,
    "POST People.invite_person": ADMINISTRATOR,
    "GET People.read_person": ADMINISTRATOR,
    "POST People.give_role": ADMINISTRATOR,
    "POST People.withdraw_role": ADMINISTRATOR,
    "POST People.set_disabled": ADMINISTRATOR,
}

# Its own answer leads to the sign-in page, which is no refusal.
SIGNING_OUT = "POST sign_in.sign_out"
RANK = [PUBLIC, SIGNED_IN, VIEWER, ANALYST, MANAGER, MANAGER_OF_ALL, ADMINISTRATOR]
IN, REFUSED, NOT_FOUND, UNKNOWN = "let in", "refused", "not found", "asked to sign in"
# What a view itself answers to an empty form: whoever gets this got in.
ANSWERS_OF_VIEWS = {409, 412, 415, 422, 428}
# The guest manages projects elsewhere and may only look at this one.
CALLERS = [
    "anonymous", "disabled", "outsider", "viewer", "guest", "analyst", "manager", "administrator", "reader"
]  # fmt: skip


def expected(caller: str, line: str, method: str, *, is_thing: bool) -> str:
    """What the table says of one caller at one address."""
    if line in (PUBLIC, PUBLISHED):
        return IN if line == PUBLIC else NOT_FOUND
    if caller in ("anonymous", "disabled"):
        return UNKNOWN
    reached = {"outsider": MANAGER, "guest": MANAGER, "reader": MANAGER, "manager": MANAGER_OF_ALL}
    somewhere = reached.get(caller, caller)
    if RANK.index(line) > RANK.index(somewhere):
        return REFUSED
    if is_thing and caller == "outsider":
        return NOT_FOUND
    if is_thing and caller == "guest" and RANK.index(line) > RANK.index(VIEWER):
        return REFUSED
    if caller == "reader" and (method not in ("GET", "HEAD") or RANK.index(line) > RANK.index(VIEWER)):
        return REFUSED
    return IN


def observed(response: TestResponse) -> str:
    """What came of a call."""
    # Whoever is not signed in is led from the board to what is public.
    if response.status_code == 401 or response.headers.get("Location", "").startswith(("/sign-in", "/open")):
        return UNKNOWN
    if response.status_code < 400 or response.status_code in ANSWERS_OF_VIEWS:
        return IN
    return {403: REFUSED, 404: NOT_FOUND}.get(response.status_code, str(response.status_code))


class Caller:
    """One of the cast: calls pages with a cookie and the API with a token."""

    def __init__(self, app: Flask, name: str, person: Person | None) -> None:
        self.app, self.name, self.person = app, name, person

    def call(self, method: str, path: str) -> TestResponse:
        """The answer, from a browser that is new for each form because forms may sign out."""
        if path.startswith(API_PREFIX):
            return self.app.test_client().open(
                path, method=method, headers=self._token(), json={}, buffered=True
            )
        client = self._client()
        if method in ("GET", "HEAD"):
            return client.open(path, method=method, buffered=True)
        form = {"csrf_token": form_token(client), "name": self.name, "password": PASSWORD}
        return client.open(path, method=method, data=form, buffered=True)

    def _client(self) -> FlaskClient:
        return signed_in_client(self.app, self.person) if self.person else self.app.test_client()

    def _token(self) -> dict[str, str]:
        if self.person is None:
            return {}
        scope = TokenScope.READ if self.name == "reader" else TokenScope.WRITE
        return bearer(self.app, self.person, scope)


def caller(app: Flask, people: People, placed: Placed, name: str) -> Caller:
    """Somebody of the cast, or the guest, or a manager's token that only reads."""
    if name in ("anonymous", "reader"):
        return Caller(app, name, people.manager if name == "reader" else None)
    if name != "guest":
        return Caller(app, name, getattr(people, name))
    with app.extensions["impact"].database.transaction() as session:
        elsewhere = people.outsider.actor.grants[0].organisation_id
        guest = add_person(session, "guest", Role.MANAGER, organisation_id=elsewhere)
        user = members.user_by_id(session, guest.user_id)
        members.grant(
            session, people.administrator.actor, user, Role.VIEWER, project_id=placed.project_id, now=NOW
        )
    return Caller(app, name, guest)


def differences(
    app: Flask, placed: Placed, who: Caller, table: dict[str, str], only: str = ""
) -> Iterator[str]:
    """A sentence for each address at which the table is not what is."""
    for method, rule in routes(app):
        key = f"{'GET' if method == 'HEAD' else method} {rule.endpoint}"
        if only not in rule.endpoint or (who.name == "reader" and not rule.rule.startswith(API_PREFIX)):
            continue
        if key not in table:
            yield f'{method} {rule.rule} has no line: add "{key}": <least role> to TABLE in {__name__}'
            continue
        wanted = expected(who.name, table[key], method, is_thing=names_a_thing(rule))
        if method == "HEAD" and wanted == IN:
            continue  # Flask answers it by GET, which is called too.
        seen = observed(who.call(method, address(app, rule, placed)))
        if seen == UNKNOWN and key == SIGNING_OUT:
            seen = IN
        if seen == NOT_FOUND and names_something_personal(rule):
            seen = IN
        if seen != wanted:
            yield f"{method} {rule.rule}: {who.name} is {seen}, the table says {wanted}"


def test_lets_in_whom_the_table_names_when_every_address_is_called(
    app: Flask, people: People, placed: Placed
) -> None:
    """Each address and method answers each role as the table says."""
    found = [
        told
        for name in CALLERS
        for told in differences(app, placed, caller(app, people, placed, name), TABLE)
    ]
    assert found == []


def test_has_no_line_when_there_is_no_such_address(sqlite_app: Flask) -> None:
    """The table names nothing that is gone."""
    there = {f"{method} {rule.endpoint}" for method, rule in routes(sqlite_app)}
    assert [f"{line}: take it out of TABLE" for line in TABLE if line not in there] == []


@pytest.fixture
def made_apps() -> dict[Settings, Flask]:
    """None is kept, for an address is added to some."""
    return {}


@pytest.fixture
def with_extra(sqlite_app: Flask) -> Flask:
    """An app with one more page, which somebody forgot to write into the table."""
    sqlite_app.add_url_rule("/extra", "extra.show", needs(Action.ADMINISTER)(lambda: "seen"))
    return sqlite_app


@pytest.mark.parametrize(
    ("name", "line", "told"),
    [
        (
            "viewer",
            None,
            'GET /extra has no line: add "GET extra.show": <least role> to TABLE in ' + __name__,
        ),
        ("viewer", VIEWER, "GET /extra: viewer is refused, the table says let in"),
        ("administrator", PUBLIC, ""),
        ("manager", PUBLIC, "GET /extra: manager is refused, the table says let in"),
        ("anonymous", PUBLIC, "GET /extra: anonymous is asked to sign in, the table says let in"),
        ("anonymous", VIEWER, ""),
        ("viewer", ADMINISTRATOR, ""),
        ("administrator", ADMINISTRATOR, ""),
    ],
)
def test_tells_when_a_line_is_missing_or_wrong(
    with_extra: Flask, name: str, line: str | None, told: str
) -> None:
    """The trial above can fail: a page without a line and a wrong line are told by name."""
    people = make_people(with_extra.extensions["impact"].database)
    placed = place_project(with_extra)
    table = {**TABLE, "GET extra.show": line} if line else TABLE
    who = caller(with_extra, people, placed, name)
    assert "".join(differences(with_extra, placed, who, table, "extra")).split("HEAD")[0] == told


def test_refuses_to_start_when_a_page_says_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app itself does not start with a page that names nobody."""
    monkeypatch.delattr(health_pages.alive, MARK)
    with pytest.raises(RuntimeError, match="/healthz does not say who may come in"):
        create_app(settings)
