"""Search finds what Swedes expect, and nothing that is not the reader's to see."""

import pytest
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.accounts.tables import Role
from impact.registry import planning
from impact.registry.searching import search
from tests.builders import NOW, Ground, fill, make_ground, make_reference, person

# "centre" is the outsider's project below.
NAMES = {
    "klockaretorpet": "Klockaretorpet",
    "ostra": "Östra hamnen",
    "ortagard": "Örtagården",
    "ort": "Orten",
    "bjort": "Björtorp",
    "solrosen": "100 % sol_ros",
}


@pytest.fixture
def grounds(session: Session) -> dict[str, Ground]:
    """Projects with a goal and an indicator each."""
    return {
        slug: make_ground(session, slug, title_sv=name, title_en="", short_sv=name, short_en="")
        for slug, name in NAMES.items()
    }


@pytest.fixture
def viewer(session: Session) -> Actor:
    return person(session, Role.VIEWER)


def found(session: Session, actor: Actor, text: str) -> list[str]:
    return [project.title_sv for project in search(session, actor, text).projects]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("klocka", ["Klockaretorpet"]),
        ("KLOCKA", ["Klockaretorpet"]),
        ("torpet", ["Klockaretorpet"]),
        ("östra", ["Östra hamnen"]),
        ("ÖSTRA", ["Östra hamnen"]),
        ("o\u0308stra", ["Östra hamnen"]),
        ("ostra", ["Östra hamnen"]),
        ("hamnen östra", ["Östra hamnen"]),
        ("hamnen klocka", []),
        ("ört", ["Björtorp", "Örtagården"]),
        ("ort", ["Orten", "Björtorp", "Örtagården"]),
        ("örten", []),
        ("100 %", ["100 % sol_ros"]),
        ("_", ["100 % sol_ros"]),
        ("%", ["100 % sol_ros"]),
        ("", []),
        (" \x00\n", []),
        ("\x00klocka", ["Klockaretorpet"]),
        ("'; drop", []),
        ("klocka " * 500, ["Klockaretorpet"]),
    ],
)
@pytest.mark.usefixtures("grounds")
def test_finds_projects_as_swedes_expect(
    session: Session, viewer: Actor, text: str, names: list[str]
) -> None:
    """Case and place in the name do not matter; ö is not o, but o finds ö after what is exactly so."""
    assert found(session, viewer, text) == names


@pytest.mark.usefixtures("grounds")
def test_finds_goals_and_indicators_by_their_project_too(session: Session, viewer: Actor) -> None:
    """A word of the project's name narrows its goals and indicators; by itself it lists none."""
    both = search(session, viewer, "trygg klocka")
    assert [project.slug for _, project in both.goals] == ["klockaretorpet"]
    assert [each.project.slug for each in both.indicators if each.project] == ["klockaretorpet"]
    assert not both.projects
    alone = search(session, viewer, "klocka")
    assert (list(alone.goals), list(alone.indicators)) == ([], [])
    assert len(search(session, viewer, "safe").indicators) == len(NAMES)


@pytest.mark.usefixtures("grounds")
def test_says_that_there_is_more_when_cut(session: Session, viewer: Actor) -> None:
    """A long list is cut, and said to be."""
    cut = search(session, viewer, "trygg", limit=2)
    assert (len(cut.goals), len(cut.indicators)) == (2, 2)
    assert cut.has_more == {"goals", "indicators"}


def test_finds_nothing_of_others(session: Session, grounds: dict[str, Ground]) -> None:
    """Only what the reader may see is found; an area's official figures are everybody's."""
    make_reference(session, grounds["ostra"], {2020: 1.0})
    fill(session, grounds["ostra"].planner, grounds["ostra"].series.id, {2020: 1.0})
    mine = person(session, Role.VIEWER, project_id=grounds["ort"].project.id)
    told = search(session, mine, "trygg")
    assert {project.slug for _, project in told.goals} == {"ort"}
    assert {each.project.slug if each.project else "area" for each in told.indicators} == {"ort", "area"}
    assert found(session, mine, "klocka") == []


def test_finds_nothing_that_was_withdrawn(
    session: Session, grounds: dict[str, Ground], viewer: Actor
) -> None:
    """What was taken out of use is found no more, nor is what belongs to it."""
    ground = grounds["klockaretorpet"]
    planning.withdraw(session, ground.planner, ground.project, now=NOW, reason="x")
    assert not search(session, viewer, "klocka")
    assert not search(session, viewer, "klocka trygg")
    planning.withdraw(session, grounds["ort"].planner, grounds["ort"].goal, now=NOW, reason="x")
    planning.withdraw(session, grounds["ort"].planner, grounds["ort"].indicator, now=NOW, reason="x")
    assert not search(session, viewer, "orten trygg")
