"""How the installation does, as counts."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from impact.accounts.tables import SignInAttempt
from impact.accounts.throttling import RESET_MARK, SignInLimits
from impact.delivery.heartbeat import beat
from impact.delivery.tables import Delivery, MessageKind, MessageState, OutboxMessage, Outcome
from impact.errors import NotAllowed
from impact.upkeep.attempts import recent_attempts, waiting
from impact.upkeep.condition import condition
from impact.upkeep.sizes import database_size, n_bytes
from tests.people import NOW, add_people

LIMITS = SignInLimits(3, timedelta(minutes=15))


def add_message(session: Session, state: MessageState, minutes_ago: int) -> OutboxMessage:
    at = NOW - timedelta(minutes=minutes_ago)
    message = OutboxMessage(
        dedupe_key=f"{state}:{minutes_ago}",
        kind=MessageKind.ACCOUNT,
        subject="trial",
        message_id=f"<{state}-{minutes_ago}@example.se>",
        mime=b"",
        checksum="",
        created_at=at,
        next_attempt_at=at,
        state=state,
    )
    session.add(message)
    session.flush()
    return message


def attempt(session: Session, name: str, minutes_ago: int, address: str = "192.0.2.1") -> None:
    at = NOW - timedelta(minutes=minutes_ago)
    session.add(SignInAttempt(name_key=name, address=address, attempted_at=at, succeeded=False))
    session.flush()


def test_counts_mails_by_state_and_deliveries_by_outcome_when_there_are_some(session: Session) -> None:
    """Each state and outcome has its number, the empty ones too; the oldest that waits is known."""
    add_message(session, MessageState.WAITING, 90)
    waits = add_message(session, MessageState.WAITING, 5)
    add_message(session, MessageState.FAILED, 60)
    add_message(session, MessageState.FAILED, 60 * 24 * 8)
    session.add(Delivery(message_id=waits.id, attempted_at=NOW, outcome=Outcome.DEFERRED))
    session.flush()
    found = condition(session, now=NOW)
    assert found.messages == {
        MessageState.WAITING: 2,
        MessageState.SENT: 0,
        MessageState.FAILED: 2,
        MessageState.CANCELLED: 0,
    }
    assert found.deliveries[Outcome.DEFERRED] == 1
    assert found.deliveries[Outcome.ACCEPTED] == 0
    assert found.waiting_since == NOW - timedelta(minutes=90)
    assert found.is_mail_late
    assert found.n_failed_lately == 1


def test_has_no_figures_when_the_installation_is_new(session: Session) -> None:
    """Nothing waits, nothing failed, and no clock has ever run."""
    found = condition(session, now=NOW)
    assert (found.beat_at, found.waiting_since, found.stale_since, found.n_stale) == (None, None, None, 0)
    assert [found.is_clock_alive, found.is_mail_late, found.is_analysis_late] == [False] * 3


@pytest.mark.parametrize(("minutes", "alive"), [(4, True), (6, False)])
def test_tells_whether_a_clock_is_alive_when_it_beat_some_minutes_ago(
    session: Session, minutes: int, alive: bool
) -> None:
    """A clock that was silent for more than five minutes counts as stopped."""
    beat(session, "one", started_at=NOW, now=NOW - timedelta(minutes=minutes))
    assert condition(session, now=NOW).is_clock_alive is alive


def test_names_who_waits_and_until_when_after_too_many_failures(session: Session) -> None:
    """A name waits until so few failures count that another try is let in."""
    people = add_people(session)
    for minutes_ago in (14, 10, 5, 1):
        attempt(session, "analyst", minutes_ago)
    attempt(session, "viewer", 2, "192.0.2.2")
    (found,) = waiting(session, people.administrator.actor, limits=LIMITS, now=NOW)
    assert (found.name, found.address, found.n_failed) == ("analyst", None, 4)
    assert found.until == NOW + timedelta(minutes=5)


def test_names_the_address_when_many_names_failed_from_it(session: Session) -> None:
    """An address waits after five times as many failures as a name."""
    people = add_people(session)
    for number in range(15):
        attempt(session, f"guess {number}", 1)
    (found,) = waiting(session, people.administrator.actor, limits=LIMITS, now=NOW)
    assert (found.name, found.address, found.n_failed) == (None, "192.0.2.1", 15)


def test_leaves_out_what_was_typed_when_nobody_has_that_name(session: Session) -> None:
    """What stands in the name's field may be a password that slipped."""
    people = add_people(session)
    attempt(session, "analyst", 2)
    attempt(session, "hemligt lösenord", 1)
    found = recent_attempts(session, people.administrator.actor)
    assert [one.name for one in found] == [None, "analyst"]


def test_counts_no_reset_when_tries_to_sign_in_are_asked_for(session: Session) -> None:
    """Whoever asks for a new password is not trying one."""
    people = add_people(session)
    for minutes_ago in range(20):
        attempt(session, RESET_MARK + "analyst", minutes_ago)
    assert recent_attempts(session, people.administrator.actor) == []
    assert waiting(session, people.administrator.actor, limits=LIMITS, now=NOW) == []
    assert condition(session, now=NOW).n_sign_ins_failed == 0


def test_tells_kind_bytes_and_largest_tables_when_asked_for_the_size(
    session: Session, engine_name: str
) -> None:
    """The database's kind, its bytes and its tables by their rows."""
    people = add_people(session)
    found = database_size(session, people.administrator.actor)
    assert found.kind == engine_name
    assert found.version[0].isdigit()
    assert found.n_bytes == n_bytes(session) > 100_000
    assert ("user_account", 6) in found.n_rows
    assert [n for _, n in found.n_rows] == sorted((n for _, n in found.n_rows), reverse=True)


def test_refuses_when_the_actor_does_not_administer_everything(session: Session) -> None:
    """A manager is told nothing of sign-ins and sizes."""
    manager = add_people(session).manager.actor
    with pytest.raises(NotAllowed):
        recent_attempts(session, manager)
    with pytest.raises(NotAllowed):
        waiting(session, manager, limits=LIMITS, now=NOW)
    with pytest.raises(NotAllowed):
        database_size(session, manager)
