"""The file of evidence in the form of one value: shown, chosen, taken away."""

from __future__ import annotations

from dataclasses import replace

from flask import request, url_for

from impact.language import Voice
from impact.registry.evidence import evidence_of
from impact.registry.indicator_view import PeriodRow
from impact.registry.judging import Draft
from impact.registry.lookup import SeriesPlace
from impact.registry.stored_files import LARGEST, keep_upload
from impact.request_scope import current_actor, current_session, now
from impact.web.sizes import file_words


def with_file(draft: Draft) -> tuple[Draft, str]:
    """The draft with the file that was chosen, or without the stored one, and the file's name.

    Raises:
        Invalid: the file is none that is kept.
    """
    file = request.files.get("file")
    if file and file.filename:
        content = file.stream.read(LARGEST + 1)
        kept = keep_upload(current_session(), file.filename, content, now=now())
        return replace(draft, evidence_sha256=kept), file.filename
    return (replace(draft, evidence_sha256=None) if takes_file_away() else draft), ""


def takes_file_away() -> bool:
    """Whether the stored file is to support the value no more."""
    return request.form.get("takes_file_away") == "yes"


def stored_file(place: SeriesPlace, row: PeriodRow, voice: Voice) -> dict[str, str] | None:
    """The file that supports what is stored, and the way to it."""
    told = evidence_of(current_session(), current_actor(), place, row.newest) if row.newest else None
    if told is None:
        return None
    address = url_for("entry.evidence", series_id=place.series.id, period=row.period.key())
    return {"href": address, "text": file_words(told.name, told.n_bytes, voice)}
