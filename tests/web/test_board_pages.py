"""The board keeps its filters, tells what is new and what was agreed."""

from datetime import date, timedelta

from flask import Flask

from impact.monitoring import reviewing
from impact.monitoring.reviewing import Decision
from impact.monitoring.tables import Flag, FlagAct
from impact.registry import planning
from impact.registry.indicator_tables import Indicator
from impact.registry.project_tables import Category, Project
from tests.people import NOW, People, signed_in_client
from tests.web.ground import place_project
from tests.web.test_pages import text_of


def test_keeps_filters_until_cleared_when_board_is_narrowed(app: Flask, people: People) -> None:
    """What was chosen is there again at the next look, until it is cleared."""
    placed, other = place_project(app), place_project(app, "north")
    with placed.database.transaction() as session:
        for slug, project_id in (("homes", placed.project_id), ("sport", other.project_id)):
            category = Category(slug=slug, name_sv=slug.title(), position=1)
            planning.save(session, people.administrator.actor, category, now=NOW)
            session.get_one(Project, project_id).category_id = category.id
        session.get_one(Indicator, placed.indicator_id).responsible_id = people.manager.actor.id
    client = signed_in_client(app, people.manager)
    mine, theirs = f'href="/flags/{placed.flag_id}"', f'href="/flags/{other.flag_id}"'
    assert mine in text_of(client, "/")
    assert theirs in text_of(client, "/")
    for asked in (f"/?responsible={people.manager.actor.id}", "/", "/?category=homes", "/"):
        page = text_of(client, asked)
        assert mine in page
        assert theirs not in page
    page = text_of(client, "/?category=&responsible=")
    assert mine in page
    assert theirs in page


def test_tells_what_is_new_and_what_was_agreed(app: Flask, people: People) -> None:
    """At a second sign-in the board says what came since, and what was agreed stands in the row."""
    placed = place_project(app)
    with placed.database.transaction() as session:
        flag = session.get_one(Flag, placed.flag_id)
        decision = Decision(
            FlagAct.CONFIRMED,
            note="Två föreningar flyttade.",
            agreed_action="Söka nya föreningar",
            action_owner="Fritidskontoret",
            action_due_on=date(2026, 9, 1),
        )
        actor = people.administrator.actor
        reviewing.decide(session, actor, flag.id, flag.version, decision, now=NOW)
    first = text_of(signed_in_client(app, people.manager), "/")
    assert "/help" in first
    assert "Nytt</span>" not in first
    with placed.database.transaction() as session:
        session.get_one(Flag, placed.flag_id).first_raised_at = NOW + timedelta(hours=1)
    page = text_of(signed_in_client(app, people.manager), "/")
    assert "Sedan du var här senast" in page
    assert "Nytt</span>" in page
    assert "Söka nya föreningar, Fritidskontoret, senast den 1 september 2026" in page
    assert "sedan 2018" in page
