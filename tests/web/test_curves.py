"""Turning the curve: the turn, the story, what was agreed and what came of it, in one place."""

from datetime import date, timedelta

import pytest
from flask import Flask

from impact.monitoring import reviewing
from impact.monitoring.agreed import agreed_actions
from impact.monitoring.past_flags import flags_as_known
from impact.monitoring.reviewing import Decision
from impact.monitoring.tables import Flag, FlagAct, FlagState
from tests.people import NOW, People, post, signed_in_client
from tests.web.ground import Placed, place_project, promise
from tests.web.test_pages import text_of


@pytest.fixture
def placed(app: Flask) -> Placed:
    return place_project(app)


def test_tells_turn_target_and_pace_when_opened(app: Flask, people: People, placed: Placed) -> None:
    """The page has the turn, where the curve has to go and how fast; a viewer decides nothing."""
    promise(placed, baseline=62.4, target=75.0)
    page = text_of(signed_in_client(app, people.viewer), f"/indicators/{placed.indicator_id}/curve")
    for words in ("Vändpunkt", "2018", "takt som krävs för att nå målvärdet", "målvärde för 2027"):
        assert words in page
    assert "<textarea" not in page
    manager = text_of(signed_in_client(app, people.manager), f"/indicators/{placed.indicator_id}/curve")
    assert 'id="act-confirmed"' in manager
    assert "Skriv en anteckning" in manager


def test_keeps_note_with_day_and_author_when_written(app: Flask, people: People, placed: Placed) -> None:
    """A note stands on the page with its author; one without words or of a day to come is told beside."""
    client, path = signed_in_client(app, people.analyst), f"/indicators/{placed.indicator_id}/curve"
    assert post(client, path, text="Två föreningar flyttade.", noted_on="2026-02-01").status_code == 303
    page = text_of(client, path)
    assert "Två föreningar flyttade." in page
    assert "1 februari 2026" in page
    for typed in ({"text": "", "noted_on": "2026-02-01"}, {"text": "x", "noted_on": "2031-02-01"}):
        answer = post(client, path, **typed)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
    viewer = signed_in_client(app, people.viewer)
    assert post(viewer, path, text="x", noted_on="2026-02-01").status_code == 403


def test_follows_up_what_was_agreed(app: Flask, people: People, placed: Placed) -> None:
    """An agreed action is late once its day has passed, until somebody tells what came of it."""
    path, back = f"/flags/{placed.flag_id}", f"/indicators/{placed.indicator_id}/curve"
    client = signed_in_client(app, people.manager)

    def decide(**fields: str) -> int:
        with placed.database.reading() as session:
            version = session.get_one(Flag, placed.flag_id).version
        answer = post(client, path, version=version, next=back, note="Sedd på plats", **fields)
        assert answer.headers.get("Location") in (back, None)
        return answer.status_code

    assert decide(act="followed_up") == 409
    agreed = {"agreed_action": "Fler värdar", "action_owner": "Bolaget", "action_due_on": "2026-03-01"}
    assert decide(act="confirmed", **agreed) == 303
    assert 'class="worse">Försenat.' in text_of(client, back)
    assert decide(act="followed_up") == 303
    page = text_of(client, back)
    assert "Uppföljt." in page
    assert 'class="worse">Försenat.' not in page


def test_stays_confirmed_and_as_known_when_followed_up(app: Flask, people: People, placed: Placed) -> None:
    """A follow-up leaves the flag confirmed, bumps its version, and may agree on something further."""
    actor = people.manager.actor
    with placed.database.transaction() as session:
        flag = session.get_one(Flag, placed.flag_id)
        first = Decision(
            FlagAct.CONFIRMED, "Sett", agreed_action="Fler värdar", action_due_on=date(2026, 4, 1)
        )
        reviewing.decide(session, actor, flag.id, flag.version, first, now=NOW)
        version = flag.version
        further = Decision(FlagAct.FOLLOWED_UP, "Hjälpte lite", agreed_action="Bättre ljus")
        reviewing.decide(session, actor, flag.id, version, further, now=NOW + timedelta(days=1))
        assert flag.version > version
        newest, oldest = agreed_actions(session, [placed.series_id])
        assert (newest.event.agreed_action, newest.follow_ups) == ("Bättre ljus", [])
        assert [step.note for step in oldest.follow_ups] == ["Hjälpte lite"]
        assert oldest.is_late(date(2026, 5, 1)) is False
        (then,) = flags_as_known(session, [placed.series_id], NOW + timedelta(days=2))[placed.series_id]
        assert then.state is FlagState.CONFIRMED
