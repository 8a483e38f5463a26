"""The question that every reading of one thing takes: as it was known when."""

from __future__ import annotations

from impact.api.form import Form, Instant
from impact.api.shapes import about


class KnownAtForm(Form):
    """As known when."""

    known_at = Instant(
        load_default=None,
        metadata=about("As it was known at this instant; now without it.", "2026-03-31T12:00:00Z"),
    )
