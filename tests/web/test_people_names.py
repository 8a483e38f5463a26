"""Who acted, as pages say it."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts import members
from impact.accounts.names import names_of
from impact.accounts.tables import ApiToken, TokenScope
from impact.accounts.tokens import make_token
from impact.audit.tables import ActorKind
from impact.audit.trail import actor_for
from impact.language import Language, speak
from impact.web.people_names import Names
from tests.people import NOW, add_person


def test_names_whoever_acted_when_asked(session: Session) -> None:
    """People by name, programs by whose they are, the clock as Impact, erased people as somebody."""
    analyst, erased = (add_person(session, name) for name in ("analyst", "erased"))
    user = members.user_by_id(session, analyst.user_id)
    until = NOW + timedelta(days=1)
    make_token(session, analyst.actor, user, "night run", TokenScope.WRITE, expires_at=until, now=NOW)
    members.user_by_id(session, erased.user_id).name = ""
    clock = actor_for(session, ActorKind.CLOCK, now=NOW)
    token = session.scalars(select(ApiToken)).one()
    session.flush()
    actors = [analyst.actor.id, token.actor_id, clock.id, erased.actor.id]
    names = Names(session, actors, speak(Language.ENGLISH))
    assert [names.of(actor) for actor in actors] == [
        "analyst",
        "analyst (night run)",
        "Impact",
        "Somebody",
    ]


def test_asks_nothing_when_nobody_acted(session: Session) -> None:
    """A page without history needs no names."""
    assert names_of(session, []) == {}
