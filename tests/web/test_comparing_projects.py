"""The same indicator in several projects, and the sums of a portfolio, as pages."""

from flask import Flask

from impact.registry.indicator_tables import Definition, Indicator
from tests.people import People, signed_in_client
from tests.web.ground import place_project, promise
from tests.web.test_pages import text_of


def test_sets_projects_side_by_side_when_they_measure_alike(app: Flask, people: People) -> None:
    """Every project in sight that measures by the definition has a row, no other."""
    placed, other = place_project(app), place_project(app, "north")
    promise(placed, baseline=62.4, target=75.0)
    with placed.database.transaction() as session:
        theirs, ours = (session.get_one(Indicator, each.indicator_id) for each in (other, placed))
        theirs.definition_id, theirs.definition_version_id = ours.definition_id, ours.definition_version_id
        slug = session.get_one(Definition, ours.definition_id).slug
    client = signed_in_client(app, people.viewer)
    assert f'href="/compare/{slug}"' in text_of(client, "/projects")
    page = text_of(client, f"/compare/{slug}")
    assert "2 projekt som du ser mäter detta." in page
    assert all(f'href="/indicators/{each.indicator_id}"' in page for each in (placed, other))
    assert "75 %" in page.replace("\N{NO-BREAK SPACE}", " ")
    outsider = signed_in_client(app, people.outsider)
    assert f"/indicators/{placed.indicator_id}" not in text_of(outsider, f"/compare/{slug}")
    assert outsider.get("/compare/no-such-definition").status_code == 404
