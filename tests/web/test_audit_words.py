"""Whatever the audit trail keeps has words: no code of the program stands in the page."""

import ast
from pathlib import Path

import pytest

import impact.schema
from impact.db import Base
from impact.language import speak
from impact.monitoring.tables import FlagAct
from impact.registry.recording import VERBS
from impact.registry.rounds import RoundAct
from impact.web.audit_words import object_words, verb_words

SOURCES = Path(impact.schema.__file__).parent
SV = speak("sv")


def written(place: int) -> set[str]:
    """What calls to the trail name as it stands: verbs in the third place, things in the fourth."""
    calls = (
        node
        for file in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record_change"
    )
    named = (part for call in calls for part in call.args[place : place + 1])
    return {str(part.value) for part in named if isinstance(part, ast.Constant)}


def planned() -> list[str]:
    """The tables of planning rows, whose history is kept by their names."""
    return [
        table.name
        for table in Base.metadata.sorted_tables
        if {"withdrawn_at", "version"} <= set(table.c.keys())
    ]


@pytest.mark.parametrize("verb", sorted({*written(2), *FlagAct, *RoundAct, *VERBS.values()}))
def test_verb_has_swedish_words_when_it_is_written(verb: str) -> None:
    """Flags, rounds and imports are told like everything else."""
    assert verb_words(verb, SV) != verb


@pytest.mark.parametrize("kind", sorted({*written(3), *planned()}))
def test_thing_has_swedish_words_when_it_is_written(kind: str) -> None:
    """A mail and a project's area are told like everything else."""
    assert object_words(kind, SV) != kind
