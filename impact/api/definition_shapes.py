"""A definition as programs read it."""

from __future__ import annotations

from impact.api.facts import facts_of
from impact.registry.indicator_tables import DefinitionVersion

# What a version says; the rest follows from when and by whom it was made.
MEANING = facts_of(
    DefinitionVersion,
    frozenset({"id", "definition_id", "number", "search_key", "recorded_at", "actor_id"}),
    component="Meaning",
)
