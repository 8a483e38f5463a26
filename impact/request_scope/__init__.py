"""Flask plumbing that pages and API share: one transaction, one actor, one moment a request.

A view reads ``now()``, ``current_actor()`` and ``current_session()``, calls a verb and then
``commit()``, once. What was not committed is rolled back, always before an error is told.
"""

from __future__ import annotations

from impact.request_scope.identity import current_actor, current_visitor
from impact.request_scope.transaction import commit, current_session
from impact.request_scope.voice import current_voice
from impact.request_scope.work import Installation, installation, now, request_id, today

__all__ = [
    "Installation",
    "commit",
    "current_actor",
    "current_session",
    "current_visitor",
    "current_voice",
    "installation",
    "now",
    "request_id",
    "today",
]
