"""What can go wrong for a reader: four errors, each a sentence and its facts.

A message is a gettext id with named places, ``Invalid("The period %(period)s is not
in the schedule.", period=label)``. Faces translate it; logs keep the id and the facts.
"""

from __future__ import annotations


class ImpactError(Exception):
    """An error that is told to the reader in one sentence."""

    status = 500

    def __init__(self, message: str, /, *, field: str | None = None, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.facts = facts

    def __str__(self) -> str:
        return self.message % self.facts if self.facts else self.message


class Invalid(ImpactError):
    """What was asked for makes no sense; nothing was changed (422)."""

    status = 422


class NotFound(ImpactError):
    """There is no such thing, or the actor may not know that there is (404)."""

    status = 404


class NotAllowed(ImpactError):
    """The actor may see the thing but not do this to it (403)."""

    status = 403


class Conflict(ImpactError):
    """Somebody else changed the thing in between; nothing was changed (409)."""

    status = 409
